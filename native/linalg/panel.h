// Copies of parts of A and B in the order in which a tile reads them: contiguous, aligned, few pages.
//
//   rows of A     one after the other, kRowStep apart. Nothing is transposed: a tile broadcasts single numbers.
//   panels of B   kColumns columns each, one depth after the other
#pragma once
#include <algorithm>
#include "runs.h"
#include "square.h"
#include "tile.h"

namespace sophia::packed {

// From one copied row of A to the next; no power of two, or all rows would fall into the same cache set.
template <class Isa> inline constexpr int kRowStep = kMostDepth<Isa> + kLine;

// A transposed A is read in order where it lies, with AVX-512: a tile takes as long for one depth as a line takes from
// the second-level cache. Elsewhere some strips of it are copied at once, in whole lines.
template <class Isa> inline constexpr bool kCopiesDepths = Isa::kLanes < 16;
inline constexpr int kStripsAtOnce = 4;
// From one depth of that copy to the next: whole packs.
template <class Isa>
inline constexpr int kDepthStep = (kStripsAtOnce * Tile<Isa>::kRows + Isa::kLanes - 1) / Isa::kLanes * Isa::kLanes;

// Rows of memory.
struct Region {
  const float* from;
  std::int64_t rows, length, stride;

  // One of `parts` parts of it, to be fetched.
  Ahead ahead(std::int64_t part, std::int64_t parts) const {
    const std::int64_t line = (length + 2 * kLine - 2) / kLine, lines = rows * line;  // one may begin anywhere
    const std::int64_t begin = lines * part / parts, end = lines * (part + 1) / parts;
    return {from + begin / line * stride + begin % line * kLine, end - begin, line - begin % line, line,
            stride - line * kLine};
  }
};

// A stored as (m, k).
template <class Isa>
void copy_rows(const Region& a, float* to) {
  for (std::int64_t i = 0; i < a.rows; ++i) std::copy_n(a.from + i * a.stride, a.length, to + i * kRowStep<Isa>);
}

// A stored as (k, m).
template <class Isa>
void copy_depths(const Region& a, float* to) {
  constexpr int N = Isa::kLanes;
  for (std::int64_t d = 0; d < a.rows; ++d) {
    const float* from = a.from + d * a.stride;
    int i = 0;
    for (; i + N <= a.length; i += N) store(to + d * kDepthStep<Isa> + i, load<float, N>(from + i));
    if (i < a.length) store(to + d * kDepthStep<Isa> + i, load<float, N>(from + i, static_cast<int>(a.length - i)));
  }
}

// B stored as (k, n): one panel of at most kColumns columns.
template <class Isa>
void copy_panel(const Region& b, float* to) {
  constexpr int N = Isa::kLanes, kColumns = Tile<Isa>::kColumns;
  for (int p = 0; p < b.length; p += N) {
    const auto left = static_cast<int>(std::min<std::int64_t>(N, b.length - p));
    for (std::int64_t d = 0; d < b.rows; ++d) {
      const float* from = b.from + d * b.stride + p;
      store(to + d * kColumns + p, left == N ? load<float, N>(from) : load<float, N>(from, left));
    }
  }
}

// to = fromᵀ for a square of N×N numbers.
template <class Isa>
HD void copy_square_transposed(const Region& from, float* to) {
  constexpr int N = Isa::kLanes;
  Pack<float, N> rows[N];
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i) rows[i] = load<float, N>(from.from + i * from.stride);
  transpose(rows);
#pragma GCC unroll 16
  for (int d = 0; d < N; ++d) store(to + d * Tile<Isa>::kColumns, rows[d]);
}

// The same where it is no whole square; missing rows become zeros.
template <class Isa>
void copy_corner_transposed(const Region& from, float* to) {
  constexpr int N = Isa::kLanes;
  const auto length = static_cast<int>(from.length);
  Pack<float, N> rows[N];
  for (int i = 0; i < N; ++i)
    rows[i] = i < from.rows ? load<float, N>(from.from + i * from.stride, length) : Pack<float, N>(0.0f);
  transpose(rows);
  for (int d = 0; d < length; ++d) store(to + d * Tile<Isa>::kColumns, rows[d]);
}

// B stored as (n, k): one panel of at most kColumns columns.
template <class Isa>
void copy_panel_transposed(const Region& b, float* to) {
  constexpr std::int64_t N = Isa::kLanes, kColumns = Tile<Isa>::kColumns;
  for (std::int64_t j = 0; j < b.rows; j += N)
    for (std::int64_t d = 0; d < b.length; d += N) {
      const Region square{b.from + j * b.stride + d, std::min(N, b.rows - j), std::min(N, b.length - d), b.stride};
      if (square.rows == N && square.length == N) copy_square_transposed<Isa>(square, to + d * kColumns + j);
      else copy_corner_transposed<Isa>(square, to + d * kColumns + j);
    }
}

}  // namespace sophia::packed
