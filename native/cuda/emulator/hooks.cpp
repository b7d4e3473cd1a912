// The compiler's memory hooks. Kernel files built with -fsanitize=thread call these at every load and store; the
// program is linked without the sanitizer's run time, and this file takes its place.
//
//   g++ -O1 -fsanitize=thread --param tsan-instrument-func-entry-exit=0 -fno-tree-sra -x c++ kernel.cu
//
// Without scalar replacement (-fno-tree-sra) a 16-byte vector stays one access, as it is on a GPU.
// Never compile this or another file of the emulator with -fsanitize=thread.
#include <algorithm>
#include <cstdint>
#include "access.h"
#include "instrumented.h"

using sophia::emulator::check_access;

namespace {

// A copy of 16 bytes is taken for a vector's, which is one access on a GPU. Structs of other sizes are copied in units
// that their size and address allow.
void check_copy(void* memory, unsigned long size, bool write, const void* code) {
  const auto address = reinterpret_cast<uintptr_t>(memory);
  const unsigned unit =
      size == 16 ? 16 : static_cast<unsigned>(std::min<uintptr_t>(8, (size | address) & -(size | address)));
  for (unsigned long i = 0; i < size; i += unit)
    check_access({reinterpret_cast<const void*>(address + i), unit, write, false, code});
}

}  // namespace

#define SOPHIA_HOOKS(kind, size)                                              \
  void __tsan_##kind##read##size(void* address) {                             \
    check_access({address, size, false, false, __builtin_return_address(0)}); \
  }                                                                           \
  void __tsan_##kind##write##size(void* address) {                            \
    check_access({address, size, true, false, __builtin_return_address(0)});  \
  }
#define SOPHIA_HOOKS_OF_SIZE(size) \
  SOPHIA_HOOKS(, size)             \
  SOPHIA_HOOKS(unaligned_, size)   \
  SOPHIA_HOOKS(volatile_, size)

// Host code of the same files may count references; that is none of our business, but must work.
#define SOPHIA_HOST_ATOMICS(bits)                                                                                     \
  uint##bits##_t __tsan_atomic##bits##_load(const uint##bits##_t* p, int) { return __atomic_load_n(p, 5); }           \
  void __tsan_atomic##bits##_store(uint##bits##_t* p, uint##bits##_t v, int) { __atomic_store_n(p, v, 5); }           \
  uint##bits##_t __tsan_atomic##bits##_fetch_add(uint##bits##_t* p, uint##bits##_t v, int) {                          \
    return __atomic_fetch_add(p, v, 5);                                                                               \
  }                                                                                                                   \
  int __tsan_atomic##bits##_compare_exchange_weak(uint##bits##_t* p, uint##bits##_t* expected, uint##bits##_t v, int, \
                                                  int) {                                                              \
    return __atomic_compare_exchange_n(p, expected, v, true, 5, 5);                                                   \
  }

extern "C" {
// Runs before any constructor, in every instrumented file.
void __tsan_init() { sophia::emulator::instrumented = true; }

SOPHIA_HOOKS_OF_SIZE(1)
SOPHIA_HOOKS_OF_SIZE(2)
SOPHIA_HOOKS_OF_SIZE(4)
SOPHIA_HOOKS_OF_SIZE(8)
SOPHIA_HOOKS_OF_SIZE(16)
SOPHIA_HOST_ATOMICS(8)
SOPHIA_HOST_ATOMICS(32)
SOPHIA_HOST_ATOMICS(64)

void __tsan_read_range(void* address, unsigned long size) {
  check_copy(address, size, false, __builtin_return_address(0));
}
void __tsan_write_range(void* address, unsigned long size) {
  check_copy(address, size, true, __builtin_return_address(0));
}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
}
