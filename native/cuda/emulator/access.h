// Judges every load and store of a kernel, before it happens.
#pragma once

namespace sophia::emulator {

struct Access {
  const void* address;
  unsigned size;       // 1, 2, 4, 8 or 16: a GPU wants the address to be a multiple of it
  bool write, atomic;  // an atomic reads and writes
  const void* code;
  bool again = false;  // it was counted before
};

// Called by the compiler's hooks (hooks.cpp). Does nothing while host code runs. An access that must not happen
// ends the launch.
void check_access(const Access& access);
void forget_contents(const void* shared, unsigned bytes);  // they are not yet what the kernel has written

}  // namespace sophia::emulator
