#include <map>
#include <tuple>
#include "report.h"
#include "scheduler.h"

namespace sophia::emulator {
namespace {

using Place = std::tuple<State, const void*, unsigned>;  // state, code, mask

Place place_of(const Lane& lane) {
  if (lane.state == State::kExited) return {lane.state, nullptr, 0};
  return {lane.state, lane.site, lane.state == State::kInWarpOperation ? lane.call.mask : 0};
}

std::string describe_place(const Place& place) {
  const auto [state, site, mask] = place;
  if (state == State::kExited) return "have exited";
  if (state == State::kAtBarrier) return "wait at __syncthreads, " + source_of(site);
  return describe("wait for mask %08x, ", mask) + source_of(site);
}

}  // namespace

void report_deadlock() {
  std::map<Place, int> places;
  const void* site = nullptr;
  for (unsigned i = 0; i < block.threads; ++i) {
    ++places[place_of(block.lanes[i])];
    if (block.lanes[i].state != State::kExited) site = block.lanes[i].site;
  }
  std::string who;
  for (const auto& [place, threads] : places) who += describe("; %d threads ", threads) + describe_place(place);
  report(Fault::kDeadlock, site, describe("block %u,%u,%u cannot go on", blockIdx.x, blockIdx.y, blockIdx.z) + who);
}

}  // namespace sophia::emulator
