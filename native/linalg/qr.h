// The orthogonal factor of square matrices:  A = Q R,  in place, by Householder reflections: Q is orthogonal also where
// A is singular. Panels of columns in the compact form  H₀ H₁ … = 1 − V T Vᵀ,  Schreiber & Van Loan 1989,
// https://doi.org/10.1137/0910005, so that nearly all work is matrix products. R may have negative numbers on its
// diagonal, as LAPACK's.
//
//   matrices   (batch, size, size)   A, then Q
//   scratch    (qr_scratch(batch, size))
//
// Every column of A is divided by its largest number first, which leaves Q as it is: no square over- or underflows.
// From the panel of a column on that is not finite all columns of Q are NaN in the panel's rows and below; those before
// do not depend on it.
#pragma once
#include <algorithm>
#include "columns.h"
#include "matmul.h"
#include "reflector.h"

namespace sophia {

template <class T>
struct Qr {
  std::int64_t batch, size;
  View<T> matrices, scratch;
};

template <class Isa, class T>
void orthogonalize(Cpu<Isa>&, const Qr<T>&);
template <class T>
void orthogonalize(Cuda&, const Qr<T>&);

namespace qr {

inline constexpr std::int64_t kPanel = 32;  // columns

constexpr std::int64_t panels(std::int64_t size) { return (size + kPanel - 1) / kPanel; }
// Numbers of a matrix.
constexpr std::int64_t scratch(std::int64_t size) {
  return size * size + panels(size) * kPanel * kPanel + kPanel * kPanel + (2 * kPanel + 1) * size;
}

// One panel of all matrices: `width` columns from `first` on, which have `rows` rows from their diagonal down.
template <class T>
struct Panel {
  std::int64_t batch, size, first, width, rows;
  View<T> matrices;   // (batch, size, size)
  View<T> vectors;    // (batch, size, size) row c is v of column c, zero before the diagonal
  View<T> blocks;     // (batch, panels, kPanel, kPanel) −Tᵀ of each panel
  View<T> gram;       // (batch, kPanel, kPanel) V Vᵀ of the panel
  View<T> products;   // (batch, kPanel, size) V A
  View<T> multiples;  // (batch, kPanel, size) −T V A, or −Tᵀ V A
  View<T> tau;        // (batch, size)

