// exp, log, sigmoid, the normal distribution and the circle, for a number, a Pack and a Dual of either.
//
// The float forms are branch-free and without tables: an argument reduced through the bits of the float, then a minimax
// polynomial (Remez exchange, 40 digits) in Horner's form. One text serves the number and the pack, so a number and
// every lane get the same bits on one instruction set. Doubles, which serve the reference arithmetic of the tests, go
// to the C library. Greatest errors in units in the last place of the result, over every float:
//
//   exp 1.1    log 0.9    sigmoid and its complement 2.9    cdf 5.8    density 2.8    sin, cos of an angle in turns 1.8
//
// Subnormal numbers are kept; results overflow to infinity and underflow to zero gradually; NaN stays NaN.
#pragma once
#include "dual.h"

namespace sophia {

namespace functions {

// The bits of a float, or of every lane of a pack; and back.
HD std::uint32_t to_bits(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
template <class V>
HD V from_bits(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
#if !defined(__CUDACC__)
template <int N>
struct BitsOf {
  typedef std::uint32_t Vector __attribute__((vector_size(N * sizeof(float))));
};
template <int N>
HD auto to_bits(Pack<float, N> x) {
  return (typename BitsOf<N>::Vector)x.vector;
}
template <class V>
HD V from_bits(typename BitsOf<V::kWidth>::Vector bits) {
  return V((typename V::Vector)bits);
}
#endif

// c₀ + c₁x + c₂x² + …
template <class V>
HD V polynomial(V, float last) {
  return V(last);
}
template <class V, class... Floats>
HD V polynomial(V x, float first, Floats... more) {
  return multiply_add(polynomial(x, more...), x, V(first));
}

// Adding it to a float below 2²² rounds that to an integer, which then stands in the low bits of the sum.
inline constexpr float kRounder = 0x1.8p23f;
inline constexpr std::uint32_t kRounderBits = 0x4b400000;
inline constexpr int kMantissaBits = 23;
inline constexpr std::uint32_t kBias = 127;  // of the exponent

// log 2 in two floats: a few bits of n times the first is exact.
inline constexpr float kLog2High = 0x1.62e4p-1f, kLog2Low = 0x1.7f7d1cp-20f;

// eˣ = 2ⁿ eʳ,   |r| ≤ log(2)/2. 2ⁿ is applied in two factors, so that the result may be subnormal or infinite.
template <class V>
HD V exp(V x) {
  x = clamp(x, V(-104.0f), V(89.0f));
  const V shifted = multiply_add(x, V(0x1.715476p0f), V(kRounder)), n = shifted - kRounder;
  const V r = multiply_add(n, V(-kLog2Low), multiply_add(n, V(-kLog2High), x));
  const V q = polynomial(r, 0.49999994f, 0.16666521f, 0.04166839f, 0.008368745f, 0.001381454f);
  const V y = multiply_add(r * r, q, r) + 1.0f;
  const auto exponent = to_bits(shifted) - kRounderBits + 2 * kBias, half = exponent >> 1;
  return y * from_bits<V>(half << kMantissaBits) * from_bits<V>((exponent - half) << kMantissaBits);
}

// log x = n log 2 + log(1 + f),   √½ ≤ 1 + f < √2.
template <class V>
HD V log(V x) {
  constexpr float kInfinity = __builtin_inff();
  constexpr std::uint32_t kRootHalf = 0x3f3504f3, kOne = 0x3f800000, kMantissa = 0x7fffff;
  const V subnormal = less(x, V(0x1p-126f));
  const auto bits = to_bits(x * multiply_add(subnormal, V(0x1p23f - 1), V(1))) + (kOne - kRootHalf);
  const V n = from_bits<V>((bits >> kMantissaBits) - kBias + kRounderBits) - kRounder - subnormal * 23.0f;
  const V f = from_bits<V>((bits & kMantissa) + kRootHalf) - 1.0f;
  const V q = polynomial(f, 0.3333333f, -0.2500082f, 0.20001227f, -0.16623357f, 0.14201759f, -0.13160183f, 0.12761576f,
                         -0.07634497f);
  const V square = f * f, low = multiply_add(n, V(kLog2Low), multiply_add(square * f, q, square * -0.5f));
  const V y = multiply_add(n, V(kLog2High), f + low);
  const V outside = select_less(x, V(0), V(__builtin_nanf("")), x - kInfinity);
  return select_less(V(0), x, select_less(x, V(kInfinity), y, x), outside);
}

// Φ(−a) e^{a²/2} for a from 0 to 14.5: (a + 2.5)⁻¹ times a polynomial in (a − 2.5)/(a + 2.5).
template <class V>
HD V scaled_tail(V a) {
  const V u = V(1) / (a + 2.5f);
  return u * polynomial((a - 2.5f) * u, 0.70665663f, -0.433692f, 0.13198696f, 0.009235915f, -0.01638602f,
                        -0.0016009612f, 0.0025232972f, 0.0006843447f, -0.0003108648f, -0.00015726671f);
}

HD double erfc(double x) { return std::erfc(x); }
template <int N>
HD Pack<double, N> erfc(Pack<double, N> x) {
  return lanewise<double, N>([&](int i) { return std::erfc(x[i]); });
}

}  // namespace functions

#if defined(__CUDACC__)
template <class T> inline constexpr bool kInLanes = false;  // a pack is an array: number by number
#else
template <class T> inline constexpr bool kInLanes = std::is_same_v<T, float>;
#endif

#define SOPHIA_FUNCTION(f)                                              \
  HD float f(float x) { return functions::f(x); }                       \
  HD double f(double x) { return std::f(x); }                           \
  template <class T, int N>                                             \
  HD Pack<T, N> f(Pack<T, N> x) {                                       \
    if constexpr (kInLanes<T>) return functions::f(x);                  \
    else return lanewise<T, N>([&](int i) { return sophia::f(x[i]); }); \
  }
SOPHIA_FUNCTION(exp)
SOPHIA_FUNCTION(log)
#undef SOPHIA_FUNCTION

template <class V>
HD Dual<V> exp(Dual<V> x) {
  const V y = exp(x.value);
  return {y, y * x.tangent};
}
template <class V>
HD Dual<V> log(Dual<V> x) {
  return {log(x.value), x.tangent / x.value};
}

// s = 1/(1 + e⁻ˣ) and 1 − s without cancellation, so that s' = s·(1 − s) is accurate in both tails.
// tanh x = 2s(2x) − 1.
template <class V>
struct Sigmoid {
  V value, complement;
};
template <class V>
HD Sigmoid<V> sigmoid(V x) {
  const V e = exp(-abs(x)), large = V(1) / (V(1) + e), small = e * large;
  return {select_less(x, V(0), small, large), select_less(x, V(0), large, small)};
}
template <class V>
HD Sigmoid<Dual<V>> sigmoid(Dual<V> x) {
  const auto s = sigmoid(x.value);
  const V slope = s.value * s.complement * x.tangent;
  return {{s.value, slope}, {s.complement, -slope}};
}

// The standard normal distribution:  cdf Φ(x) = ½(1 + erf(x/√2)), accurate in the negative tail too, and its
// derivative, the density φ(x) = e^{−x²/2}/√(2π).
template <class V>
struct Normal {
  V cdf, density;
};
template <class V>
HD Normal<V> normal_distribution(V x) {
  constexpr double kRootHalf = 0.70710678118654752440, kPeak = 0.39894228040143267794;  // 1/√2, 1/√(2π)
  if constexpr (std::is_same_v<Number<V>, double>) {
    return {functions::erfc(x * -kRootHalf) * 0.5, exp(x * x * -0.5) * kPeak};
  } else {
    const V a = min(abs(x), V(14.5f)), square = a * a, lost = fma(a, a, -square);  // beyond, Φ(−a) < 2⁻¹⁵⁰
    const V rounded = exp(square * -0.5f), e = multiply_add(rounded, lost * -0.5f, rounded);
    const V tail = e * functions::scaled_tail(a);
    return {select_less(x, V(0), tail, V(1) - tail), e * static_cast<float>(kPeak)};
  }
}
template <class V>
HD Normal<Dual<V>> normal_distribution(Dual<V> x) {
  const auto y = normal_distribution(x.value);
  return {{y.cdf, y.density * x.tangent}, {y.density, -x.value * y.density * x.tangent}};
}

// sin 2πu and cos 2πu for float u in [0, 1): in turns the reduction to an eighth of the circle is exact.
template <class V>
struct Circle {
  V sin, cos;
};
template <class V>
HD Circle<V> circle(V u) {
  using functions::from_bits, functions::to_bits;
  const V shifted = u * 4.0f + functions::kRounder, n = shifted - functions::kRounder;
  const V r = u - n * 0.25f, s = r * r;
  const auto sin = to_bits(r * functions::polynomial(s, 6.2831855f, -41.341663f, 81.592354f, -75.39356f));
  const auto cos = to_bits(functions::polynomial(s, 1.0f, -19.739208f, 64.93932f, -85.44324f, 59.229244f));
  const auto quarter = to_bits(shifted), swap = (sin ^ cos) & -(quarter & 1);
  return {from_bits<V>(sin ^ swap ^ ((quarter & 2) << 30)), from_bits<V>(cos ^ swap ^ (((quarter + 1) & 2) << 30))};
}

#if defined(__CUDACC__)
template <int N>
HD Circle<Pack<float, N>> circle(Pack<float, N> u) {
  Circle<Pack<float, N>> y;
  for (int i = 0; i < N; ++i) {
    const auto lane = circle(u[i]);
    y.sin.set(i, lane.sin);
    y.cos.set(i, lane.cos);
  }
  return y;
}
#endif

}  // namespace sophia
