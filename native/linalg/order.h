// The order of small integers: a stable sort, which leaves each key beside the place that it came from.
// By digits of 8 bits, the least first (Knuth, The Art of Computer Programming 3, 5.2.5, algorithm R).
//
//   keys            (count)                 each at least 0 and below `bound`; the count is below 2³¹
//   sorted, other   (count)                 by key and then by index; the passes go to and fro between them
//   counts          (order_counts(count))   how often each digit comes in each chunk of the keys
//
// A pass counts the digits of every chunk, and then every number knows its place: behind all smaller digits, and behind
// the same digit in what stands before it. Nothing is handed out by atomic additions: the order is the same every time.
#pragma once
#include <cstdint>
#include "../core/backend.h"

namespace sophia {

struct alignas(8) Keyed {
  std::int32_t key, index;
};

struct Order {
  const std::int32_t* keys;
  std::int64_t count;
  std::int32_t bound;
  Keyed *sorted, *other;
  std::int32_t* counts;
};

namespace orders {

inline constexpr int kDigitBits = 8, kDigits = 1 << kDigitBits;
inline constexpr std::int64_t kChunk = 512;  // keys: within one, places are counted by looking at all before

constexpr std::int64_t chunks(std::int64_t count) { return (count + kChunk - 1) / kChunk; }
constexpr int passes(std::int32_t bound) {
  int passes = 1;
  while (passes < 4 && (bound - 1) >> (passes * kDigitBits) != 0) ++passes;
  return passes;
}

}  // namespace orders

constexpr std::int64_t order_counts(std::int64_t count) { return orders::chunks(count) * orders::kDigits; }

void order(Cuda&, const Order&);

}  // namespace sophia
