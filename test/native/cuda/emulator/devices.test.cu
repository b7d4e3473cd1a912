// Several devices: whose memory, streams and events are whose.
#include <cstring>
#include "bench.h"

namespace sophia {
namespace {

__global__ void copy_kernel(const float* from, float* to) { to[threadIdx.x] = from[threadIdx.x]; }

// A machine of two devices, with 32 floats on each.
struct Pair {
  EmulatorBench t;
  Cuda other;
  float *here, *there;

  Pair() : other((emulator::set_machine({.devices = 2}), 1)) {
    here = static_cast<float*>(t.on.allocate(32 * sizeof(float)));
    there = static_cast<float*>(other.allocate(32 * sizeof(float)));
  }
  ~Pair() {
    t.on.free(here);
    other.free(there);
    cudaSetDevice(0);
    emulator::set_machine({});
  }
};

}  // namespace

TEST("Emulator: two devices") {
  Pair p;
  std::vector<float> numbers(32, 3), got(32);
  p.t.on.upload(p.here, numbers.data(), 32);
  p.t.on.copy(p.there, p.here, 32);
  p.t.on.synchronize();
  p.other.launch("copy", {1, 32}, copy_kernel, p.there, p.there);
  p.other.download(got.data(), p.there, 32);
  check::expect("Emulator copies between devices", got == numbers);
  p.t.silent("two devices that keep to themselves");
  if (!emulator::checking()) return;
  p.other.launch("copy", {1, 32}, copy_kernel, p.here, p.there);
  p.t.reports("a kernel that reads another device's memory", Fault::kOtherDevice);
}

TEST("Emulator: what belongs to a device") {
  Pair p;
  cudaLaunchConfig_t config = {};
  config.gridDim = config.blockDim = 1;
  config.stream = p.other.stream();
  CUDA_CHECK(cudaSetDevice(0));
  check::expect("Emulator refuses a launch into another device's stream",
                cudaLaunchKernelEx(&config, copy_kernel, p.here, p.here) == cudaErrorInvalidResourceHandle);
  cudaEvent_t event = nullptr;
  CUDA_CHECK(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  check::expect("Emulator refuses to record another device's event",
                cudaEventRecord(event, p.other.stream()) == cudaErrorInvalidResourceHandle);
  CUDA_CHECK(cudaEventRecord(event, p.t.on.stream()));
  check::expect("Emulator lets a stream wait for another device",
                cudaStreamWaitEvent(p.other.stream(), event) == cudaSuccess);
  CUDA_CHECK(cudaEventDestroy(event));

  int current = -1;
  std::size_t before = 0, after = 0, total = 0;
  CUDA_CHECK(cudaSetDevice(1));
  CUDA_CHECK(cudaGetDevice(&current));
  CUDA_CHECK(cudaMemGetInfo(&before, &total));
  float* const more = p.t.numbers<float>(1 << 10);
  CUDA_CHECK(cudaSetDevice(1));
  CUDA_CHECK(cudaMemGetInfo(&after, &total));
  check::expect("Emulator counts the memory of each device", current == 1 && before == after);
  p.t.on.free(more);
  check::expect("Emulator has no third device", cudaSetDevice(2) == cudaErrorInvalidDevice);
  cudaGetLastError();
}

TEST("Emulator: a device that fails alone") {
  Pair p;
  emulator::set_faults({.kernel = 1});
  p.other.launch("copy", {1, 32}, copy_kernel, p.there, p.there);
  check::expect("Emulator lets one device fail", cudaStreamSynchronize(p.other.stream()) == cudaErrorIllegalAddress);
  check::expect("Emulator lets the other go on", cudaStreamSynchronize(p.t.on.stream()) == cudaSuccess);
  emulator::take_reports();
}

}  // namespace sophia
