#include "races.h"
#include <array>
#include <set>
#include "report.h"
#include "scheduler.h"

namespace sophia::emulator {
namespace {

// Touch::thread beyond the threads: kWarp + w stands for several lanes of warp w, kSeveral for more.
constexpr uint16_t kWarp = 0x4000, kSeveral = 0xffff;
using Clock = std::array<uint32_t, kLanes>;  // what a lane knows of the other lanes' clocks

struct Order {
  uint32_t launch_first_block = 0, block = 0, epoch = 0;
  std::array<std::array<Clock, kLanes>, kMaxThreads / kLanes> clocks;
  // The hand-over between blocks by __threadfence and atomics.
  std::array<bool, kMaxThreads> fenced, atomic;
  std::set<uint32_t> released, acquired;
} order;

Clock& clock_of(unsigned thread) { return order.clocks[thread / kLanes][thread % kLanes]; }

unsigned warp_of(uint16_t thread) {
  if (thread == kSeveral) return kSeveral;
  return thread >= kWarp ? thread - kWarp : thread / kLanes;
}

// Did a __syncwarp come between those threads' access and the running thread?
bool ordered_by_warp(const Touch& touch) {
  if (warp_of(touch.thread) != current->warp) return false;
  const Clock& seen = clock_of(current->index);
  if (touch.thread < kWarp) return seen[touch.thread % kLanes] >= touch.time;
  bool ordered = true;
  each_lane(block.warps[current->warp].members,
            [&](unsigned l) { ordered &= l == current->lane || seen[l] >= touch.time; });
  return ordered;
}

bool conflicts(const Touch& touch, Scope scope) {
  const uint32_t first_block = scope == Scope::kBlock ? order.block : order.launch_first_block;
  if (touch.block < first_block) return false;
  if (touch.block != order.block) return order.acquired.count(touch.block) == 0;
  if (touch.epoch != order.epoch || touch.thread == current->index) return false;
  return !ordered_by_warp(touch);
}

Touch now() {
  const unsigned me = current->index;
  return {order.block, order.epoch, clock_of(me)[current->lane], static_cast<uint16_t>(me)};
}

// Readers since the last barrier are remembered as one thread, as a warp, or as several warps.
void enter_read(Cell& cell, uint8_t bytes) {
  const Touch before = cell.read;
  const bool joins = before.block == order.block && before.epoch == order.epoch && before.thread != current->index &&
                     (cell.read_bytes & bytes) != 0 && !ordered_by_warp(before);
  cell.read = now();
  cell.read_bytes = joins ? cell.read_bytes | bytes : bytes;
  if (!joins) return;
  const bool same_warp = warp_of(before.thread) == current->warp;
  cell.read.thread = same_warp ? static_cast<uint16_t>(kWarp + current->warp) : kSeveral;
  cell.read.time = std::max(cell.read.time, before.time);
}

void enter_write(Cell& cell, uint8_t bytes, bool atomic) {
  cell.write = now();
  cell.written = bytes;
  cell.atomic = atomic;
  cell.initialised |= bytes;
}

}  // namespace

Conflict touch(Cell& cell, uint8_t bytes, bool write, bool atomic, Scope scope) {
  Conflict found = {};
  if (write && !atomic && (cell.read_bytes & bytes) != 0 && conflicts(cell.read, scope)) found = {"read", cell.read};
  if ((cell.written & bytes) != 0 && !(atomic && cell.atomic) && conflicts(cell.write, scope))
    found = {"write", cell.write};
  if (write) enter_write(cell, bytes, atomic);
  else enter_read(cell, bytes);
  return found;
}

bool touched_by_this_block(const Cell& cell) {
  return cell.write.block == order.block || cell.read.block == order.block;
}

std::string name_of(const Touch& touch) {
  const unsigned n = touch.block - order.launch_first_block;
  const std::string where =
      describe(" of block %u,%u,%u", n % gridDim.x, n / gridDim.x % gridDim.y, n / gridDim.x / gridDim.y);
  if (touch.thread == kSeveral) return "threads of several warps" + where;
  if (touch.thread >= kWarp) return describe("several threads of warp %u", warp_of(touch.thread)) + where;
  const uint3 thread = block.lanes[touch.thread].thread;
  return describe("thread %u,%u,%u", thread.x, thread.y, thread.z) + where;
}

void begin_launch_clocks() {
  order.launch_first_block = order.block + 1;
  order.released.clear();
}

void begin_block_clocks() {
  if (!checking()) return;
  ++order.block;
  ++order.epoch;
  for (unsigned i = 0; i < block.warp_count * kLanes; ++i) {
    clock_of(i).fill(0);
    clock_of(i)[i % kLanes] = 1;
  }
  order.fenced.fill(false);
  order.atomic.fill(false);
  order.acquired.clear();
}

void next_epoch() { ++order.epoch; }

void order_lanes(unsigned warp, unsigned active) {
  if (!checking()) return;
  Clock joined = {};
  each_lane(active, [&](unsigned l) {
    for (unsigned k = 0; k < kLanes; ++k) joined[k] = std::max(joined[k], order.clocks[warp][l][k]);
  });
  each_lane(active, [&](unsigned l) {
    order.clocks[warp][l] = joined;
    ++order.clocks[warp][l][l];
  });
}

void note_fence() {
  order.fenced[current->index] = true;
  if (order.atomic[current->index]) order.acquired.insert(order.released.begin(), order.released.end());
}

void note_atomic() {
  if (order.fenced[current->index]) order.released.insert(order.block);
  order.atomic[current->index] = true;
}

}  // namespace sophia::emulator
