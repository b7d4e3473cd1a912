// Column sums:  sums[c] += Σ_r x[r, c].
//
//   x      (rows, columns)   dense
//   sums   (columns)         added to; floats for an x of Bf16; of a Dual the value half may be absent
//
// The gradient of a bias. Rows are summed in blocks of fixed length and the blocks' sums one after the other, so the
// bits do not depend on the number of threads, and the rounding error grows with the length of a block rather than
// with that of the matrix.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

template <class Isa, class T, class S>
void add_column_sums(Cpu<Isa>&, std::int64_t rows, std::int64_t columns, View<T> x, View<S> sums);
template <class T, class S>
void add_column_sums(Cuda&, std::int64_t rows, std::int64_t columns, View<T> x, View<S> sums);

namespace reduce {

// sums += one row of x.
template <class T, class S, class Team>
HD void add_row(Team team, std::int64_t columns, View<T> row, View<S> sums) {
  team.each(columns, [&](auto c) { add(sums, c, row[c]); });
}

}  // namespace reduce
}  // namespace sophia
