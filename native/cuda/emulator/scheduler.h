// One block of CUDA threads: who is ready, who waits, and who goes on next.
#pragma once
#include <array>
#include "fiber.h"
#include "runtime_api.h"
#include "warp.h"
#include "words.h"

namespace sophia::emulator {

inline constexpr unsigned kMaxThreads = 1024, kLanes = 32;

enum class State : uint8_t { kReady, kAtBarrier, kInWarpOperation, kExited };

// What a lane brings to a warp operation (warp.h), and who else has to come.
struct WarpCall {
  WarpOperation operation = nullptr;
  unsigned mask = 0;
  void* payload = nullptr;
};

struct Lane {
  uint3 thread;
  unsigned index, warp, lane;  // in the block; of its warp; in its warp
  State state;
  Fiber fiber;  // without a stack until the lane first runs
  WarpCall call;
  const void* site;  // the code that waits
};

// One bit per lane.
struct Warp {
  unsigned members = 0, alive = 0, ready = 0, waiting = 0;
};

struct Block {
  std::array<Lane, kMaxThreads> lanes;
  std::array<Warp, kMaxThreads / kLanes> warps;
  unsigned threads = 0, warp_count = 0, alive = 0;

  Lane& lane(unsigned warp, unsigned lane) { return lanes[warp * kLanes + lane]; }
  Warp& warp_of(const Lane& lane) { return warps[lane.warp]; }
};

extern Block block;
extern Lane* current;  // null while host code runs

// Makes a block of this shape; its threads run at run_block().
void shape_block(dim3 size);

// Runs every thread of the block at blockIdx to its end. False if it had to be abandoned.
bool run_block(const KernelCall& kernel);
void report_deadlock();                        // who waits where
void complete_warp_operations(unsigned warp);  // a lane has exited, maybe the last that others waited for

uint64_t random_choice();  // of the seed of set_order()

// For the running thread: others go on until someone makes it ready again.
void pause();
void make_ready(Lane& lane);

// Abandons the block and its launch, because the running thread must not go on (a wild store, say).
[[noreturn]] void stop_launch();

// Calls f(lane number) for every bit of `lanes`, lowest first.
template <class F>
void each_lane(unsigned lanes, F f) {
  for (; lanes != 0; lanes &= lanes - 1) f(static_cast<unsigned>(__builtin_ctz(lanes)));
}

}  // namespace sophia::emulator
