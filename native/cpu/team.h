// The CPU's team: one thread, whose lanes are SIMD lanes. A row of any length works: its tail is a Part.
#pragma once
#include <limits>
#include "../core/view.h"

namespace sophia {

template <int N>
struct Solo {
  static constexpr int kWidth = N;

  HD bool leads() const { return true; }
  HD static void meet() {}

  // f(place) for every pack of the row.
  template <class F>
  HD void each(std::ptrdiff_t count, F f) const {
    std::ptrdiff_t i = 0;
    for (; i + N <= count; i += N) f(At<N>{i});
    if (i < count) f(Part<N>{i, static_cast<int>(count - i)});
  }

  // The sum of f over the row, lane by lane first, then across the lanes.
  template <class F>
  HD auto sum(std::ptrdiff_t count, F f) const {
    decltype(f(At<N>{0})) total(0);
    std::ptrdiff_t i = 0;
    for (; i + N <= count; i += N) total = total + f(At<N>{i});
    if (i < count) {
      const int left = static_cast<int>(count - i);
      total = total + keep(f(Part<N>{i, left}), left, Number<decltype(total)>(0));
    }
    return across(total);
  }

  // The largest f of the row, by its value; a tangent goes with it.
  template <class F>
  HD auto max(std::ptrdiff_t count, F f) const {
    using V = decltype(f(At<N>{0}));
    const auto lowest = -std::numeric_limits<Number<V>>::infinity();
    V best(lowest);
    std::ptrdiff_t i = 0;
    for (; i + N <= count; i += N) best = sophia::max(f(At<N>{i}), best);
    if (i < count) {
      const int left = static_cast<int>(count - i);
      best = sophia::max(keep(f(Part<N>{i, left}), left, lowest), best);
    }
    return across_max(best);
  }
};

}  // namespace sophia