  HD std::int64_t corner() const { return first * (size + 1); }
  HD std::int64_t block_stride() const { return panels(size) * kPanel * kPanel; }
  HD View<T> block() const { return blocks + first * kPanel; }
};

template <class T>
Panel<T> panel(const Qr<T>& a, std::int64_t first) {
  const std::int64_t n = a.size, squares = a.batch * n * n, rows = a.batch * kPanel * n;
  const auto blocks = a.scratch + squares, gram = blocks + a.batch * panels(n) * kPanel * kPanel,
             products = gram + a.batch * kPanel * kPanel;
  return {a.batch, n,        first,           std::min(kPanel, n - first), n - first, a.matrices, a.scratch, blocks,
          gram,    products, products + rows, products + 2 * rows};
}

// Every column of a matrix divided by its largest number.
template <class Team, class T>
HD void scale(Team team, const Qr<T>& a, std::int64_t matrix) {
  const std::int64_t n = a.size;
  const auto numbers = a.matrices + matrix * n * n;
  team.each(n, [&](auto j) {
    using V = decltype(numbers[j]);
    V largest(0);
    for (std::int64_t i = 0; i < n; ++i) largest = max(abs(numbers.row(i, n)[j]), largest);
    const V divisor = select_less(V(0), largest, largest, V(1));
    for (std::int64_t i = 0; i < n; ++i) numbers.row(i, n).store(j, numbers.row(i, n)[j] / divisor);
  });
}

// The panel's columns as rows.
template <class Team, class T>
HD void take_columns(Team team, const Panel<T>& a, View<T> matrix, View<T> vectors) {
  team.each(a.rows, [&](auto i) {
    for (std::int64_t c = 0; c < a.width; ++c)
      vectors.row(c, a.size).store(
          i, gathered<decltype(vectors[i])>(i, [&](std::int64_t row) { return matrix[row * a.size + c]; }));
  });
}

// v and τ of the panel's column c, which stands in that row; zeros before it.
template <class Team, class T>
HD T reflect(Team team, const Panel<T>& a, View<T> row, std::int64_t c) {
  const auto x = row + c, tail = x + 1;
  const std::int64_t count = a.rows - c - 1;
  const T head = x[0];
  const auto h = reflector(head, team.sum(count, [&](auto i) { return square(tail[i]); }));
  team.each(count, [&](auto i) { tail.store(i, tail[i] * h.scale); });
  team.each(c, [&](auto i) { row.store(i, decltype(row[i])(0)); });
  if (team.leads()) x.store(0, T(1));
  return h.tau;
}

// The reflections of one matrix's panel.
template <class Team, class T>
HD void factor(Team team, const Panel<T>& a, std::int64_t matrix) {
  const std::int64_t first = matrix * a.size * a.size + a.corner();
  const auto vectors = a.vectors + first;
  take_columns(team, a, a.matrices + first, vectors);
  for (std::int64_t c = 0; c < a.width; ++c) {
    team.meet();
    const T tau = reflect(team, a, vectors.row(c, a.size), c);
    if (team.leads()) a.tau.store(matrix * a.size + a.first + c, tau);
    team.meet();
    const auto v = vectors.row(c, a.size) + c;
    for (std::int64_t other = c + 1; other < a.width; ++other) {
      const auto x = vectors.row(other, a.size) + c;
      const T part = tau * team.sum(a.rows - c, [&](auto i) { return v[i] * x[i]; });
      team.each(a.rows - c, [&](auto i) { x.store(i, x[i] - v[i] * part); });
    }
  }
}

// −Tᵀ of one matrix's panel: row j of it is −τⱼ (Σ over l < j of row l · vₗ·vⱼ), with −τⱼ on the diagonal.
template <class Team, class T>
HD void join(Team team, const Panel<T>& a, std::int64_t matrix) {
  const auto block = a.block() + matrix * a.block_stride(), gram = a.gram + matrix * kPanel * kPanel,
             tau = a.tau + (matrix * a.size + a.first);
  team.each(a.width, [&](auto i) {
    using V = decltype(block[i]);
    for (std::int64_t j = 0; j < a.width; ++j) {
      const V sum = sum_down<V>(j, [&](std::int64_t l, V sum) {
        return multiply_add(V(gram[l * kPanel + j]), block.row(l, kPanel)[i], sum);
      });
      block.row(j, kPanel).store(i, sum * -tau[j]);
      if (j >= i.index && j < i.index + count_of(i)) block.store(j * (kPanel + 1), -tau[j]);
    }
  });
}

template <class Isa, class T>
void scale(Cpu<Isa>&, const Qr<T>&);
template <class T>
void scale(Cuda&, const Qr<T>&);
template <class Isa, class T>
void factor(Cpu<Isa>&, const Panel<T>&);
template <class T>
void factor(Cuda&, const Panel<T>&);
template <class Isa, class T>
void join(Cpu<Isa>&, const Panel<T>&);
template <class T>
void join(Cuda&, const Panel<T>&);
template <class Isa, class T>
void set_identity(Cpu<Isa>&, const Qr<T>&);
template <class T>
void set_identity(Cuda&, const Qr<T>&);

template <class On, class T>
void find_gram(On& on, const Panel<T>& a) {
  const std::int64_t n = a.size;
  const auto v = a.vectors + a.corner();
  matmul(on,
         {.m = a.width,
          .n = a.width,
          .k = a.rows,
          .transpose_b = true,
          .lda = n,
          .ldb = n,
          .ldc = kPanel,
          .batch = a.batch,
          .stride_a = n * n,
          .stride_b = n * n,
          .stride_c = kPanel * kPanel},
         v, v, a.gram);
}

// The `count` columns from `column` on, from the panel's first row down, reflected:  A ← A − Vᵀ T V A,  or with Tᵀ.
template <class On, class T>
void apply(On& on, const Panel<T>& a, std::int64_t column, std::int64_t count, bool transposed) {
  const std::int64_t n = a.size, room = kPanel * n;
  const auto v = a.vectors + a.corner(), to = a.matrices + (a.first * n + column);
  matmul(on,
         {.m = a.width,
          .n = count,
          .k = a.rows,
          .lda = n,
          .ldb = n,
          .ldc = n,
          .batch = a.batch,
          .stride_a = n * n,
          .stride_b = n * n,
          .stride_c = room},
         v, to, a.products);
  matmul(on,
         {.m = a.width,
          .n = count,
          .k = a.width,
          .transpose_a = !transposed,
          .lda = kPanel,
          .ldb = n,
          .ldc = n,
          .batch = a.batch,
          .stride_a = a.block_stride(),
          .stride_b = room,
          .stride_c = room},
         a.block(), a.products, a.multiples);
  matmul(on,
         {.m = a.rows,
          .n = count,
          .k = a.width,
          .transpose_a = true,
          .add = true,
          .lda = n,
          .ldb = n,
          .ldc = n,
          .batch = a.batch,
          .stride_a = n * n,
          .stride_b = room,
          .stride_c = n * n},
         v, a.multiples, to);
}

// R by reflecting what is right of each panel; then Q = H₀ H₁ … from the last panel on, which changes no column before
// its own.
template <class On, class T>
void in_panels(On& on, const Qr<T>& a) {
  scale(on, a);
  for (std::int64_t first = 0; first < a.size; first += kPanel) {
    const Panel<T> at = panel(a, first);
    factor(on, at);
    find_gram(on, at);
    join(on, at);
    const std::int64_t next = first + at.width;
    if (next < a.size) apply(on, at, next, a.size - next, true);
  }
  set_identity(on, a);
  for (std::int64_t p = panels(a.size) - 1; p >= 0; --p) {
    const Panel<T> at = panel(a, p * kPanel);
    apply(on, at, at.first, at.rows, false);
  }
}

}  // namespace qr

// Numbers of T.
constexpr std::int64_t qr_scratch(std::int64_t batch, std::int64_t size) { return batch * qr::scratch(size); }

}  // namespace sophia
