// For every way that threads can fail to meet, a kernel that commits it and one that does not; and what they exchange.
#include "bench.h"

namespace sophia {
namespace {

// `good` tells the right twin.

__global__ void split_barrier_kernel(float* p, bool good) {
  if (good || threadIdx.x < 16) __syncthreads();
  else __syncthreads();
  p[threadIdx.x] = 1;
}

__global__ void stuck_kernel(float* p, bool good) {
  if (good || threadIdx.x < 16) __shfl_sync(0xffffffffu, 1, 0);
  __syncthreads();
  p[threadIdx.x] = 0;
}

__global__ void mask_kernel(float* p, unsigned mask) {
  if (threadIdx.x < 16) p[threadIdx.x] = __shfl_xor_sync(mask, 1.0f, 1);
}

__global__ void source_kernel(float* p, int source) {
  if (threadIdx.x < 16) p[threadIdx.x] = __shfl_sync(0x0000ffffu, 1.0f, source);
}

__global__ void down_kernel(float* p, unsigned count) {
  if (threadIdx.x >= count) return;
  p[threadIdx.x] = __shfl_down_sync(0xffffffffu, 1.0f, 1);
}

__global__ void vote_kernel(unsigned* p) {
  const unsigned lane = threadIdx.x % 32, odd = __ballot_sync(0xffffffffu, lane & 1);
  const int any = __any_sync(0xffffffffu, lane == 7), all = __all_sync(0xffffffffu, lane < 31);
  const int count = __syncthreads_count(threadIdx.x < 40), both = __syncthreads_and(1), either = __syncthreads_or(0);
  p[threadIdx.x] = odd + static_cast<unsigned>(any * 1 + all * 2 + count * 16 + both * 4 + either * 8);
}

__global__ void shuffle_kernel(int* p) {
  const int lane = static_cast<int>(threadIdx.x);
  p[lane] = __shfl_up_sync(0xffffffffu, lane, 3);
  p[32 + lane] = __shfl_down_sync(0xffffffffu, lane, 3, 8);
  p[64 + lane] = __shfl_xor_sync(0xffffffffu, lane, 5);
  p[96 + lane] = __shfl_sync(0xffffffffu, lane, 2, 4);
}

// Which thread comes first is anyone's guess.
__global__ void first_come_kernel(unsigned* ticket, unsigned* order) { order[atomicAdd(ticket, 1u)] = threadIdx.x; }

}  // namespace

TEST("Emulator: threads that wait for each other") {
  EmulatorBench t;
  t.both("a split barrier", Fault::kDivergentBarrier, {1, 32}, split_barrier_kernel, t.p);
  t.both("a deadlock", Fault::kDeadlock, {1, 32}, stuck_kernel, t.p);

  t.on.launch("mask", {1, 32}, mask_kernel, t.p, 0xffff0000u);
  t.reports("a mask without its caller", Fault::kBadMask);
  t.on.launch("mask", {1, 32}, mask_kernel, t.p, 0x0000ffffu);
  t.silent("a mask of half a warp");
  t.on.launch("source", {1, 32}, source_kernel, t.p, 20);
  t.reports("a shuffle from a lane outside the mask", Fault::kInactiveLane);
  t.on.launch("source", {1, 32}, source_kernel, t.p, 3);
  t.silent("a shuffle from a lane of the mask");
  t.on.launch("down", {1, 32}, down_kernel, t.p, 20u);
  t.reports("a shuffle from a lane that has exited", Fault::kInactiveLane);
  t.on.launch("down", {1, 32}, down_kernel, t.p, 32u);
  t.silent("a shuffle of a whole warp");
}

TEST("Emulator: warp and block operations") {
  EmulatorBench t;
  unsigned* const votes = t.numbers<unsigned>(64);
  t.on.launch("vote", {1, 64}, vote_kernel, votes);
  const auto voted = t.read(votes, 64);
  const bool same =
      std::all_of(voted.begin(), voted.end(), [](unsigned v) { return v == 0xaaaaaaaau + 1 + 40 * 16 + 4; });
  check::expect("Emulator votes over warps and blocks", same);

  int* const shuffled = t.numbers<int>(128);
  t.on.launch("shuffle", {1, 32}, shuffle_kernel, shuffled);
  const auto s = t.read(shuffled, 128);
  bool right = true;
  for (int l = 0; l < 32; ++l) {
    const size_t i = static_cast<size_t>(l);
    right &= s[i] == (l < 3 ? l : l - 3) && s[32 + i] == (l % 8 < 5 ? l + 3 : l);
    right &= s[64 + i] == (l ^ 5) && s[96 + i] == l / 4 * 4 + 2;
  }
  check::expect("Emulator shuffles up, down, across and by index", right);
  t.on.free(votes);
  t.on.free(shuffled);
}

TEST("Emulator: order") {
  EmulatorBench t;
  unsigned* const order = t.numbers<unsigned>(64);
  const auto run = [&](emulator::Order how, std::uint64_t seed) {
    emulator::set_order(how, seed);
    t.on.zero(t.count, 1);
    t.on.launch("first_come", {1, 64}, first_come_kernel, t.count, order);
    emulator::set_order(emulator::Order::kForward);
    return t.read(order, 64);
  };
  const auto forward = run(emulator::Order::kForward, 1), reverse = run(emulator::Order::kReverse, 1);
  const auto one = run(emulator::Order::kRandom, 1), again = run(emulator::Order::kRandom, 1);
  check::expect("Emulator runs forward", forward.front() == 0 && forward.back() == 63);
  check::expect("Emulator runs in reverse", std::equal(forward.begin(), forward.end(), reverse.rbegin()));
  check::expect("Emulator runs at random, by the seed", one == again && one != run(emulator::Order::kRandom, 2));
  t.on.free(order);
}

}  // namespace sophia
