// Faults that a test asks for, directly and by the environment.
#include <cstdlib>
#include "bench.h"

namespace sophia {
namespace {

__global__ void increase_kernel(float* p) { p[0] += 1; }

cudaError_t try_launch(EmulatorBench& t) {
  cudaLaunchConfig_t config = {};
  config.gridDim = config.blockDim = 1;
  config.stream = t.on.stream();
  return cudaLaunchKernelEx(&config, increase_kernel, t.p);
}

cudaError_t try_allocation() {
  void* memory = nullptr;
  const cudaError_t error = cudaMalloc(&memory, 16);
  cudaFree(memory);
  return error;
}

// f() with an environment variable set, as if the program had begun with it.
template <class F>
auto with(const char* name, const char* value, F f) {
  setenv(name, value, 1);
  emulator::read_environment();
  unsetenv(name);
  const auto result = f();
  emulator::read_environment();
  return result;
}

}  // namespace

TEST("Emulator: injected faults") {
  EmulatorBench t;
  emulator::set_faults({.allocation = 2});
  check::expect("Emulator fails the second allocation, and no other",
                try_allocation() == cudaSuccess && try_allocation() == cudaErrorMemoryAllocation &&
                    try_allocation() == cudaSuccess);
  emulator::set_faults({.launch = 2});
  check::expect("Emulator fails the second launch, and no other",
                try_launch(t) == cudaSuccess && try_launch(t) == cudaErrorLaunchOutOfResources &&
                    try_launch(t) == cudaSuccess && t.read(t.p, 1)[0] == 2);
  cudaGetLastError();
}

TEST("Emulator: an injected failure of the device") {
  EmulatorBench t;
  emulator::set_faults({.kernel = 2});
  check::expect("Emulator fails in a kernel without saying so",
                try_launch(t) == cudaSuccess && try_launch(t) == cudaSuccess && try_launch(t) == cudaSuccess &&
                    cudaGetLastError() == cudaSuccess);
  check::expect("Emulator says so when it is waited for",
                cudaStreamSynchronize(t.on.stream()) == cudaErrorIllegalAddress);
  check::expect("Emulator lets a failed device do nothing more",
                try_launch(t) == cudaErrorIllegalAddress && try_allocation() == cudaErrorIllegalAddress &&
                    cudaDeviceSynchronize() == cudaErrorIllegalAddress &&
                    cudaGetLastError() == cudaErrorIllegalAddress && cudaGetLastError() == cudaErrorIllegalAddress);
  emulator::take_reports();
  check::expect("Emulator ran what came before the failure, and nothing behind it", t.read(t.p, 1)[0] == 1);
}

TEST("Emulator: the environment") {
  EmulatorBench t;
  const auto count = [] {
    int devices = -1;
    const cudaError_t error = cudaGetDeviceCount(&devices);
    cudaGetLastError();
    return std::pair(error, devices);
  };
  const auto status = [&](const char* value) {
    return with("SOPHIA_EMULATOR_STATUS", value, [&] {
      int driver = -1;
      cudaDriverGetVersion(&driver);
      return std::pair(count().first, driver);
    });
  };
  check::expect("Emulator has no driver on request", status("noDriver") == std::pair(cudaErrorInsufficientDriver, 0));
  check::expect("Emulator has an old driver on request",
                status("oldDriver") == std::pair(cudaErrorInsufficientDriver, 12000));
  check::expect("Emulator has no device on request", status("noDevice").first == cudaErrorNoDevice);
  check::expect("Emulator has as many devices as the environment says",
                with("SOPHIA_EMULATOR_DEVICES", "3", count) == std::pair(cudaSuccess, 3));
  cudaSetDevice(0);
  cudaDeviceSynchronize();
  cudaMemPool_t pool = nullptr;
  cudaDeviceGetDefaultMemPool(&pool, 0);
  cudaMemPoolTrimTo(pool, 0);  // what only waits to be handed out again does not count
  size_t free = 0, total = 0;
  cudaMemGetInfo(&free, &total);  // devices that have failed keep what was theirs
  const auto beyond = [&](size_t bytes) { return std::to_string(total - free + bytes); };
  check::expect("Emulator has as much memory as the environment says",
                with("SOPHIA_EMULATOR_MEMORY", beyond(40000).c_str(), try_allocation) == cudaSuccess &&
                    with("SOPHIA_EMULATOR_MEMORY", beyond(10).c_str(), try_allocation) == cudaErrorMemoryAllocation);
  check::expect("Emulator fails an allocation of the environment's choice",
                with("SOPHIA_EMULATOR_FAIL_ALLOCATION", "1", try_allocation) == cudaErrorMemoryAllocation);
  check::expect("Emulator fails a launch of the environment's choice", with("SOPHIA_EMULATOR_FAIL_LAUNCH", "1", [&] {
                                                                         return try_launch(t);
                                                                       }) == cudaErrorLaunchOutOfResources);
  check::expect("Emulator fails in a kernel of the environment's choice",
                with("SOPHIA_EMULATOR_FAULT_KERNEL", "1", [&] {
                  try_launch(t);
                  return cudaDeviceSynchronize();
                }) == cudaErrorIllegalAddress);
  emulator::take_reports();
}

}  // namespace sophia
