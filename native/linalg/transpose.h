// to = fromᵀ, through the transposition of a square of registers.
#pragma once
#include "panel.h"

namespace sophia {

// from (rows, columns), to (columns, rows). With `pad`, every row of `to` is filled with zeros up to a whole number of
// packs; without, nothing outside the two matrices is touched.
template <int N, class T>
void copy_transposed(int rows, int columns, View<T> from, std::ptrdiff_t from_stride, View<T> to,
                     std::ptrdiff_t to_stride, bool pad = false) {
  for (int r = 0; r < rows; r += N)
    for (int c = 0; c < columns; c += N) {
      const int high = rows - r < N ? rows - r : N, wide = columns - c < N ? columns - c : N;
      Pack<T, N> square[N];
#pragma GCC unroll 16
      for (int i = 0; i < N; ++i) {
        const auto row = from.row(r + i, from_stride);
        square[i] = i >= high ? Pack<T, N>(T(0)) : wide == N ? row[At<N>{c}] : row[Part<N>{c, wide}];
      }
      transpose(square);
      for (int i = 0; i < wide; ++i) {
        const auto row = to.row(c + i, to_stride);
        if (high == N || pad) row.store(At<N>{r}, square[i]);
        else row.store(Part<N>{r, high}, square[i]);
      }
    }
}
template <int N, class T>
void copy_transposed(int rows, int columns, View<Dual<T>> from, std::ptrdiff_t from_stride, View<Dual<T>> to,
                     std::ptrdiff_t to_stride, bool pad = false) {
  copy_transposed<N>(rows, columns, primal(from), from_stride, primal(to), to_stride, pad);
  copy_transposed<N>(rows, columns, tangent(from), from_stride, tangent(to), to_stride, pad);
}

}  // namespace sophia
