#include "warp.h"
#include "counters.h"
#include "races.h"
#include "report.h"
#include "scheduler.h"
#include "traffic.h"

namespace sophia::emulator {
namespace {

// Runs the operation that `lane` waits for, if all living lanes of its mask have come with the same.
bool complete(const Lane& lane) {
  Warp& warp = block.warp_of(lane);
  const auto [operation, mask, own] = lane.call;
  const unsigned needed = mask & warp.alive;
  if ((warp.waiting & needed) != needed) return false;

  void* payloads[kLanes] = {};
  bool same = true;
  each_lane(needed, [&](unsigned l) {
    const WarpCall& other = block.lane(lane.warp, l).call;
    same &= other.mask == mask && other.operation == operation;
    payloads[l] = other.payload;
  });
  if (!same) return false;

  operation(payloads, needed);
  ++counters.warp_operations;
  each_lane(needed, [&](unsigned l) { make_ready(block.lane(lane.warp, l)); });
  warp.waiting &= ~needed;
  return true;
}

void check_masks(const Lane& caller) {
  const unsigned mask = caller.call.mask;
  each_lane(block.warp_of(caller).waiting & mask & ~(1u << caller.lane), [&](unsigned l) {
    const Lane& other = block.lane(caller.warp, l);
    if (other.call.mask != mask && (other.call.mask >> caller.lane & 1) != 0)
      report(Fault::kBadMask, caller.site,
             describe("lanes %u and %u wait for each other with masks %08x and %08x", caller.lane, l, mask,
                      other.call.mask));
  });
}

struct Shuffled {
  uint64_t value, result;
  unsigned source;
  const void* site;
};

void exchange(void* payloads[32], unsigned active) {
  each_lane(active, [&](unsigned l) {
    auto& mine = *static_cast<Shuffled*>(payloads[l]);
    const auto* source = static_cast<Shuffled*>(payloads[mine.source]);
    if (source == nullptr)
      report(Fault::kInactiveLane, mine.site,
             describe("lane %u reads lane %u, which does not take part", l, mine.source));
    mine.result = source ? source->value : 0x7fc0dead7fc0dead;  // NaN, whatever the type
  });
}

unsigned source_lane(Shuffle kind, unsigned lane, int argument, int width) {
  const int me = static_cast<int>(lane), first = me & ~(width - 1), last = first + width - 1;
  int source = me;
  switch (kind) {
    case Shuffle::kIndex: source = first + (argument & (width - 1)); break;
    case Shuffle::kUp: source = me - argument; break;
    case Shuffle::kDown: source = me + argument; break;
    case Shuffle::kXor: source = me ^ argument; break;
  }
  const bool outside = source > last || (kind == Shuffle::kUp && source < first);
  return static_cast<unsigned>(outside ? me : source);
}

struct Vote {
  bool predicate;
  unsigned result;
};

void vote(void* payloads[32], unsigned active) {
  unsigned result = 0;
  each_lane(active, [&](unsigned l) { result |= unsigned{static_cast<Vote*>(payloads[l])->predicate} << l; });
  each_lane(active, [&](unsigned l) { static_cast<Vote*>(payloads[l])->result = result; });
}

// Shuffles and votes do not order memory; __syncwarp does.
void synchronise(void* [32], unsigned active) { order_lanes(current->warp, active); }

}  // namespace

void warp_operation(unsigned mask, WarpOperation operation, void* payload, const void* site) {
  Lane& lane = *current;
  Warp& warp = block.warp_of(lane);
  const unsigned bit = 1u << lane.lane;
  if ((mask & bit) == 0) {
    report(Fault::kBadMask, site, describe("lane %u calls a warp operation with mask %08x", lane.lane, mask));
    mask |= bit;
  }
  settle_requests(lane.warp);
  lane.call = {operation, mask, payload};
  lane.site = site;
  lane.state = State::kInWarpOperation;
  warp.waiting |= bit;
  if (complete(lane)) {
    warp.ready &= ~bit;  // it has not stopped running
    return;
  }
  check_masks(lane);
  pause();
}

void complete_warp_operations(unsigned warp) {
  each_lane(block.warps[warp].waiting, [&](unsigned l) {
    if ((block.warps[warp].waiting >> l & 1) != 0) complete(block.lane(warp, l));
  });
}

uint64_t shuffle(Shuffle kind, unsigned mask, uint64_t value, int argument, int width) {
  const void* const site = __builtin_return_address(0);
  Shuffled mine = {value, 0, source_lane(kind, current->lane, argument, width), site};
  warp_operation(mask, exchange, &mine, site);
  return mine.result;
}

unsigned ballot(unsigned mask, bool predicate) {
  Vote mine = {predicate, 0};
  warp_operation(mask, vote, &mine, __builtin_return_address(0));
  return mine.result;
}

}  // namespace sophia::emulator

void __syncwarp(unsigned mask) {
  sophia::emulator::warp_operation(mask, sophia::emulator::synchronise, nullptr, __builtin_return_address(0));
}
