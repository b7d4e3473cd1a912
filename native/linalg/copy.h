// Copies of small matrices, with new strides or transposed; for tiles that must lie together in the first-level cache.
// The last pack of a row of `to` is filled up with zeros when `pad` is set; otherwise nothing outside the matrices is
// touched. What is Bf16 is a float on its way.
#pragma once
#include <algorithm>
#include "../core/view.h"
#include "square.h"

namespace sophia {

namespace copies {

// f(place) for every pack of a row.
template <int N, class F>
HD void each_pack(int columns, F f) {
  int c = 0;
  for (; c + N <= columns; c += N) f(At<N>{c});
  if (c < columns) f(Part<N>{c, columns - c});
}

template <int N>
HD At<N> whole(At<N> place) {
  return place;
}
template <int N>
HD At<N> whole(Part<N> place) {
  return {place.index};
}

}  // namespace copies

// to = from, both (rows, columns).
template <int N, class From, class To>
void copy_rows(int rows, int columns, View<From> from, std::ptrdiff_t from_stride, View<To> to,
               std::ptrdiff_t to_stride, bool pad = false) {
  for (int r = 0; r < rows; ++r)
    copies::each_pack<N>(columns, [&](auto place) {
      const auto x = from.row(r, from_stride)[place];
      if (pad) to.row(r, to_stride).store(copies::whole(place), x);
      else to.row(r, to_stride).store(place, x);
    });
}

// to = fromᵀ,   from (rows, columns), to (columns, rows).
template <int N, class From, class To>
void copy_transposed(int rows, int columns, View<From> from, std::ptrdiff_t from_stride, View<To> to,
                     std::ptrdiff_t to_stride, bool pad = false) {
  using T = Number<To>;
  copies::each_pack<N>(rows, [&](auto high) {
    copies::each_pack<N>(columns, [&](auto wide) {
      constexpr bool kWhole = std::is_same_v<decltype(high), At<N>> && std::is_same_v<decltype(wide), At<N>>;
      Pack<T, N> square[N];
      const int height = std::min<std::ptrdiff_t>(N, rows - high.index);
#pragma GCC unroll 16
      for (int i = 0; i < N; ++i) {
        if (kWhole || i < height) square[i] = from.row(high.index + i, from_stride)[wide];
        else square[i] = Pack<T, N>(T(0));
      }
      transpose(square);
      const int width = std::min<std::ptrdiff_t>(N, columns - wide.index);
#pragma GCC unroll 16
      for (int i = 0; i < N; ++i) {
        if (!kWhole && i >= width) break;
        const auto row = to.row(wide.index + i, to_stride);
        if (pad) row.store(copies::whole(high), square[i]);
        else row.store(high, square[i]);
      }
    });
  });
}

template <int N, class T>
void copy_rows(int rows, int columns, View<Dual<T>> from, std::ptrdiff_t from_stride, View<Dual<T>> to,
               std::ptrdiff_t to_stride, bool pad = false) {
  copy_rows<N>(rows, columns, primal(from), from_stride, primal(to), to_stride, pad);
  copy_rows<N>(rows, columns, tangent(from), from_stride, tangent(to), to_stride, pad);
}
template <int N, class T>
void copy_transposed(int rows, int columns, View<Dual<T>> from, std::ptrdiff_t from_stride, View<Dual<T>> to,
                     std::ptrdiff_t to_stride, bool pad = false) {
  copy_transposed<N>(rows, columns, primal(from), from_stride, primal(to), to_stride, pad);
  copy_transposed<N>(rows, columns, tangent(from), from_stride, tangent(to), to_stride, pad);
}

}  // namespace sophia
