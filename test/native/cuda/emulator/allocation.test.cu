// Memory handed out at once, in stream order and on the host, and what is left of it.
#include <cstring>
#include "bench.h"

namespace sophia {
namespace {

__global__ void read_kernel(const float* from, float* to) { to[threadIdx.x] = from[threadIdx.x]; }

constexpr std::size_t kMegabyte = 1 << 20;

std::size_t free_memory() {
  std::size_t free = 0, total = 0;
  CUDA_CHECK(cudaMemGetInfo(&free, &total));
  return free;
}

struct Streams {
  cudaStream_t one, other;
  Streams() {
    CUDA_CHECK(cudaStreamCreateWithFlags(&one, cudaStreamNonBlocking));
    CUDA_CHECK(cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking));
  }
  ~Streams() {
    cudaStreamDestroy(one);
    cudaStreamDestroy(other);
  }
};

}  // namespace

TEST("Emulator: memory in stream order") {
  EmulatorBench t;
  float* memory = nullptr;
  CUDA_CHECK(cudaMallocAsync(&memory, 32 * sizeof(float), t.on.stream()));
  t.on.launch("read", {1, 32}, read_kernel, memory, t.p);
  if (emulator::checking()) t.reports("a read of fresh memory of a stream", Fault::kUninitialisedGlobal);
  CUDA_CHECK(cudaMemsetAsync(memory, 0, 32 * sizeof(float), t.on.stream()));
  t.on.launch("read", {1, 32}, read_kernel, memory, t.p);
  t.silent("a read of filled memory of a stream");
  CUDA_CHECK(cudaFreeAsync(memory, t.on.stream()));
  check::expect("Emulator refuses to free twice", cudaFreeAsync(memory, t.on.stream()) == cudaErrorInvalidValue &&
                                                      cudaFree(memory) == cudaErrorInvalidValue);
  check::expect("Emulator refuses to copy from what a stream is to free",
                cudaMemcpyAsync(t.p, memory, 4, cudaMemcpyDeviceToDevice, t.on.stream()) == cudaErrorInvalidValue);
  if (emulator::checking()) {
    t.on.launch("read", {1, 32}, read_kernel, memory, t.p);
    t.reports("a read behind the free of a stream", Fault::kOutOfBounds);
  }
}

// On the stream of the allocation work is in order; on another stream it must wait for an event.
TEST("Emulator: memory of another stream") {
  EmulatorBench t;
  const Streams streams;
  int faults = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    emulator::set_lazy_streams(true, seed);
    float* memory = nullptr;
    CUDA_CHECK(cudaMallocAsync(&memory, 128, streams.one));
    CUDA_CHECK(cudaMemsetAsync(memory, 0, 128, streams.other));
    CUDA_CHECK(cudaFreeAsync(memory, streams.one));
    cudaDeviceSynchronize();
    emulator::set_lazy_streams(false);
    for (const auto& report : emulator::take_reports()) faults += report.fault == Fault::kOutOfBounds;
  }
  check::expect("Emulator shows work outside of a stream's allocation and free", faults > 5 && faults < 20);
}

TEST("Emulator: memory that is left") {
  EmulatorBench t;
  cudaMemPool_t pool = nullptr;
  CUDA_CHECK(cudaDeviceGetDefaultMemPool(&pool, 0));
  std::uint64_t usual = 0, threshold = 2 * kMegabyte;
  CUDA_CHECK(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &usual));
  CUDA_CHECK(cudaMemPoolTrimTo(pool, 0));
  const std::size_t before = free_memory();
  void *granted = nullptr, *pooled = nullptr;
  CUDA_CHECK(cudaMalloc(&granted, 3 * kMegabyte));
  CUDA_CHECK(cudaMallocAsync(&pooled, 5 * kMegabyte, t.on.stream()));
  check::expect("Emulator counts the memory that is left", free_memory() == before - 8 * kMegabyte);
  CUDA_CHECK(cudaFree(granted));

  CUDA_CHECK(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold));
  CUDA_CHECK(cudaFreeAsync(pooled, t.on.stream()));
  check::expect("Emulator keeps what a stream has freed", free_memory() == before - 5 * kMegabyte);
  t.on.synchronize();
  std::uint64_t reserved = 0;
  CUDA_CHECK(cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReservedMemCurrent, &reserved));
  check::expect("Emulator keeps no more than the threshold when it waits", reserved == threshold);
  CUDA_CHECK(cudaMemPoolTrimTo(pool, 0));
  check::expect("Emulator trims the pool", free_memory() == before);
  CUDA_CHECK(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &usual));

  emulator::set_machine({.memory = 4 * kMegabyte});
  check::expect("Emulator has no more memory than its machine",
                cudaMalloc(&granted, 4 * kMegabyte) == cudaErrorMemoryAllocation && granted == nullptr &&
                    cudaMallocAsync(&pooled, 4 * kMegabyte, t.on.stream()) == cudaErrorMemoryAllocation);
  emulator::set_machine({});
  cudaGetLastError();
}

TEST("Emulator: pinned memory") {
  EmulatorBench t;
  float *pinned = nullptr, pageable[32] = {};
  CUDA_CHECK(cudaMallocHost(&pinned, sizeof pageable));
  for (int i = 0; i < 32; ++i) pinned[i] = static_cast<float>(i);
  CUDA_CHECK(cudaMemcpyAsync(t.a, pinned, sizeof pageable, cudaMemcpyHostToDevice, t.on.stream()));
  CUDA_CHECK(cudaMemcpyAsync(pageable, t.a, sizeof pageable, cudaMemcpyDeviceToHost, t.on.stream()));
  t.on.synchronize();
  check::expect("Emulator copies from pinned to pageable memory", std::memcmp(pinned, pageable, sizeof pageable) == 0);
  check::expect("Emulator refuses a copy beyond pinned memory",
                cudaMemcpyAsync(t.a, pinned + 1, sizeof pageable, cudaMemcpyHostToDevice) == cudaErrorInvalidValue);
  check::expect("Emulator frees pinned memory once",
                cudaFreeHost(pinned) == cudaSuccess && cudaFreeHost(pinned) == cudaErrorInvalidValue);
  check::expect("Emulator runs out of pinned memory", cudaMallocHost(&pinned, ~std::size_t{0}) != cudaSuccess);
  cudaGetLastError();
}

TEST("Emulator: what it says of itself") {
  cudaDeviceProp properties = {};
  CUDA_CHECK(cudaGetDeviceProperties(&properties, 0));
  check::expect("Emulator describes its device", properties.major == 9 && properties.minor == 0 &&
                                                     properties.multiProcessorCount == 132 &&
                                                     properties.sharedMemPerBlockOptin == 227 * 1024 &&
                                                     std::strlen(properties.name) > 0 && properties.totalGlobalMem > 0);
  check::expect("Emulator describes no other", cudaGetDeviceProperties(&properties, 1) == cudaErrorInvalidDevice);
  check::expect("Emulator names an error and says what it is",
                std::string(cudaGetErrorName(cudaErrorMemoryAllocation)) == "cudaErrorMemoryAllocation" &&
                    std::string(cudaGetErrorString(cudaErrorMemoryAllocation)) == "out of memory");
  cudaGetLastError();
}

}  // namespace sophia
