// Dual<V>: a value together with its tangent, the derivative along one fixed direction.
//
// Pearlmutter's R-operator (1994, Neural Computation 6) as a number type. Run the forward pass on Dual and the
// outputs carry J·v; run the *backward* pass on Dual and the gradients carry H·v. The only tangent written by hand
// is the product rule of the matrix product (linalg/matmul.h).
#pragma once
#include "lanes.h"

namespace sophia {

template <class V>
struct Dual {
  V value, tangent;
  Dual() = default;
  HD Dual(V value, V tangent) : value(value), tangent(tangent) {}
  HD Dual(V constant) : value(constant), tangent(V(0)) {}
  template <class C>
    requires(std::is_arithmetic_v<C> && !std::is_same_v<C, V>)
  HD Dual(C constant) : value(V(constant)), tangent(V(0)) {}
};

template <class V> HD Dual<V> operator+(Dual<V> a, Dual<V> b) { return {a.value + b.value, a.tangent + b.tangent}; }
template <class V> HD Dual<V> operator-(Dual<V> a, Dual<V> b) { return {a.value - b.value, a.tangent - b.tangent}; }
template <class V> HD Dual<V> operator-(Dual<V> a) { return {-a.value, -a.tangent}; }
template <class V> HD Dual<V> operator*(Dual<V> a, Dual<V> b) {
  return {a.value * b.value, multiply_add(a.tangent, b.value, a.value * b.tangent)};
}
template <class V> HD Dual<V> operator/(Dual<V> a, Dual<V> b) {
  const V y = a.value / b.value;
  return {y, (a.tangent - y * b.tangent) / b.value};
}

// The one number type under V: float for float, Pack<float, N> and the Duals of both.
template <class V> struct NumberOf {
  using type = V;
};
template <class T, int N> struct NumberOf<Pack<T, N>> {
  using type = T;
};
template <class V> struct NumberOf<Dual<V>> : NumberOf<V> {};
template <class V> using Number = typename NumberOf<V>::type;

template <class V> inline constexpr bool kIsDual = false;
template <class V> inline constexpr bool kIsDual<Dual<V>> = true;

// Constants (their tangent is zero) and row statistics (one number for all lanes) meet a Dual by conversion.
#define SOPHIA_DUAL_CONSTANT(op)                                                                   \
  template <class V> HD Dual<V> operator op(Dual<V> a, Number<V> b) { return a op Dual<V>(V(b)); } \
  template <class V> HD Dual<V> operator op(Number<V> a, Dual<V> b) { return Dual<V>(V(a)) op b; }
SOPHIA_DUAL_CONSTANT(+)
SOPHIA_DUAL_CONSTANT(-)
#undef SOPHIA_DUAL_CONSTANT
template <class V> HD Dual<V> operator*(Dual<V> a, Number<V> b) { return {a.value * b, a.tangent * b}; }
template <class V> HD Dual<V> operator*(Number<V> a, Dual<V> b) { return {b.value * a, b.tangent * a}; }
template <class V> HD Dual<V> operator/(Dual<V> a, Number<V> b) { return {a.value / b, a.tangent / b}; }

// Constants that differ from lane to lane, such as a mask.
template <class T, int N> HD Dual<Pack<T, N>> operator*(Dual<Pack<T, N>> a, Pack<T, N> b) {
  return {a.value * b, a.tangent * b};
}

template <class T, int N> HD Dual<Pack<T, N>> broadcast(Dual<T> s) {
  return {Pack<T, N>(s.value), Pack<T, N>(s.tangent)};
}
#define SOPHIA_DUAL_ROW(op)                                                                  \
  template <class T, int N> HD Dual<Pack<T, N>> operator op(Dual<Pack<T, N>> a, Dual<T> s) { \
    return a op broadcast<T, N>(s);                                                          \
  }                                                                                          \
  template <class T, int N> HD Dual<Pack<T, N>> operator op(Dual<T> s, Dual<Pack<T, N>> a) { \
    return broadcast<T, N>(s) op a;                                                          \
  }
SOPHIA_DUAL_ROW(+)
SOPHIA_DUAL_ROW(-)
SOPHIA_DUAL_ROW(*)
#undef SOPHIA_DUAL_ROW

template <class V> HD Dual<V> multiply_add(Dual<V> a, Dual<V> b, Dual<V> c) {
  return {multiply_add(a.value, b.value, c.value),
          multiply_add(a.tangent, b.value, multiply_add(a.value, b.tangent, c.tangent))};
}

template <class V> HD Dual<V> rsqrt(Dual<V> x) {
  const V y = rsqrt(x.value);
  return {y, V(-0.5f) * y * y * y * x.tangent};
}

// The choice is made by the values; the tangent goes with its value.
template <class V> HD Dual<V> select_less(Dual<V> a, Dual<V> b, Dual<V> x, Dual<V> y) {
  return {select_less(a.value, b.value, x.value, y.value), select_less(a.value, b.value, x.tangent, y.tangent)};
}

template <class V> HD auto across(Dual<V> x) -> Dual<decltype(across(x.value))> {
  return {across(x.value), across(x.tangent)};
}
template <class T, int N> HD Dual<T> across_max(Dual<Pack<T, N>> x) {
  Dual<T> best(x.value[0], x.tangent[0]);
  for (int i = 1; i < N; ++i) best = max(Dual<T>(x.value[i], x.tangent[i]), best);
  return best;
}
template <class T, int N> HD Dual<Pack<T, N>> keep(Dual<Pack<T, N>> x, int count, T other) {
  return {keep(x.value, count, other), keep(x.tangent, count, T(0))};
}

// The value alone, where a tangent has no meaning: running maxima, comparisons, masks.
HD float primal(float x) { return x; }
HD double primal(double x) { return x; }
template <class T, int N> HD Pack<T, N> primal(Pack<T, N> x) { return x; }
template <class V> HD V primal(Dual<V> x) { return x.value; }

}  // namespace sophia
