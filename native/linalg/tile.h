// The innermost part of the matrix product: one tile of C, held in registers for a whole run over the inner dimension.
//
//   A   kRows rows,         number of row i at depth d:      a[i · kRowStep + d · a_step]
//   B   kColumns columns,   number of column j at depth d:   b[d · kColumns + j]
//
// Each step loads one row of B (kPacks registers) and multiplies it by kRows numbers of A, each broadcast. The tile is
// as large as the registers allow: 28 of 32, or 12 of 16, hold sums. That leaves registers for B and the broadcast,
// needs fewer loads than multiplications, and hides their latency.
#pragma once
#include <array>
#include <utility>
#include "../core/view.h"

namespace sophia::packed {

template <class Isa>
struct Tile {
#if defined(__AVX512F__) || defined(__aarch64__)
  static constexpr int kRows = 14;  // 32 vector registers
#else
  static constexpr int kRows = 6;  // 16
#endif
  static constexpr int kPacks = 2;
  static constexpr int kColumns = kPacks * Isa::kLanes;
};

inline constexpr int kLine = 16;  // floats in a cache line

// What a tile is computed from, and memory that will be needed later: one step of it is fetched at each depth.
struct Source {
  std::int64_t depth;
  const float* a;
  std::int64_t a_step;
  const float* b;
  const float* later;
  std::int64_t later_step;
};

// Where a tile's sums go.
template <class Epilogue>
struct Target {
  float* c;                  // first element of the tile
  std::int64_t stride;       // of C
  std::int64_t row, column;  // of the first element, for the epilogue
  int columns;               // how many of the tile's columns exist
  bool add, last;            // add to C; apply the epilogue
  Epilogue epilogue;
};

template <int N, int kPacks, class Epilogue>
HD void store_row(const Target<Epilogue>& to, int row, const Pack<float, N> (&sums)[kPacks]) {
  const View<float> c{to.c + row * to.stride};
  const auto put = [&](auto at, Pack<float, N> sum) {
    if (to.add) sum = c[at] + sum;
    auto column = at;
    column.index += to.column;
    c.store(at, to.last ? to.epilogue(sum, to.row + row, column) : sum);
  };
#pragma GCC unroll 2
  for (int p = 0; p < kPacks; ++p) {
    const int left = to.columns - p * N;
    if (left >= N) put(At<N>{p * N}, sums[p]);
    else if (left > 0) put(Part<N>{p * N, left}, sums[p]);
  }
}

template <int kRows, int kPacks, int N, int kRowStep, class Epilogue>
void multiply_tile(const Source& from, const Target<Epilogue>& to) {
  constexpr int kColumns = 2 * N;
  const float *a = from.a, *b = from.b, *later = from.later;
  const std::int64_t a_step = from.a_step, later_step = from.later_step;
  Pack<float, N> sums[kRows][kPacks];
#pragma GCC unroll 14
  for (int i = 0; i < kRows; ++i) {
    const float* c = to.c + i * to.stride;  // fetched now, stored to after the run
#pragma GCC unroll 2
    for (int j = 0; j < kPacks * N; j += kLine) __builtin_prefetch(c + j, 1);
    __builtin_prefetch(c + kPacks * N - 1, 1);
#pragma GCC unroll 2
    for (int p = 0; p < kPacks; ++p) sums[i][p] = Pack<float, N>(0.0f);
  }
  for (std::int64_t depth = from.depth; depth > 0; --depth) {
    Pack<float, N> row[kPacks];
#pragma GCC unroll 2
    for (int p = 0; p < kPacks; ++p) row[p] = load<float, N>(b + p * N);
#pragma GCC unroll 14
    for (int i = 0; i < kRows; ++i) {
      const Pack<float, N> x(a[i * kRowStep]);
#pragma GCC unroll 2
      for (int p = 0; p < kPacks; ++p) sums[i][p] = multiply_add(x, row[p], sums[i][p]);
    }
    if constexpr (kRowStep == 1) {
      constexpr int kSecondLevel = 2;  // not the first: lines a power of two apart would drive each other out of it
      __builtin_prefetch(later, 0, kSecondLevel);
      __builtin_prefetch(later + kRows - 1, 0, kSecondLevel);
      later += later_step;
    }
    a += a_step;
    b += kColumns;
  }
#pragma GCC unroll 14
  for (int i = 0; i < kRows; ++i) store_row<N>(to, i, sums[i]);
}

// multiply_tile for every size up to the whole tile: kTable[rows − 1][packs − 1].
template <class Isa, int kRowStep, class Epilogue>
struct Kernels {
  using Kernel = void (*)(const Source&, const Target<Epilogue>&);
  static constexpr int N = Isa::kLanes;

  template <int... rows>
  static constexpr auto table(std::integer_sequence<int, rows...>) {
    return std::array<std::array<Kernel, 2>, sizeof...(rows)>{
        {{multiply_tile<rows + 1, 1, N, kRowStep, Epilogue>, multiply_tile<rows + 1, 2, N, kRowStep, Epilogue>}...}};
  }
  static constexpr auto kTable = table(std::make_integer_sequence<int, Tile<Isa>::kRows>{});
};

}  // namespace sophia::packed
