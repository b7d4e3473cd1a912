// The innermost part of the matrix product: one tile of C, held in registers for a whole run over the inner dimension.
//
//   A panel   kRows rows of op(A), a[row · kRowStep + depth · kDepthStep]
//   B panel   kColumns columns of op(B), b[depth · kColumns + column]
//
// Each step loads one row of the B panel (kPacks registers) and multiplies it by kRows numbers of A, each broadcast.
// The tile is as large as the registers allow: 28 of 32, or 12 of 16, hold sums. That leaves two registers for B and
// the broadcast, needs fewer loads than multiplications, and hides their latency.
#pragma once
#include <array>
#include <utility>
#include "../core/view.h"

namespace sophia {

template <class Isa>
struct Tile {
  static constexpr int kLanes = Isa::kLanes;
#if defined(__AVX512F__) || defined(__aarch64__)
  static constexpr int kRows = 14;  // 32 vector registers
#else
  static constexpr int kRows = 6;  // 16
#endif
  static constexpr int kPacks = 2;
  static constexpr int kColumns = kPacks * kLanes;
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

template <int kPacks, int N, class Epilogue, class Pack>
HD void store_row(const Target<Epilogue>& to, int row, const Pack (&sums)[kPacks]) {
  const View<float> c{to.c + row * to.stride};
  const auto put = [&](auto at, Pack sum) {
    if (to.add) sum = c[at] + sum;
    if (to.last) {
      auto column = at;
      column.index += to.column;
      sum = to.epilogue(sum, to.row + row, column);
    }
    c.store(at, sum);
  };
#pragma GCC unroll 4
  for (int p = 0; p < kPacks; ++p) {
    const int left = to.columns - p * N;
    if (left >= N) put(At<N>{p * N}, sums[p]);
    else if (left > 0) put(Part<N>{p * N, left}, sums[p]);
  }
}

template <int kRows, int kPacks, int N, class Panel, class Epilogue>
void multiply_tile(std::int64_t depth, const float* a, const float* b, const Target<Epilogue>& to) {
  Pack<float, N> sums[kRows][kPacks];
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
    __builtin_prefetch(to.c + i * to.stride, 1);
#pragma GCC unroll 4
    for (int p = 0; p < kPacks; ++p) sums[i][p] = Pack<float, N>(0.0f);
  }
  for (; depth > 0; --depth) {
    Pack<float, N> row[kPacks];
#pragma GCC unroll 4
    for (int p = 0; p < kPacks; ++p) row[p] = load<float, N>(b + p * N);
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
      const Pack<float, N> x(a[i * Panel::kRowStep]);
#pragma GCC unroll 4
      for (int p = 0; p < kPacks; ++p) sums[i][p] = multiply_add(x, row[p], sums[i][p]);
    }
    a += Panel::kDepthStep;
    b += Panel::kColumns;
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) store_row<kPacks, N>(to, i, sums[i]);
}

// multiply_tile for every size up to the whole tile: kernels[rows − 1][packs − 1].
template <class Isa, class Panel, class Epilogue>
struct Kernels {
  using Kernel = void (*)(std::int64_t, const float*, const float*, const Target<Epilogue>&);

  template <int... rows>
  static constexpr auto table(std::integer_sequence<int, rows...>) {
    return std::array<std::array<Kernel, 2>, sizeof...(rows)>{
        {{multiply_tile<rows + 1, 1, Isa::kLanes, Panel, Epilogue>,
          multiply_tile<rows + 1, 2, Isa::kLanes, Panel, Epilogue>}...}};
  }
  static constexpr auto kernels = table(std::make_integer_sequence<int, Tile<Isa>::kRows>{});
};

}  // namespace sophia
