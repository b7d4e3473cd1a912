// Device memory: its own stretch of addresses, never reused, so that a freed or foreign pointer is always told.
//
//   | unmapped page | 0xff... | allocation, 256-byte aligned | canary | unmapped page |
//
// New memory holds 0xff, which is NaN in every float format.
#pragma once
#include <vector>
#include "races.h"
#include "runtime_api.h"

namespace sophia::emulator {

struct Allocation {
  char* base;
  size_t size;
  bool live = true;
  // When checking: one cell per 4 bytes, and for each sector the last launch that touched it.
  std::vector<Cell> cells = {};
  std::vector<uint32_t> read_launch = {}, write_launch = {};

  bool holds(const char* address, size_t bytes) const {
    return live && address >= base && address + bytes <= base + size;
  }
};

bool in_device_memory(const void* address);
Allocation* find_allocation(const void* address);     // the one at or below the address; maybe dead or too short
bool valid_range(const void* address, size_t bytes);  // host memory, or within one living allocation
void mark_initialised(const void* address, size_t bytes);
void check_canaries();  // after each launch

// While one of these lives, host code (the emulator's copies, and kernels) may touch device memory.
class Window {
 public:
  Window();
  ~Window();
  Window(const Window&) = delete;
};

}  // namespace sophia::emulator
