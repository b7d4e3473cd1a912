// Who touched each four bytes last, and whether what comes now is ordered after it.
//
// Ordered are: what one thread does; what lies on two sides of a __syncthreads (an "epoch" each); what lies on
// two sides of a __syncwarp of both lanes (vector clocks, one per lane); and what a block wrote before a
// __threadfence and an atomic, for a block that has made an atomic and a __threadfence since.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace sophia::emulator {

struct Touch {
  uint32_t block = 0, epoch = 0;  // blocks are numbered through all launches, epochs too
  uint32_t time = 0;              // on the thread's own clock
  uint16_t thread = 0;            // or, for reads, several threads of one warp, or of several warps
};

// The history of four bytes. The masks have one bit per byte.
struct Cell {
  Touch write, read;
  uint8_t written = 0, read_bytes = 0, initialised = 0;
  bool atomic = false;  // the last write was
};

// Splits a range of bytes: f(number of the cell, mask of its bytes).
template <class F>
void each_cell(size_t offset, size_t bytes, F f) {
  for (const size_t end = offset + bytes; offset < end;) {
    const size_t first = offset % 4, count = std::min(4 - first, end - offset);
    f(offset / 4, static_cast<uint8_t>(((1u << count) - 1) << first));
    offset += count;
  }
}

// For the running thread. Returns what the access conflicts with, or null; then enters it in the cell.
enum class Scope { kBlock, kLaunch };  // shared memory is one block's, global memory the whole launch's
struct Conflict {
  const char* with;  // "write" or "read"; null if there is none
  Touch touch;
};
Conflict touch(Cell& cell, uint8_t bytes, bool write, bool atomic, Scope scope);
bool touched_by_this_block(const Cell& cell);
std::string name_of(const Touch& touch);  // its thread and block, by their coordinates

void begin_launch_clocks();
void begin_block_clocks();
void next_epoch();                                 // a barrier
void order_lanes(unsigned warp, unsigned active);  // a __syncwarp
void note_fence();
void note_atomic();

}  // namespace sophia::emulator
