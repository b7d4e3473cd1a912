// Shared memory: the `__shared__` variables, which live in the TLS segment, and the one dynamic array.
#pragma once
#include <string>
#include "races.h"

namespace sophia::emulator {

inline constexpr size_t kMaxSharedBytes = 227 * 1024;  // of a block on any GPU, that of compute capability 9.0
size_t max_shared_bytes();                             // of the GPU that there is
inline constexpr size_t kSharedByDefault = 48 * 1024;  // a kernel must ask before it may have more

// The running block's dynamic shared memory (cuda/team.h, dynamic_shared).
void* dynamic_shared_memory();
void set_dynamic_shared(size_t bytes);

// A variable, and the history of its cells from its first byte on.
struct SharedVariable {
  std::string name;
  const char* begin;
  size_t size;
  Cell* cells;

  bool holds(const char* address, size_t bytes) const { return address >= begin && address + bytes <= begin + size; }
};

bool in_shared_memory(const void* address);
const SharedVariable& find_shared(const void* address);  // the one at or below the address; maybe too short

}  // namespace sophia::emulator
