// Copies of parts of A and B in the order in which a tile reads them: contiguous, aligned, few pages.
//
// Nothing is transposed for A: a tile broadcasts single numbers, so rows may stay rows. Stored as (m, k), the copy has
// one row after the other; stored as (k, m), one depth after the other. Only a B stored as (n, k) has to be transposed,
// which happens in registers.
#pragma once
#include <algorithm>
#include <utility>
#include "../core/view.h"
#include "tile.h"

namespace sophia {

// How deep a panel is: the two panels of a tile share the first-level cache.
template <class Isa> inline constexpr int kMostDepth = Isa::kLanes == 16 ? 384 : 256;

template <class Isa>
struct RowPanel {
  static constexpr int kColumns = Tile<Isa>::kColumns;
  static constexpr int kRowStep =
      kMostDepth<Isa> + Isa::kLanes;  // no power of two: rows fall into different cache sets
  static constexpr int kDepthStep = 1;
  static constexpr int kSize = Tile<Isa>::kRows * kRowStep;

  // from: `rows` rows of A, each `depth` long, `stride` apart.
  static void pack(int rows, std::int64_t depth, const float* from, std::int64_t stride, std::int64_t, float* to) {
    for (int i = 0; i < rows; ++i) std::copy_n(from + i * stride, depth, to + i * kRowStep);
  }
};

template <class Isa>
struct DepthPanel {
  static constexpr int N = Isa::kLanes;
  static constexpr int kColumns = Tile<Isa>::kColumns;
  static constexpr int kRowStep = 1;
  static constexpr int kDepthStep = (Tile<Isa>::kRows + N - 1) / N * N;
  static constexpr int kSize = kMostDepth<Isa> * kDepthStep;

  // from: `depth` rows of the stored A, `stride` apart, in each of which `rows` numbers belong to the panel and
  // `readable` belong to A.
  static void pack(int rows, std::int64_t depth, const float* from, std::int64_t stride, std::int64_t readable,
                   float* to) {
    for (std::int64_t d = 0; d < depth; ++d, from += stride, to += kDepthStep)
      for (int i = 0; i < rows; i += N) {
        if (i + N <= readable) store(to + i, load<float, N>(from + i));
        else store(to + i, load<float, N>(from + i, static_cast<int>(readable - i)));
      }
  }
};

// rows[i][j] becomes rows[j][i]. Interleaving row i with row i + N/2 moves one bit of the lane's number into the row's
// number; after log₂ N rounds they have changed places.
template <class T, int N, int... lanes>
HD void interleave(Pack<T, N> a, Pack<T, N> b, Pack<T, N>& low, Pack<T, N>& high,
                   std::integer_sequence<int, lanes...>) {
  low = Pack<T, N>(__builtin_shufflevector(a.vector, b.vector, (lanes / 2 + (lanes % 2) * N)...));
  high = Pack<T, N>(__builtin_shufflevector(a.vector, b.vector, (lanes / 2 + (lanes % 2) * N + N / 2)...));
}
template <class T, int N>
HD void transpose(Pack<T, N> (&rows)[N]) {
#pragma GCC unroll 4
  for (int round = 1; round < N; round *= 2) {
    Pack<T, N> next[N];
#pragma GCC unroll 8
    for (int i = 0; i < N / 2; ++i)
      interleave(rows[i], rows[i + N / 2], next[2 * i], next[2 * i + 1], std::make_integer_sequence<int, N>{});
#pragma GCC unroll 16
    for (int i = 0; i < N; ++i) rows[i] = next[i];
  }
}

// One B panel of `columns` ≤ kColumns columns; the missing ones become zeros.
template <class Isa>
struct ColumnPanel {
  static constexpr int N = Isa::kLanes;
  static constexpr int kColumns = Tile<Isa>::kColumns;

  // from: (depth, n), the first of the panel's columns.
  static void pack(int columns, std::int64_t depth, const float* from, std::int64_t stride, float* to) {
    for (std::int64_t d = 0; d < depth; ++d, from += stride, to += kColumns)
      for (int p = 0; p < kColumns; p += N) {
        if (p + N <= columns) store(to + p, load<float, N>(from + p));
        else store(to + p, load<float, N>(from + p, std::max(columns - p, 0)));
      }
  }

  // from: (n, depth), the first of the panel's columns, which are stored as rows.
  static void pack_transposed(int columns, std::int64_t depth, const float* from, std::int64_t stride, float* to) {
    for (int p = 0; p < kColumns; p += N)
      for (std::int64_t d = 0; d < depth; d += N)
        transpose_square(std::clamp(columns - p, 0, N), static_cast<int>(std::min<std::int64_t>(N, depth - d)),
                         from + p * stride + d, stride, to + d * kColumns + p);
  }

 private:
  static void transpose_square(int columns, int depth, const float* from, std::int64_t stride, float* to) {
    Pack<float, N> rows[N];
    if (columns == N && depth == N) {
#pragma GCC unroll 16
      for (int i = 0; i < N; ++i) rows[i] = load<float, N>(from + i * stride);
    } else {
      for (int i = 0; i < N; ++i)
        rows[i] = i < columns ? load<float, N>(from + i * stride, depth) : Pack<float, N>(0.0f);
    }
    transpose(rows);
    for (int d = 0; d < depth; ++d) store(to + d * kColumns, rows[d]);
  }
};

}  // namespace sophia
