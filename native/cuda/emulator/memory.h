// Device memory: its own stretch of addresses, never reused, so that a freed or foreign pointer is always told.
//
//   | unmapped page | 0xff... | allocation, 256-byte aligned | canary | unmapped page |
//
// New memory holds 0xff, which is NaN in every float format.
#pragma once
#include <string>
#include <vector>
#include "device.h"
#include "races.h"
#include "runtime_api.h"

namespace sophia::emulator {

struct Allocation {
  char* base;
  size_t size;
  Device* device;
  bool live = true;      // mapped; `leaving` is the host's business, this and the next are that of work
  bool promised = true;  // to a stream that has not come to it yet
  bool leaving = false;  // it was freed, though a stream may not have come to it
  bool pooled = false;
  // When checking: one cell per 4 bytes, and for each sector the last launch that touched it.
  std::vector<Cell> cells = {};
  std::vector<uint32_t> read_launch = {}, write_launch = {};

  bool spans(const char* address, size_t bytes) const { return address >= base && address + bytes <= base + size; }
  // The first while work runs, the second when it is asked for.
  bool holds(const char* address, size_t bytes) const { return live && !promised && spans(address, bytes); }
  bool will_hold(const char* address, size_t bytes) const { return live && !leaving && spans(address, bytes); }
};

bool in_device_memory(const void* address);
Allocation* find_allocation(const void* address);         // the one at or below the address; maybe dead or too short
bool valid_range(const void* address, size_t bytes);      // pageable memory, or within one allocation, for work to come
std::string fault_of(const void* address, size_t bytes);  // of device memory, while work runs; empty if there is none
void mark_initialised(const void* address, size_t bytes);
void check_canaries();  // after each launch

// The first two while no work runs.
Allocation* allocate(Device& device, size_t bytes);  // null when the addresses or the host's memory are used up
Allocation* living(void* memory);                    // the one that begins there, if nobody has freed it
void release(Allocation& allocation);                // its addresses are never used again
bool is_pageable(const void* address);
bool within_pinned(const void* address,
                   size_t bytes);  // all of it or none: what begins elsewhere is no business of ours

// While one of these lives, host code (the emulator's copies, and kernels) may touch device memory.
class Window {
 public:
  Window();
  ~Window();
  Window(const Window&) = delete;
};

}  // namespace sophia::emulator
