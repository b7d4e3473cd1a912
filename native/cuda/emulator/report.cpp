#include "report.h"
#include <unistd.h>
#include <cstdio>
#include <set>
#include <utility>
#include "device_thread.h"
#include "scheduler.h"
#include "stream.h"

namespace sophia::emulator {
namespace {

bool printing = true;
thread_local cudaError_t last_error = cudaSuccess;
std::set<std::pair<Fault, const void*>> seen_in_launch;

// Reports that nobody took fail the program, whatever its tests say.
struct Filed {
  std::vector<Report> reports;
  ~Filed() {
    if (reports.empty()) return;
    std::fprintf(stderr, "emulator: %zu reports were not expected\n", reports.size());
    std::fflush(nullptr);
    _exit(1);
  }
} filed;

const char* name(Fault fault) {
  switch (fault) {
    case Fault::kDeadlock: return "deadlock";
    case Fault::kDivergentBarrier: return "divergent barrier";
    case Fault::kBadMask: return "bad mask";
    case Fault::kInactiveLane: return "inactive lane";
    case Fault::kOverrun: return "overrun";
    case Fault::kOutOfBounds: return "out of bounds";
    case Fault::kMisaligned: return "misaligned";
    case Fault::kWildAccess: return "wild access";
    case Fault::kOtherDevice: return "memory of another device";
    case Fault::kUninitialisedGlobal: return "uninitialised global memory";
    case Fault::kUninitialisedShared: return "uninitialised shared memory";
    case Fault::kGlobalRace: return "global race";
    case Fault::kSharedRace: return "shared race";
  }
  return "fault";
}

// What a GPU would say. Races, wrong masks and uninitialised reads go unnoticed there.
cudaError_t hardware_error(Fault fault) {
  switch (fault) {
    case Fault::kOutOfBounds:
    case Fault::kOtherDevice:
    case Fault::kWildAccess: return cudaErrorIllegalAddress;
    case Fault::kMisaligned: return cudaErrorMisalignedAddress;
    case Fault::kDeadlock: return cudaErrorLaunchFailure;
    default: return cudaSuccess;
  }
}

std::string running_thread() {
  if (current == nullptr) return "";
  const uint3 b = blockIdx, t = threadIdx;
  return describe(" [block %u,%u,%u thread %u,%u,%u]", b.x, b.y, b.z, t.x, t.y, t.z);
}

}  // namespace

void report(Fault fault, const void* code, const std::string& what) {
  const Unwatched own_code;
  if (!seen_in_launch.insert({fault, code}).second) return;
  std::string text = std::string(name(fault)) + ": " + what + running_thread();
  if (code != nullptr) text += " at " + source_of(code);
  if (printing) std::fprintf(stderr, "emulator: %s\n", text.c_str());
  filed.reports.push_back({fault, text});
  const cudaError_t error = hardware_error(fault);
  if (error != cudaSuccess && running_device != nullptr) running_device->failure = error;
}

void begin_reports_of_launch() { seen_in_launch.clear(); }

std::vector<Report> take_reports() {
  const Api api;
  finish_all();
  last_error = cudaSuccess;
  for (Device* const device : all_devices()) {
    device->failure = cudaSuccess;
    device->failure_shown = false;
  }
  return std::exchange(filed.reports, {});
}

void print_reports(bool on) {
  const Exclusive alone;
  printing = on;
}

cudaError_t fail(cudaError_t error) { return last_error = error; }

}  // namespace sophia::emulator

cudaError_t cudaGetLastError() {
  using namespace sophia::emulator;
  const Device& device = current_device();
  return std::exchange(last_error, device.failure_shown ? device.failure.load() : cudaSuccess);
}
cudaError_t cudaPeekAtLastError() { return sophia::emulator::last_error; }
