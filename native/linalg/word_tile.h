// A tile of the product of Bf16: copies of parts of A and B as words, and their product in registers.
//
//   strip of A   (steps, kStripWords)   the words of at most kRows rows, step by step
//   panel of B   (steps, kColumns)      the same for kColumns columns
//   sums         (kRows, kColumns)      floats
//
// Both are read word by word as they lie. The tile is that of the product of floats (tile.h), for the same reasons.
#pragma once
#include <algorithm>
#include <array>
#include "square.h"
#include "tile.h"
#include "words.h"

namespace sophia::packed {

// From one step of a strip of A to the next: whole packs.
template <class Isa>
inline constexpr int kStripWords = (Tile<Isa>::kRows + Isa::kLanes - 1) / Isa::kLanes * Isa::kLanes;

// A part of op(A)ᵀ or of op(B): `columns` of them along the lanes, at `depths` of the inner dimension. Where the
// columns are rows of memory, `stride` apart, it is transposed.
struct Stored {
  const Bf16* from;
  std::int64_t columns, depths, stride;
  bool transposed;
};

// The words of a square of at most N×N of them, transposed.
template <class Words, int N>
HD void copy_square(const Stored& x, std::int64_t column, std::int64_t depth, typename Words::Word* to, int step) {
  using Word = typename Words::Word;
  const Bf16* const from = x.from + column * x.stride + depth;
  const std::int64_t rows = x.columns - column, depths = x.depths - depth;
  Pack<Word, N> square[N];
  if (rows >= N && depths >= N * Words::kDepths) {
#pragma GCC unroll 16
    for (int i = 0; i < N; ++i) square[i] = Words::template along<N>(from + i * x.stride);
    transpose(square);
#pragma GCC unroll 16
    for (int d = 0; d < N; ++d) store(to + d * step, square[d]);
  } else {
#pragma GCC unroll 16
    for (int i = 0; i < N; ++i)
      square[i] = i < rows ? Words::template along<N>(from + i * x.stride, depths) : Pack<Word, N>(Word(0));
    transpose(square);
    const int steps = static_cast<int>(std::min<std::int64_t>(N, (depths + Words::kDepths - 1) / Words::kDepths));
#pragma GCC unroll 16
    for (int d = 0; d < N; ++d)
      if (d < steps) store(to + d * step, square[d]);
  }
}

// One step of all columns, of which the last panel may have too few.
template <class Words, int N, int kWidth>
HD void copy_step(const Stored& x, std::int64_t depth, typename Words::Word* to, std::int64_t panel) {
  using Word = typename Words::Word;
  const Bf16* const from = x.from + depth * x.stride;
  constexpr std::int64_t kAhead = 4096;  // numbers that are on their way from memory
  const std::int64_t ahead = std::max<std::int64_t>(Words::kDepths, kAhead / x.columns) * x.stride;
  const bool whole = x.depths - depth >= Words::kDepths;
  std::int64_t j = 0;
  for (; whole && j + kWidth <= x.columns; j += kWidth, to += panel) {
    for (int d = 0; d < Words::kDepths; ++d) __builtin_prefetch(from + j + ahead + d * x.stride);
#pragma GCC unroll 2
    for (int p = 0; p < kWidth; p += N) store(to + p, Words::template across<N>(from + j + p, x.stride));
  }
  for (; j < x.columns; j += kWidth, to += panel)
    for (int p = 0; p < kWidth; p += N) {
      const std::int64_t left = x.columns - j - p;
      store(to + p, left > 0 ? Words::template across<N>(from + j + p, x.stride, whole, left) : Pack<Word, N>(Word(0)));
    }
}

// As words: panels of kWidth columns, `panel` words apart. What a panel has too many columns becomes 0.
template <class Words, int N, int kWidth>
void copy_words(const Stored& x, typename Words::Word* to, std::int64_t panel) {
  constexpr int kDepths = Words::kDepths;
  if (!x.transposed) {
    for (std::int64_t d = 0; d < x.depths; d += kDepths)
      copy_step<Words, N, kWidth>(x, d, to + d / kDepths * kWidth, panel);
    return;
  }
  const std::int64_t columns = (x.columns + kWidth - 1) / kWidth * kWidth;
  for (std::int64_t j = 0; j < columns; j += N)
    for (std::int64_t d = 0; d < x.depths; d += N * kDepths)
      copy_square<Words, N>(x, j, d, to + j / kWidth * panel + j % kWidth + d / kDepths * kWidth, kWidth);
}

// sums = the product of kRows rows of a strip and a panel.
template <class Words, class Isa, int kRows>
void multiply_words(std::int64_t steps, const typename Words::Word* a, const typename Words::Word* b, float* sums) {
  constexpr int N = Isa::kLanes, kPacks = Tile<Isa>::kPacks, kColumns = Tile<Isa>::kColumns;
  using Word = typename Words::Word;
  Pack<float, N> sum[kRows][kPacks];
#pragma GCC unroll 14
  for (int i = 0; i < kRows; ++i)
#pragma GCC unroll 2
    for (int p = 0; p < kPacks; ++p) sum[i][p] = Pack<float, N>(0.0f);
  for (; steps > 0; --steps, a += kStripWords<Isa>, b += kColumns) {
    Pack<Word, N> row[kPacks];
#pragma GCC unroll 2
    for (int p = 0; p < kPacks; ++p) row[p] = load<Word, N>(b + p * N);
#pragma GCC unroll 14
    for (int i = 0; i < kRows; ++i) {
      const Pack<Word, N> x(a[i]);
#pragma GCC unroll 2
      for (int p = 0; p < kPacks; ++p) sum[i][p] = Words::multiply_add(x, row[p], sum[i][p]);
    }
  }
#pragma GCC unroll 14
  for (int i = 0; i < kRows; ++i)
#pragma GCC unroll 2
    for (int p = 0; p < kPacks; ++p) store(sums + i * kColumns + p * N, sum[i][p]);
}

// multiply_words for every number of rows: kTable[rows − 1].
template <class Words, class Isa>
struct WordKernels {
  using Kernel = void (*)(std::int64_t, const typename Words::Word*, const typename Words::Word*, float*);
  template <int... rows>
  static constexpr auto table(std::integer_sequence<int, rows...>) {
    return std::array<Kernel, sizeof...(rows)>{multiply_words<Words, Isa, rows + 1>...};
  }
  static constexpr auto kTable = table(std::make_integer_sequence<int, Tile<Isa>::kRows>{});
};

}  // namespace sophia::packed
