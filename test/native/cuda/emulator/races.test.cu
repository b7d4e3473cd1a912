// For every kind of race, a kernel that commits it and, with `good`, one that does not.
#include "../../../../native/math/pack.h"
#include "bench.h"

namespace sophia {
namespace {

__global__ void reverse_kernel(float* p, bool good) {
  __shared__ float values[64];
  values[threadIdx.x] = static_cast<float>(threadIdx.x);
  if (good) __syncthreads();
  p[threadIdx.x] = values[63 - threadIdx.x];
}

__global__ void reverse_packs_kernel(float* p, bool good) {
  __shared__ Pack<float, 4> values[64];
  values[threadIdx.x] = Pack<float, 4>(static_cast<float>(threadIdx.x));
  if (good) __syncthreads();
  p[threadIdx.x] = values[63 - threadIdx.x][2];
}

__global__ void swap_kernel(float* p, bool good) {
  __shared__ float values[32];
  values[threadIdx.x] = static_cast<float>(threadIdx.x);
  if (good) __syncwarp();
  p[threadIdx.x] = values[threadIdx.x ^ 1];
}

__global__ void overwrite_kernel(float* p, bool good) {
  __shared__ float values[64];
  for (int round = 0; round < 2; ++round) {
    values[threadIdx.x] = static_cast<float>(round);
    __syncthreads();
    p[threadIdx.x] = values[63 - threadIdx.x];
    if (good) __syncthreads();
  }
}

__global__ void broadcast_kernel(float* p, bool good) {
  __shared__ float value;
  for (int round = 0; round < 2; ++round) {
    if (threadIdx.x == 0) value = static_cast<float>(round);
    __syncwarp();
    p[threadIdx.x] = value;
    if (good) __syncwarp();
  }
}

__global__ void add_kernel(float* p, bool good) {
  if (good) atomicAdd(p, 1.0f);
  else *p += 1;
}

// The last block to come adds up what all have left: legal only behind a fence.
__global__ void last_block_kernel(float* parts, unsigned* count, float* total, bool good) {
  if (threadIdx.x != 0) return;
  parts[blockIdx.x] = 1;
  if (good) __threadfence();
  if (atomicAdd(count, 1u) != gridDim.x - 1) return;
  if (good) __threadfence();
  float sum = 0;
  for (unsigned b = 0; b < gridDim.x; ++b) sum += parts[b];
  *total = sum;
}

}  // namespace

TEST("Emulator: races") {
  if (!emulator::checking()) return;
  EmulatorBench t;
  t.both("a read before the barrier", Fault::kSharedRace, {1, 64}, reverse_kernel, t.p);
  t.both("a read of packs before the barrier", Fault::kSharedRace, {1, 64}, reverse_packs_kernel, t.p);
  t.both("a read before __syncwarp", Fault::kSharedRace, {1, 32}, swap_kernel, t.p);
  t.both("an overwrite before the barrier", Fault::kSharedRace, {1, 64}, overwrite_kernel, t.p);
  t.both("an overwrite before __syncwarp", Fault::kSharedRace, {1, 32}, broadcast_kernel, t.p);
  t.both("an addition that is not atomic", Fault::kGlobalRace, {2, 32}, add_kernel, t.p);
  t.both("a hand-over without a fence", Fault::kGlobalRace, {8, 32}, last_block_kernel, t.a, t.count, t.p);
}

}  // namespace sophia
