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

// A square of at most N×N words, of the first rows of memory and of the depths that are left.
template <class Words, int N>
HD void copy_square(const Bf16* from, std::int64_t rows, std::int64_t depths, std::int64_t stride,
                    typename Words::Word* to, int step) {
  using Word = typename Words::Word;
  Pack<Word, N> square[N];
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i)
    square[i] = i < rows ? Words::template along<N>(from + i * stride, depths) : Pack<Word, N>(Word(0));
  transpose(square);
  const int steps = static_cast<int>(std::min<std::int64_t>(N, (depths + Words::kDepths - 1) / Words::kDepths));
  for (int d = 0; d < steps; ++d) store(to + d * step, square[d]);
}

// As words: panels of kWidth columns, `panel` words apart. What a panel has too many columns becomes 0.
template <class Words, int N, int kWidth>
void copy_words(const Stored& x, typename Words::Word* to, std::int64_t panel) {
  using Word = typename Words::Word;
  const std::int64_t columns = (x.columns + kWidth - 1) / kWidth * kWidth;
  const auto place = [&](std::int64_t column) { return to + column / kWidth * panel + column % kWidth; };
  if (x.transposed) {
    for (std::int64_t j = 0; j < columns; j += N)
      for (std::int64_t d = 0; d < x.depths; d += N * Words::kDepths)
        copy_square<Words, N>(x.from + j * x.stride + d, x.columns - j, x.depths - d, x.stride,
                              place(j) + d / Words::kDepths * kWidth, kWidth);
  } else {
    for (std::int64_t d = 0; d < x.depths; d += Words::kDepths)
      for (std::int64_t j = 0; j < columns; j += N)
        store(place(j) + d / Words::kDepths * kWidth,
              j < x.columns
                  ? Words::template across<N>(x.from + d * x.stride + j, x.stride, x.depths - d, x.columns - j)
                  : Pack<Word, N>(Word(0)));
  }
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
