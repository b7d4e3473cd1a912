// The transpose of a square of N×N numbers in registers.
#pragma once
#include <utility>
#include "../math/pack.h"

namespace sophia {

// low, high = a₀ b₀ a₁ b₁ …
template <class T, int N, int... lanes>
HD void interleave(Pack<T, N> a, Pack<T, N> b, Pack<T, N>& low, Pack<T, N>& high,
                   std::integer_sequence<int, lanes...>) {
  low = Pack<T, N>(__builtin_shufflevector(a.vector, b.vector, (lanes / 2 + (lanes % 2) * N)...));
  high = Pack<T, N>(__builtin_shufflevector(a.vector, b.vector, (lanes / 2 + (lanes % 2) * N + N / 2)...));
}

// rows[i][j] becomes rows[j][i]. Interleaving row i with row i + N/2 moves one bit of the lane's number into the row's
// number; after log₂ N rounds they have changed places.
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

}  // namespace sophia
