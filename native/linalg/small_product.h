// Products of small matrices that lie in the first-level cache:  C = op(A)·B  or  C += op(A)·B,  row-major.
//
//   op(A)   (m, k)   stored (m, k), or (k, m) when transposed; read number by number
//   B       (k, n)   read pack by pack
//   C       (m, n)   must not overlap A or B
//
// Nothing is copied: the strides are those of the caller, and no number outside the three matrices is touched. A block
// of C stays in registers over the whole of k, so an element is one sum in the order of k, whatever m and n are.
#pragma once
#include "../core/view.h"

namespace sophia {

struct SmallProduct {
  int m, n, k;
  std::ptrdiff_t lda, ldb, ldc;  // from one stored row to the next, in elements
  bool transpose_a = false;
  bool add = false;  // C += instead of C =
};

namespace small_product {

// How many registers may hold sums: the others are for B and the broadcast number of A.
template <int N> inline constexpr int kSums = N >= 16 ? 24 : 12;
template <int N> inline constexpr int kMostPacks = N >= 16 ? 4 : 2;
inline constexpr int kMostRows = 8;  // as many rows of A as the address registers can follow

// One block of C: kRows rows, kPacks packs of columns, or a single column place.
template <int kRows, int kPacks, bool kTransposed, int N, class T, class Place>
void block(const SmallProduct& p, View<T> a, View<T> b, View<T> c, Place place) {
  const auto at = [&](int pack) {
    place.index = pack * N;
    return place;
  };
  Pack<T, N> sum[kRows][kPacks];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i)
#pragma GCC unroll 4
    for (int q = 0; q < kPacks; ++q) sum[i][q] = p.add ? c.row(i, p.ldc)[at(q)] : Pack<T, N>(T(0));
  for (int k = 0; k < p.k; ++k) {
    Pack<T, N> row[kPacks];
#pragma GCC unroll 4
    for (int q = 0; q < kPacks; ++q) row[q] = b[at(q)];
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      const Pack<T, N> x(kTransposed ? a[i] : a[i * p.lda]);
#pragma GCC unroll 4
      for (int q = 0; q < kPacks; ++q) sum[i][q] = multiply_add(x, row[q], sum[i][q]);
    }
    a = a + (kTransposed ? p.lda : 1);
    b = b + p.ldb;
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i)
#pragma GCC unroll 4
    for (int q = 0; q < kPacks; ++q) c.row(i, p.ldc).store(at(q), sum[i][q]);
}

// All rows of one panel of columns, in blocks of kRows and then of fewer.
template <int kRows, int kPacks, bool kTransposed, int N, class T, class Place>
void rows(const SmallProduct& p, int first, View<T> a, View<T> b, View<T> c, Place place) {
  for (; first + kRows <= p.m; first += kRows)
    block<kRows, kPacks, kTransposed, N>(p, a + first * (kTransposed ? 1 : p.lda), b, c.row(first, p.ldc), place);
  if constexpr (kRows > 1) rows<kRows / 2, kPacks, kTransposed, N>(p, first, a, b, c, place);
}

// All columns, in panels of kPacks packs and then of fewer; the last may be a part of a pack.
template <int kPacks, bool kTransposed, int N, class T>
void columns(const SmallProduct& p, int first, View<T> a, View<T> b, View<T> c) {
  constexpr int kRows = kSums<N> / kPacks < kMostRows ? kSums<N> / kPacks : kMostRows;
  for (; first + kPacks * N <= p.n; first += kPacks * N)
    rows<kRows, kPacks, kTransposed, N>(p, 0, a, b + first, c + first, At<N>{});
  if constexpr (kPacks > 1) columns<kPacks / 2, kTransposed, N>(p, first, a, b, c);
  else if (first < p.n) rows<kRows, 1, kTransposed, N>(p, 0, a, b + first, c + first, Part<N>{0, p.n - first});
}

}  // namespace small_product

// N is the width of a pack.
template <int N, class T>
void multiply(const SmallProduct& p, View<T> a, View<T> b, View<T> c) {
  if (p.transpose_a) small_product::columns<small_product::kMostPacks<N>, true, N>(p, 0, a, b, c);
  else small_product::columns<small_product::kMostPacks<N>, false, N>(p, 0, a, b, c);
}

// The product rule, (AB)˙ = ȦB + AḂ.
template <int N, class T>
void multiply(const SmallProduct& p, View<Dual<T>> a, View<Dual<T>> b, View<Dual<T>> c) {
  SmallProduct more = p;
  more.add = true;
  multiply<N>(p, primal(a), primal(b), primal(c));
  multiply<N>(p, tangent(a), primal(b), tangent(c));
  multiply<N>(more, primal(a), tangent(b), tangent(c));
}

}  // namespace sophia
