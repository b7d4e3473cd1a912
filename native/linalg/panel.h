// Copies of parts of A and B in the order in which a tile reads them: contiguous, aligned, few pages.
//
//   rows of A     one after the other, kRowStep apart. Nothing is transposed: a tile broadcasts single numbers.
//   panels of B   kColumns columns each, one depth after the other
#pragma once
#include <algorithm>
#include "square.h"
#include "tile.h"

namespace sophia::packed {

// How deep a run over the inner dimension may be: what one tile reads meanwhile fits into the first-level cache, 32 KB
// of B and 14 KB of A with AVX-512, half of that and less elsewhere.
inline constexpr int kMostDepth = 256;
// From one copied row of A to the next; no power of two, or all rows would fall into the same cache set.
inline constexpr int kRowStep = kMostDepth + kLine;

// Rows of memory.
struct Region {
  const float* from;
  std::int64_t rows, length, stride;

  // Fetches one of `parts` parts of the region into the cache.
  HD void prefetch(std::int64_t part, std::int64_t parts) const {
    for (std::int64_t i = rows * part / parts, end = rows * (part + 1) / parts; i < end; ++i)
      for (std::int64_t j = 0; j < length; j += kLine) __builtin_prefetch(from + i * stride + j);
  }
};

inline void copy_rows(const Region& a, float* to) {
  for (std::int64_t i = 0; i < a.rows; ++i) std::copy_n(a.from + i * a.stride, a.length, to + i * kRowStep);
}

// B stored as (k, n): memory is read as it lies, and the panels, `panel` apart, grow side by side.
template <class Isa>
void copy_panels(const Region& b, float* to, std::int64_t panel) {
  constexpr int N = Isa::kLanes, kColumns = Tile<Isa>::kColumns;
  constexpr std::int64_t kAhead = 4096;  // floats that are on their way from memory
  const std::int64_t ahead = std::max<std::int64_t>(1, kAhead / b.length) * b.stride;
  for (std::int64_t d = 0; d < b.rows; ++d) {
    const float* from = b.from + d * b.stride;
    float* row = to + d * kColumns;
    for (std::int64_t j = 0; j < b.length; j += kColumns, row += panel)
      for (int p = 0; p < kColumns && j + p < b.length; p += N) {
        __builtin_prefetch(from + j + p + ahead);
        const std::int64_t left = b.length - j - p;
        store(row + p, left >= N ? load<float, N>(from + j + p) : load<float, N>(from + j + p, static_cast<int>(left)));
      }
  }
}

// to = fromᵀ for a square of at most N×N numbers; missing rows become zeros.
template <class Isa>
void copy_square_transposed(const Region& from, float* to) {
  constexpr int N = Isa::kLanes;
  const int length = static_cast<int>(from.length);
  Pack<float, N> rows[N];
  if (from.rows == N && length == N) {
#pragma GCC unroll 16
    for (int i = 0; i < N; ++i) rows[i] = load<float, N>(from.from + i * from.stride);
  } else {
    for (int i = 0; i < N; ++i)
      rows[i] = i < from.rows ? load<float, N>(from.from + i * from.stride, length) : Pack<float, N>(0.0f);
  }
  transpose(rows);
  for (int d = 0; d < length; ++d) store(to + d * Tile<Isa>::kColumns, rows[d]);
}

// B stored as (n, k).
template <class Isa>
void copy_panels_transposed(const Region& b, float* to, std::int64_t panel) {
  constexpr std::int64_t N = Isa::kLanes, kColumns = Tile<Isa>::kColumns;
  for (std::int64_t j = 0; j < b.rows; j += N)
    for (std::int64_t d = 0; d < b.length; d += N)
      copy_square_transposed<Isa>(
          {b.from + j * b.stride + d, std::min(N, b.rows - j), std::min(N, b.length - d), b.stride},
          to + j / kColumns * panel + d * kColumns + j % kColumns);
}

}  // namespace sophia::packed
