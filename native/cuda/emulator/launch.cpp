// One launch: the limits that the hardware sets, then block after block.
#include <unordered_map>
#include "copy_async.h"
#include "counters.h"
#include "device_thread.h"
#include "faults.h"
#include "instrumented.h"
#include "memory.h"
#include "record.h"
#include "report.h"
#include "scheduler.h"
#include "shared.h"
#include "stream.h"
#include "traffic.h"

namespace sophia::emulator {
namespace {

std::unordered_map<const void*, size_t> granted_shared_bytes;

bool fits(const cudaLaunchConfig_t& c) {
  const dim3 grid = c.gridDim, threads = c.blockDim;
  const size_t count = size_t{threads.x} * threads.y * threads.z;
  return count > 0 && count <= kMaxThreads && threads.z <= 64 && grid.x > 0 && grid.x <= 0x7fffffffu && grid.y > 0 &&
         grid.y <= 65535 && grid.z > 0 && grid.z <= 65535;
}

bool run_grid(const KernelCall& kernel, dim3 grid) {
  for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
      for (unsigned x = 0; x < grid.x; ++x) {
        blockIdx = {x, y, z};
        begin_block_clocks();
        const bool finished = run_block(kernel);
        end_block_traffic();
        forget_copies();
        counters.threads += block.threads;
        if (!finished) return false;
      }
  return true;
}

void run(const cudaLaunchConfig_t& config, const KernelCall& kernel) {
  if (running_device->failure != cudaSuccess) return;
  if (strikes(faults.kernel)) {
    running_device->failure = cudaErrorIllegalAddress;
    return;
  }
  const Window open;
  begin_reports_of_launch();
  begin_launch_clocks();
  begin_launch_traffic();
  set_dynamic_shared(config.dynamicSmemBytes);
  blockDim = config.blockDim;
  gridDim = config.gridDim;
  shape_block(config.blockDim);
  run_grid(kernel, config.gridDim);
  ++counters.launches;
  end_launch_traffic();
  check_canaries();
}

}  // namespace

bool checking() { return instrumented; }
bool emulates(const char*) { return true; }

cudaError_t submit(const cudaLaunchConfig_t& config, const void* kernel, KernelCall call) {
  if (!fits(config)) return fail(cudaErrorInvalidConfiguration);
  const Api api;
  if (stream_of(config.stream).device != &current_device()) return fail(cudaErrorInvalidResourceHandle);
  if (strikes(faults.launch)) return fail(cudaErrorLaunchOutOfResources);
  const auto granted = granted_shared_bytes.find(kernel);
  const size_t most = granted == granted_shared_bytes.end() ? kSharedByDefault : granted->second;
  if (config.dynamicSmemBytes > most) return fail(cudaErrorInvalidValue);
  record_launch(kernel, config);
  return enqueue(config.stream, [config, call = std::make_shared<KernelCall>(std::move(call))] { run(config, *call); });
}

}  // namespace sophia::emulator

cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute, int value) {
  using namespace sophia::emulator;
  if (value < 0 || static_cast<size_t>(value) > max_shared_bytes()) return fail(cudaErrorInvalidValue);
  const Api api;
  granted_shared_bytes[kernel] = std::max(static_cast<size_t>(value), kSharedByDefault);
  return cudaSuccess;
}
