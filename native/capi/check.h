// What C's callers may say of numbers and addresses: the native code below would take any.
#pragma once
#include <cmath>
#include <cstdint>
#include "../core/error.h"

namespace sophia::capi {

// Far beyond any memory, and far enough below the largest number that sums and bytes of a few do not overflow.
inline constexpr std::int64_t kMostElements = std::int64_t{1} << 48;

inline std::int64_t element_count(std::int64_t count) {
  require(count >= 0 && count <= kMostElements, "Expected `count` to be from 0 to ", kMostElements, ", got ", count);
  return count;
}

inline void expect_aligned(const void* data, std::uint64_t element, const char* argument) {
  require(reinterpret_cast<std::uintptr_t>(data) % element == 0, "Expected `", argument, "` to begin at a multiple of ",
          element, " bytes, got ", data);
}

inline double positive(const char* name, double x) {
  require(std::isfinite(x) && x > 0, "Expected `", name, "` to be positive and finite, got ", x);
  return x;
}
inline double non_negative(const char* name, double x) {
  require(std::isfinite(x) && x >= 0, "Expected `", name, "` to be 0 or more and finite, got ", x);
  return x;
}
inline double fraction(const char* name, double x) {
  require(x >= 0 && x < 1, "Expected `", name, "` to be in [0, 1), got ", x);
  return x;
}

}  // namespace sophia::capi
