// The transpose of a square of N×N numbers in registers.
#pragma once
#include <utility>
#include "../math/pack.h"

namespace sophia {

namespace squares {

// Words in a quarter of 16 bytes: processors shuffle within quarters, or whole quarters, by one quick instruction.
template <class Word> inline constexpr int kQuarter = 16 / sizeof(Word);

// Where word `i` of a new pack comes from; the words of the second pack count from `width`.
using Order = int (*)(int i, int quarter, int width);
// In every quarter the first, or the last, words of either pack in turn: a₀ b₀ a₁ b₁, or a₂ b₂ a₃ b₃.
template <bool last>
constexpr int in_turn(int i, int quarter, int width) {
  const int lane = i % quarter;
  return i - lane + (last ? quarter / 2 : 0) + lane / 2 + lane % 2 * width;
}
// The even, or the odd, quarters of the first pack and then those of the second.
template <bool odd>
constexpr int every_other(int i, int quarter, int /*width*/) {
  const int lane = i % quarter;
  return 2 * (i - lane) + (odd ? quarter : 0) + lane;  // from the middle on it is the second pack's
}

template <class Word, Order order, class T, int N, int... i>
HD Pack<T, N> shuffle(Pack<T, N> a, Pack<T, N> b, std::integer_sequence<int, i...>) {
  using Words = typename Pack<Word, sizeof...(i)>::Vector;
  using Vector = typename Pack<T, N>::Vector;
  return Pack<T, N>(
      (Vector)__builtin_shufflevector((Words)a.vector, (Words)b.vector, order(i, kQuarter<Word>, sizeof...(i))...));
}

// Rows `apart` from each other become their two shuffles, word by word.
template <class Word, int apart, Order low, Order high, class T, int N>
HD void round(Pack<T, N> (&rows)[N]) {
  constexpr std::make_integer_sequence<int, static_cast<int>(N * sizeof(T) / sizeof(Word))> words;
#pragma GCC unroll 16
  for (int i = 0; i < N; ++i) {
    if (i & apart) continue;
    const Pack<T, N> a = rows[i], b = rows[i + apart];
    rows[i] = shuffle<Word, low>(a, b, words);
    rows[i + apart] = shuffle<Word, high>(a, b, words);
  }
}

template <int apart, class T, int N>
HD void exchange_quarters(Pack<T, N> (&rows)[N]) {
  if constexpr (apart < N) {
    round<T, apart, every_other<false>, every_other<true>>(rows);
    exchange_quarters<2 * apart>(rows);
  }
}

}  // namespace squares

// rows[i][j] becomes rows[j][i]. Each round moves one bit of the lane's number into the row's number, and one of the
// row's into the lane's: first those of a number in its quarter, then those of the quarter.
template <class T, int N>
HD void transpose(Pack<T, N> (&rows)[N]) {
  using namespace squares;
  round<T, 1, in_turn<false>, in_turn<true>>(rows);
  if constexpr (kQuarter<T> == 4) {
    round<double, 2, in_turn<false>, in_turn<true>>(rows);  // pairs
#pragma GCC unroll 4
    for (int i = 0; i < N; i += 4) std::swap(rows[i + 1], rows[i + 2]);  // these two bits came in the wrong order
  }
  exchange_quarters<kQuarter<T>>(rows);
}

}  // namespace sophia
