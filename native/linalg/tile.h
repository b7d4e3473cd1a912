// The innermost part of the matrix product: one tile of C, held in registers for a whole run over the inner dimension.
//
//   A   kRows rows,         number of row i at depth d:      a[i · kRowStep + d · a_step]
//   B   kColumns columns,   number of column j at depth d:   b[d · kColumns + j]
//
// Each step loads one row of B (kPacks registers) and multiplies it by kRows numbers of A, each broadcast. The tile is
// as large as the registers allow: 28 of 32, or 12 of 16, hold sums. That leaves registers for B and the broadcast,
// needs fewer loads than multiplications, and hides their latency.
#pragma once
#include <algorithm>
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

// What a tile is computed from.
struct Source {
  std::int64_t depth;
  const float* a;
  std::int64_t a_step;
  const float* b;
  std::int64_t b_step = 0;  // of a B that is read where it lies
  float* copy = nullptr;    // where its rows are stored for the next tiles
};

// Memory that will be needed later, line by line: `left` more in this row of it, then `row` lines in each of the next,
// `turn` away from the end of the last. A tile fetches `lines` of it, one at each depth, so that they come in under the
// multiplications and never all at once.
struct Ahead {
  const float* at = nullptr;
  std::int64_t lines = 0, left = 0, row = 0, turn = 0;

  HD void fetch() {
    constexpr int kSecondLevel = 2;  // of the caches: in the first what is used now would have to make room
    if (lines <= 0) return;
    __builtin_prefetch(at, 0, kSecondLevel);
    at += kLine;
    --lines;
    if (--left > 0) return;
    at += turn;
    left = row;
  }
};

// What a tile fetches: first the one, then the other.
struct Agenda {
  Ahead first, second;
};

template <int kRows, int kPacks, int N, int kRowStep, bool kCopies>
void multiply_tile(const Source& from, const Agenda& agenda, float* c, std::int64_t stride, bool add) {
  constexpr int kColumns = 2 * N;
  const float *a = from.a, *b = from.b;
  float* copy = from.copy;
  const std::int64_t a_step = from.a_step, b_step = kCopies ? from.b_step : kColumns;
  Pack<float, N> sums[kRows][kPacks];
#pragma GCC unroll 14
  for (int i = 0; i < kRows; ++i)
#pragma GCC unroll 2
    for (int p = 0; p < kPacks; ++p) sums[i][p] = Pack<float, N>(0.0f);
  const auto multiply = [&](std::int64_t depths, auto fetch) {
    for (; depths > 0; --depths) {
      Pack<float, N> row[kPacks];
#pragma GCC unroll 2
      for (int p = 0; p < kPacks; ++p) row[p] = load<float, N>(b + p * N);
      if constexpr (kCopies) {
#pragma GCC unroll 2
        for (int p = 0; p < kPacks; ++p) store(copy + p * N, row[p]);
        copy += kColumns;
      }
#pragma GCC unroll 14
      for (int i = 0; i < kRows; ++i) {
        const Pack<float, N> x(a[i * kRowStep]);
#pragma GCC unroll 2
        for (int p = 0; p < kPacks; ++p) sums[i][p] = multiply_add(x, row[p], sums[i][p]);
      }
      fetch();
      a += a_step;
      b += b_step;
    }
  };
  const std::int64_t rows = std::min<std::int64_t>(kRows, from.depth), half = (from.depth - rows) / 2;
  const float* row = c;
  multiply(rows, [&] {  // C is stored to after the run
    __builtin_prefetch(row, 1);
    if constexpr (kPacks * N > kLine) __builtin_prefetch(row + kLine, 1);
    __builtin_prefetch(row + kPacks * N - 1, 1);
    row += stride;
  });
  Ahead ahead = agenda.first;
  multiply(half, [&] { ahead.fetch(); });
  ahead = agenda.second;
  multiply(from.depth - rows - half, [&] { ahead.fetch(); });
  const auto store_all = [&](auto end) {
#pragma GCC unroll 14
    for (int i = 0; i < kRows; ++i)
#pragma GCC unroll 2
      for (int p = 0; p < kPacks; ++p) store(c + i * stride + p * N, end(c + i * stride + p * N, sums[i][p]));
  };
  if (add) store_all([](const float* before, Pack<float, N> sum) { return load<float, N>(before) + sum; });
  else store_all([](const float*, Pack<float, N> sum) { return sum; });
}

using Kernel = void (*)(const Source&, const Agenda&, float* c, std::int64_t stride, bool add);

// multiply_tile for every size up to the whole tile: kTable[rows − 1][packs − 1].
template <class Isa, int kRowStep, bool kCopies>
struct Kernels {
  static constexpr int N = Isa::kLanes;

  template <int... rows>
  static constexpr auto table(std::integer_sequence<int, rows...>) {
    return std::array<std::array<Kernel, 2>, sizeof...(rows)>{
        {{multiply_tile<rows + 1, 1, N, kRowStep, kCopies>, multiply_tile<rows + 1, 2, N, kRowStep, kCopies>}...}};
  }
  static constexpr auto kTable = table(std::make_integer_sequence<int, Tile<Isa>::kRows>{});
};

}  // namespace sophia::packed
