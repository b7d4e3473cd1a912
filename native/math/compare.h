// Comparisons of numbers and of packs, lane by lane, that keep a NaN in what they are given; and the root.
#pragma once
#include "pack.h"

namespace sophia {

// `a < b ? x : y`, lanewise; a NaN compares false.
HD float select_less(float a, float b, float x, float y) { return a < b ? x : y; }
HD double select_less(double a, double b, double x, double y) { return a < b ? x : y; }
template <class T, int N>
HD Pack<T, N> select_less(Pack<T, N> a, Pack<T, N> b, Pack<T, N> x, Pack<T, N> y) {
#if defined(__CUDACC__)
  return lanewise<T, N>([&](int i) { return a.lane[i] < b.lane[i] ? x.lane[i] : y.lane[i]; });
#else
  return Pack<T, N>(a.vector < b.vector ? x.vector : y.vector);
#endif
}

// The smaller, the larger, and a clamp. A NaN in x survives (C's fmin would drop it and hide a broken gradient).
template <class V>
HD V min(V x, V bound) {
  return select_less(bound, x, bound, x);
}
template <class V>
HD V max(V x, V bound) {
  return select_less(x, bound, bound, x);
}
// In one instruction where there is one, which of two zeros, and where one is a NaN, gives its second operand.
template <class T, int N>
HD Pack<T, N> min(Pack<T, N> x, Pack<T, N> bound) {
#if !defined(__CUDACC__)
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4 && N == 16) return Pack<T, N>(_mm512_maskz_min_ps(0xffff, bound.vector, x.vector));
#endif
#if defined(__AVX__)
  if constexpr (sizeof(T) == 4 && N == 8) return Pack<T, N>(_mm256_min_ps(bound.vector, x.vector));
#endif
#endif
  return select_less(bound, x, bound, x);
}
template <class T, int N>
HD Pack<T, N> max(Pack<T, N> x, Pack<T, N> bound) {
#if !defined(__CUDACC__)
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4 && N == 16) return Pack<T, N>(_mm512_maskz_max_ps(0xffff, bound.vector, x.vector));
#endif
#if defined(__AVX__)
  if constexpr (sizeof(T) == 4 && N == 8) return Pack<T, N>(_mm256_max_ps(bound.vector, x.vector));
#endif
#endif
  return select_less(x, bound, bound, x);
}
template <class V>
HD V clamp(V x, V low, V high) {
  return min(max(x, low), high);
}

HD float abs(float x) { return __builtin_fabsf(x); }
HD double abs(double x) { return __builtin_fabs(x); }
template <class T, int N>
HD Pack<T, N> abs(Pack<T, N> x) {
#if defined(__CUDACC__)
  return lanewise<T, N>([&](int i) { return abs(x[i]); });
#else
  using Bits = typename Pack<T, N>::Bits;
  return Pack<T, N>((typename Pack<T, N>::Vector)((Bits)x.vector & ~(Bits)(-Pack<T, N>(T(0)).vector)));
#endif
}

// −1, 0 or 1; sign(±0) = 0 and sign(NaN) = NaN.
template <class V>
HD V sign(V x) {
  const V zero(0), one(1), minus_one(-1);
  return select_less(zero, x, one, select_less(x, zero, minus_one, x));
}

// 1 where a < b, else 0: a count as a number.
template <class V>
HD V less(V a, V b) {
  return select_less(a, b, V(1), V(0));
}

HD float sqrt(float x) { return ::sqrtf(x); }
HD double sqrt(double x) { return ::sqrt(x); }
template <class T, int N>
HD Pack<T, N> sqrt(Pack<T, N> x) {
#if !defined(__CUDACC__)
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4 && N == 16) return Pack<T, N>(_mm512_maskz_sqrt_ps(0xffff, x.vector));
#endif
#if defined(__AVX__)
  if constexpr (sizeof(T) == 4 && N == 8) return Pack<T, N>(_mm256_sqrt_ps(x.vector));
#endif
#endif
  return lanewise<T, N>([&](int i) { return sqrt(x[i]); });
}

// 1/√x, correctly rounded operations (no hardware estimate: estimates differ between makers).
template <class V>
HD V rsqrt(V x) {
  return V(1) / sqrt(x);
}
template <class V>
HD V square(V x) {
  return x * x;
}

}  // namespace sophia
