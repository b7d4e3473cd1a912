// Columns of row-major matrices, a pack of them at a time: what goes down the rows stays in one lane, needs nobody
// else's numbers and reads whole lines of memory.
#pragma once
#include <cstdint>
#include "../core/view.h"

namespace sophia {

// How many numbers a place has.
template <int N>
HD int count_of(At<N>) {
  return N;
}
template <int N>
HD int count_of(Part<N> i) {
  return i.count;
}

// The pack of f(index) at a place, zeros where it has none.
template <class V, class Place, class F>
HD V gathered(Place i, F f) {
  V x(0);
  for (int lane = 0; lane < V::kWidth; ++lane)
    if (lane < count_of(i)) x.set(lane, f(i.index + lane));
  return x;
}

// What sum = f(i, sum) makes of 0 for all i < count; in four sums, because an addition waits for the one before.
template <class V, class F>
HD V sum_down(std::int64_t count, F f) {
  V first(0), second(0), third(0), fourth(0);
  std::int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    first = f(i, first);
    second = f(i + 1, second);
    third = f(i + 2, third);
    fourth = f(i + 3, fourth);
  }
  for (; i < count; ++i) first = f(i, first);
  return (first + second) + (third + fourth);
}

// The identity in the columns of a place.
template <class T, class Place>
HD void set_identity(std::int64_t size, View<T> matrix, std::int64_t stride, Place j) {
  const decltype(matrix[j]) zero(0);
  for (std::int64_t i = 0; i < size; ++i) matrix.row(i, stride).store(j, zero);
  for (int lane = 0; lane < count_of(j); ++lane) matrix.store((j.index + lane) * (stride + 1), T(1));
}

// Where number j of x stands in descending order, equal ones as they stood, NaN last.
template <class T>
HD std::int64_t rank(View<T> x, std::int64_t count, std::int64_t j) {
  const T own = x[j];
  const bool nan = own != own;
  std::int64_t before = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const T other = x[i];
    const bool larger = nan ? other == other : other > own;
    const bool equal = nan ? other != other : other == own;
    before += larger || (equal && i < j);
  }
  return before;
}

// order[r] = j where number j of x has rank r. Of each place's numbers by itself.
template <class T, class Place>
HD void put_in_order(View<T> x, std::int64_t count, View<T> order, Place j) {
  for (int lane = 0; lane < count_of(j); ++lane)
    order.store(rank(x, count, j.index + lane), static_cast<T>(j.index + lane));
}

}  // namespace sophia
