// Warp operations: shuffles, votes and __syncwarp, in which the lanes named by a mask meet.
#pragma once
#include <cstring>
#include "words.h"

namespace sophia::emulator {

// Runs once, when the last lane of the mask has come: payloads[l] is what lane l brought, null if it takes no
// part; results are written into the payloads.
using WarpOperation = void (*)(void* payloads[32], unsigned active);
void warp_operation(unsigned mask, WarpOperation operation, void* payload, const void* site);

enum class Shuffle { kIndex, kUp, kDown, kXor };
uint64_t shuffle(Shuffle kind, unsigned mask, uint64_t value, int argument, int width);
unsigned ballot(unsigned mask, bool predicate);

template <class T>
__forceinline__ T shuffle_as(Shuffle kind, unsigned mask, T value, int argument, int width) {
  static_assert(sizeof(T) <= sizeof(uint64_t), "a shuffle moves at most 8 bytes");
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = shuffle(kind, mask, bits, argument, width);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace sophia::emulator

template <class T>
__forceinline__ T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  return sophia::emulator::shuffle_as(sophia::emulator::Shuffle::kIndex, mask, value, source, width);
}
template <class T>
__forceinline__ T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return sophia::emulator::shuffle_as(sophia::emulator::Shuffle::kUp, mask, value, static_cast<int>(delta), width);
}
template <class T>
__forceinline__ T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return sophia::emulator::shuffle_as(sophia::emulator::Shuffle::kDown, mask, value, static_cast<int>(delta), width);
}
template <class T>
__forceinline__ T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32) {
  return sophia::emulator::shuffle_as(sophia::emulator::Shuffle::kXor, mask, value, lanes, width);
}

inline unsigned __ballot_sync(unsigned mask, int predicate) { return sophia::emulator::ballot(mask, predicate != 0); }
inline int __any_sync(unsigned mask, int predicate) { return sophia::emulator::ballot(mask, predicate != 0) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return sophia::emulator::ballot(mask, predicate == 0) == 0; }
void __syncwarp(unsigned mask = 0xffffffffu);

// Block barriers are told apart by their place in the source: an optimiser may duplicate the call itself.
void __syncthreads(const char* file = __builtin_FILE(), int line = __builtin_LINE());
int __syncthreads_count(int predicate, const char* file = __builtin_FILE(), int line = __builtin_LINE());
int __syncthreads_and(int predicate, const char* file = __builtin_FILE(), int line = __builtin_LINE());
int __syncthreads_or(int predicate, const char* file = __builtin_FILE(), int line = __builtin_LINE());
