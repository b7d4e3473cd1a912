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

// One thread of one block writes what another thread of another block reads.
__global__ void meet_kernel(float* p) {
  if (blockIdx.y == 1 && threadIdx.x == 2 && threadIdx.y == 1) p[0] = 1;
  if (blockIdx.y == 2 && threadIdx.x == 3 && threadIdx.y == 0) p[1] = p[0];
}

__global__ void overtake_kernel(float* p) {
  p[1 + threadIdx.x] = p[0];
  if (threadIdx.x == 0) p[0] = 1;
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

TEST("Emulator: who races with whom") {
  if (!emulator::checking()) return;
  EmulatorBench t;
  const auto tells = [&](const std::string& words) {
    const auto found = emulator::take_reports();
    return !found.empty() && found.back().text.find(words) != std::string::npos;
  };
  t.on.launch("meet", {{1, 3}, {4, 2}}, meet_kernel, t.p);
  check::expect("Emulator names both threads of a race",
                tells("a write by thread 2,1,0 of block 0,1,0 [block 0,2,0 thread 3,0,0]"));
  emulator::set_order(emulator::Order::kReverse);  // the writer comes last
  t.on.launch("overtake", {1, 32}, overtake_kernel, t.p);
  emulator::set_order(emulator::Order::kForward);
  check::expect("Emulator names the warp of several threads", tells("by several threads of warp 0 of block 0,0,0"));
}

}  // namespace sophia
