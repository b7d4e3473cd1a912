// Triangular systems, many at once:  Y = X Q⁻¹, or with `left`  Y = Q⁻ᵀ X,   Q upper triangular.
//
//   q         (batch, size, size)   below its diagonal nothing is read; size is `columns`, or `rows` with `left`
//   x, y      (batch, rows, columns)   what is divided, which is lost, and what comes of it; apart
//   scratch   triangular_scratch()
//
// By blocks of kBlock columns of Q:  Yⱼ = (Xⱼ − Σ_{i<j} Yᵢ Qᵢⱼ) Qⱼⱼ⁻¹. The inverses of the blocks of the diagonal are
// made first, by substitution; the rest are matrix products. A zero on the diagonal gives numbers that are not finite.
#pragma once
#include <algorithm>
#include "matmul.h"

namespace sophia {

template <class T>
struct TriangularSolve {
  std::int64_t batch, rows, columns;
  bool left;
  View<T> q, x, y, scratch;
};

constexpr std::int64_t triangular_scratch(std::int64_t batch, std::int64_t size) { return batch * size * size; }

namespace triangular {

inline constexpr std::int64_t kBlock = 32;  // a warp's lanes: each has a row of an inverse

// What the products need of Q: −Q above the blocks of the diagonal, and their inverses.
template <class T>
struct Factor {
  std::int64_t batch, size;
  View<T> q, p;
};
template <class Isa, class T>
void factorize(Cpu<Isa>&, const Factor<T>&);
template <class T>
void factorize(Cuda&, const Factor<T>&);

// Row r of the inverse of the block that begins at `first`:  pᵣⱼ = (δᵣⱼ − Σ_{r≤k<j} pᵣₖ qₖⱼ)/qⱼⱼ.
template <class T>
HD void invert_row(View<T> q, View<T> p, std::int64_t n, std::int64_t first, std::int64_t r) {
  const std::int64_t end = first + kBlock < n ? first + kBlock : n;
  for (std::int64_t j = first; j < end; ++j) {
    T sum = j == r ? T(1) : T(0);
    for (std::int64_t k = r; k < j; ++k) sum -= p[r * n + k] * q[k * n + j];
    p.store(r * n + j, j < r ? T(0) : sum / q[j * n + j]);
  }
}

template <class Team, class T>
HD void factorize_matrix(Team team, const Factor<T>& a, std::int64_t matrix) {
  const std::int64_t n = a.size;
  const View<T> q = a.q + matrix * n * n, p = a.p + matrix * n * n;
  for (std::int64_t r = 0; r < n; ++r) {
    const std::int64_t next = (r / kBlock + 1) * kBlock;
    const View<T> from = q + r * n + next, to = p + r * n + next;
    team.each(n - next, [&](auto c) { to.store(c, from[c] * T(-1)); });
  }
  team.each(n, [&](auto r) {
    using V = decltype(q[r]);
    for (int lane = 0; lane < V::kWidth && r.index + lane < n; ++lane)
      invert_row(q, p, n, (r.index + lane) / kBlock * kBlock, r.index + lane);
  });
}

// Block j of Y, from the blocks before it.
template <class On, class T>
void solve_block(On& on, const TriangularSolve<T>& a, std::int64_t first) {
  const std::int64_t n = a.left ? a.rows : a.columns, width = std::min(kBlock, n - first);
  const View<T> p = a.scratch, corner = p + first * n + first, above = p + first;
  Matmul s{
      .m = a.left ? width : a.rows, .n = a.left ? a.columns : width, .k = first, .transpose_a = a.left, .add = true};
  s.lda = a.left ? n : a.columns;
  s.ldb = a.left ? a.columns : n;
  s.ldc = a.columns;
  s.batch = a.batch;
  s.stride_a = a.left ? n * n : a.rows * a.columns;
  s.stride_b = a.left ? a.rows * a.columns : n * n;
  s.stride_c = a.rows * a.columns;
  const View<T> x = a.x + first * (a.left ? a.columns : 1), y = a.y + first * (a.left ? a.columns : 1);
  if (first > 0) matmul(on, s, a.left ? above : a.y, a.left ? a.y : above, x);
  s.k = width;
  s.add = false;
  matmul(on, s, a.left ? corner : x, a.left ? x : corner, y);
}

}  // namespace triangular

template <class On, class T>
void triangular_solve(On& on, const TriangularSolve<T>& a) {
  const std::int64_t n = a.left ? a.rows : a.columns;
  triangular::factorize(on, triangular::Factor<T>{a.batch, n, a.q, a.scratch});
  for (std::int64_t first = 0; first < n; first += triangular::kBlock) triangular::solve_block(on, a, first);
}

}  // namespace sophia
