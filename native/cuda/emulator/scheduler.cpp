// The scheduler has no loop of its own: a thread that has to wait jumps straight into the next ready one, and a
// thread that ends hands its stack to one that has not begun. Threads that never wait thus cost no switch.
#include "scheduler.h"
#include <algorithm>
#include <random>
#include "barrier.h"
#include "counters.h"
#include "device_thread.h"
#include "instrumented.h"
#include "runtime_api.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace sophia::emulator {

Block block;
Lane* current = nullptr;

namespace {

const KernelCall* kernel;
Fiber host;
bool stopped;

struct Choice {
  Order order = Order::kForward;
  std::mt19937_64 random{1};
  unsigned last_warp = 0;
} choice;

unsigned choose_lane(unsigned ready, unsigned rotation) {
  if (choice.order == Order::kReverse) return 31 - static_cast<unsigned>(__builtin_clz(ready));
  const unsigned turned = rotation == 0 ? ready : ready >> rotation | ready << (kLanes - rotation);
  return (static_cast<unsigned>(__builtin_ctz(turned)) + rotation) % kLanes;
}

// The next ready lane, from the warp that ran last onwards; null if all wait.
Lane* next_ready() {
  unsigned first = choice.last_warp, rotation = 0;
  if (choice.order == Order::kRandom) {
    const uint64_t bits = choice.random();
    first = static_cast<unsigned>(bits % block.warp_count);
    rotation = static_cast<unsigned>(bits >> 32) % kLanes;
  }
  for (unsigned i = 0; i < block.warp_count; ++i) {
    const unsigned step = choice.order == Order::kReverse ? block.warp_count - i : i;
    const unsigned warp = (first + step) % block.warp_count;
    if (block.warps[warp].ready == 0) continue;
    choice.last_warp = warp;
    return &block.lane(warp, choose_lane(block.warps[warp].ready, rotation));
  }
  return nullptr;
}

void lane_loop();

void set_current(Lane& lane) {
  block.warp_of(lane).ready &= ~(1u << lane.lane);
  current = &lane;
  threadIdx = lane.thread;
}

void go_on(Fiber& from, Lane& lane, bool forever = false) {
  if (lane.fiber.stack == nullptr) prepare(lane.fiber, take_stack(), lane_loop);
  set_current(lane);
  ++counters.switches;
  jump(from, lane.fiber, forever);
}

// The running thread has ended: it no longer counts at barriers, and a warp operation may have waited for its end.
void retire(Lane& lane) {
  lane.state = State::kExited;
  block.warp_of(lane).alive &= ~(1u << lane.lane);
  --block.alive;
  release_barrier_if_complete();
  complete_warp_operations(lane.warp);
}

[[noreturn]] void leave_for_host(Fiber& from) {
  jump(from, host, true);
  __builtin_unreachable();
}

// What a stack does: runs one thread after another, as long as there are some that have not begun.
void lane_loop() {
  for (;;) {
    kernel->invoke(kernel->bound.get());
    Lane& ended = *current;
    retire(ended);
    Fiber abandoned;
    abandoned.stack = ended.fiber.stack;
    Lane* const next = next_ready();
    if (next != nullptr && next->fiber.stack == nullptr) {
      next->fiber.stack = ended.fiber.stack;
      set_current(*next);
      continue;
    }
    give_back(ended.fiber.stack);
    if (next == nullptr) leave_for_host(abandoned);
    go_on(abandoned, *next, true);
  }
}

void begin_block() {
  block.alive = block.threads;
  choice.last_warp = choice.order == Order::kReverse ? block.warp_count - 1 : 0;
  for (unsigned w = 0; w < block.warp_count; ++w) {
    const unsigned lanes = std::min(kLanes, block.threads - w * kLanes);
    const unsigned all = lanes == kLanes ? ~0u : (1u << lanes) - 1;
    block.warps[w] = {.members = all, .alive = all, .ready = all, .waiting = 0};
  }
  for (unsigned i = 0; i < block.threads; ++i) {
    block.lanes[i].state = State::kReady;
    block.lanes[i].fiber.stack = nullptr;
  }
  begin_barriers();
  stopped = false;
}

}  // namespace

void set_order(Order order, uint64_t seed) {
  const Exclusive alone;
  choice.order = order;
  choice.random.seed(seed);
}

uint64_t random_choice() { return choice.random(); }

void shape_block(dim3 size) {
  block.threads = size.x * size.y * size.z;
  block.warp_count = (block.threads + kLanes - 1) / kLanes;
  for (unsigned i = 0; i < block.threads; ++i) {
    Lane& lane = block.lanes[i];
    lane.thread = {i % size.x, i / size.x % size.y, i / size.x / size.y};
    lane.index = i;
    lane.warp = i / kLanes;
    lane.lane = i % kLanes;
  }
}

bool run_block(const KernelCall& call) {
  kernel = &call;
  begin_block();
  watched = true;
  go_on(host, *next_ready());
  watched = false;
  current = nullptr;
  if (block.alive == 0) return true;
  if (!stopped) report_deadlock();
  reclaim_stacks();
  return false;
}

void make_ready(Lane& lane) {
  lane.state = State::kReady;
  block.warp_of(lane).ready |= 1u << lane.lane;
}

void pause() {
  Lane& waiting = *current;
  Lane* const next = next_ready();
  if (next == nullptr) leave_for_host(waiting.fiber);
  go_on(waiting.fiber, *next);
}

void stop_launch() {
  stopped = true;
  leave_for_host(current->fiber);
}

}  // namespace sophia::emulator
