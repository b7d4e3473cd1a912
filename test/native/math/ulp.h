// Distances between floats, and floats to measure them on.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace ulp {

// |got − want| in units of the last place of a float of want's size; infinite where one is NaN and the other is not.
inline double error(float got, double want) {
  if (std::isnan(want)) return std::isnan(got) ? 0 : INFINITY;
  if (std::isinf(got) || std::isinf(want)) {
    const double largest = 0x1.ffffffp127;  // what is not below it rounds to infinity
    const bool both = std::isinf(got) && std::abs(want) >= largest && (got > 0) == (want > 0);
    return both || static_cast<double>(got) == want ? 0 : INFINITY;
  }
  int exponent;
  std::frexp(want, &exponent);
  return std::abs(got - want) / std::ldexp(1.0, std::max(exponent - 24, -149));
}

// f(x) for every stride-th float of [low, high], of both signs and all sizes down to the smallest.
template <class F>
void each_float(float low, float high, std::uint32_t stride, F f) {
  for (std::uint64_t bits = 0; bits < 1ull << 32; bits += stride)
    if (const float x = std::bit_cast<float>(static_cast<std::uint32_t>(bits)); x >= low && x <= high) f(x);
}

// The same number, or both NaN.
inline bool same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) || (std::isnan(a) && std::isnan(b));
}

}  // namespace ulp
