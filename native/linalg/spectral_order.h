// The order of a basis by the eigenvalues that it stands for, so that one step of orthogonal iteration,  Q ← QR(M Q),
// leaves them descending. Vyas et al. 2024, SOAP, https://arxiv.org/abs/2409.11321, whose reference code sorts so.
//
//   basis      (batch, size, size)   Q
//   products   (batch, size, size)   M Q
//   order      (batch, size)         the columns by  qⱼᵀ M qⱼ,  descending, equal ones as they stood, NaN last; as
//                                    numbers of T, which hold every index below 2²⁴
//   sorted     (batch, size, size)   M Q with its columns in that order; must not overlap the others
//
// And the permutation of what is expressed in that basis:  to[r, c] = from[rows_order[r], columns_order[c]].
//
//   rows_order      (batch, rows)            null: as they are
//   columns_order   (batch, columns)         null: as they are
//   from, to        (batch, rows, columns)   must not overlap
#pragma once
#include "../core/backend.h"
#include "columns.h"

namespace sophia {

template <class T>
struct SpectralOrder {
  std::int64_t batch, size;
  View<T> basis, products, order, sorted;
};

template <class T>
struct Permutation {
  std::int64_t batch, rows, columns;
  View<T> rows_order, columns_order, from, to;
};

template <class Isa, class T>
void spectral_order(Cpu<Isa>&, const SpectralOrder<T>&);
template <class T>
void spectral_order(Cuda&, const SpectralOrder<T>&);
template <class Isa, class T>
void permute(Cpu<Isa>&, const Permutation<T>&);
template <class T>
void permute(Cuda&, const Permutation<T>&);

namespace spectral {

// The eigenvalues stand in the first row of `sorted` until their order is known.
template <class Team, class T>
HD void sort(Team team, const SpectralOrder<T>& a, std::int64_t matrix) {
  const std::int64_t n = a.size, first = matrix * n * n;
  const auto basis = a.basis + first, products = a.products + first, sorted = a.sorted + first,
             order = a.order + matrix * n;
  team.each(n, [&](auto j) {
    using V = decltype(basis[j]);
    sorted.store(j, sum_down<V>(n, [&](std::int64_t i, V sum) {
                   return multiply_add(basis.row(i, n)[j], products.row(i, n)[j], sum);
                 }));
  });
  team.meet();
  team.each(n, [&](auto j) { put_in_order(sorted, n, order, j); });
  team.meet();
  team.each(n, [&](auto j) {
    for (std::int64_t i = 0; i < n; ++i)
      sorted.row(i, n).store(j, gathered<decltype(sorted[j])>(j, [&](std::int64_t c) {
                               return products[i * n + static_cast<std::int64_t>(order[c])];
                             }));
  });
}

// One row of `to`, of all matrices'.
template <class Team, class T>
HD void permute_row(Team team, const Permutation<T>& a, std::int64_t row) {
  const std::int64_t matrix = row / a.rows;
  const std::int64_t source = a.rows_order ? matrix * a.rows + static_cast<std::int64_t>(a.rows_order[row]) : row;
  const auto from = a.from.row(source, a.columns), to = a.to.row(row, a.columns);
  const auto order = a.columns_order + (a.columns_order ? matrix * a.columns : 0);
  team.each(a.columns, [&](auto c) {
    if (!order) to.store(c, from[c]);
    else
      to.store(c, gathered<decltype(to[c])>(
                      c, [&](std::int64_t place) { return from[static_cast<std::int64_t>(order[place])]; }));
  });
}

}  // namespace spectral
}  // namespace sophia
