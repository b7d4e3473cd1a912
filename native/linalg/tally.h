// Tally: some sums that are taken together, of numbers or of packs.
#pragma once
#include <cstdint>
#include "../math/dual.h"
#include "../math/lanes.h"

namespace sophia {

// K sums that are taken together; V is a number or a pack.
template <class V, int K>
struct Tally {
  V sum[K];
  Tally() = default;
  template <class Which> HD V& operator[](Which k) { return sum[static_cast<int>(k)]; }
  template <class Which> HD const V& operator[](Which k) const { return sum[static_cast<int>(k)]; }
  HD explicit Tally(int zero) {
    for (int k = 0; k < K; ++k) sum[k] = V(static_cast<Number<V>>(zero));
  }
};
template <class V, int K> struct NumberOf<Tally<V, K>> : NumberOf<V> {};

// f(0), …, f(K − 1), written out, so that a tally stays in registers.
template <int K, class F>
HD void each_sum(F f) {
  [&]<int... k>(std::integer_sequence<int, k...>) { (f(k), ...); }(std::make_integer_sequence<int, K>{});
}
template <class V, int K>
HD Tally<V, K> operator+(Tally<V, K> a, Tally<V, K> b) {
  each_sum<K>([&](int k) { a.sum[k] = a.sum[k] + b.sum[k]; });
  return a;
}
template <class V, int K>
HD Tally<V, K> keep(Tally<V, K> x, int count, Number<V> other) {
  each_sum<K>([&](int k) { x.sum[k] = keep(x.sum[k], count, other); });
  return x;
}
template <class V, int K>
HD auto across(Tally<V, K> x) {
  Tally<Number<V>, K> y;
  each_sum<K>([&](int k) { y.sum[k] = across(x.sum[k]); });
  return y;
}
template <class T, int K>
HD Tally<double, K> widen(Tally<T, K> x) {
  Tally<double, K> y;
  each_sum<K>([&](int k) { y.sum[k] = widen(x.sum[k]); });
  return y;
}

// partial[first] + … + partial[end − 1], in this order.
template <int K>
HD Tally<double, K> add_up(const Tally<double, K>* partial, std::int64_t first, std::int64_t end) {
  Tally<double, K> total(0);
  for (std::int64_t p = first; p < end; ++p) total = total + partial[p];
  return total;
}

}  // namespace sophia
