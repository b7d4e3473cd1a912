// The sides of Kron's preconditioner (kron.h): what is done to the factors Q of tiles, a team for each tile.
//
//   bound(S)         a lower bound of the spectral norm of a symmetric S, which is rarely below it by more than a
//   tenth:
//                    with the row r of the largest sum of squares,  x = S r  and  bound = ‖S x/‖x‖‖
//   TriangularStep   first ← triu(first − second) rate/(bound(first + second) + tiny)       (size, size)
//   DiagonalStep     q ← q − rate/(max(a + b) + tiny) (a − b) q,   with a and b the sums of squares over the other side
//   Balance          both factors as large as the geometric mean of their largest numbers
//   Scale            to ← diag(l)ᵖ from diag(r)ᵖ
//
// After Xi-Lin Li's and Evan Walters' implementations, https://github.com/evanatyourservice/kron_torch
#pragma once
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

template <class T>
struct TriangularStep {
  std::int64_t batch, size;
  View<T> first, second;  // (batch, size, size)
  View<T> scratch;        // (batch, 2, size)
  T rate, tiny;
};

template <class T>
struct DiagonalStep {
  std::int64_t batch, rows, columns;
  View<T> a, b;  // (batch, rows, columns)
  View<T> q;     // (batch, rows), or (batch, columns) where it is the right side's
  bool right;
  T rate, tiny;
  const bool* finite;
  View<T> scratch;  // (batch, 2, the side)
};

template <class T>
struct Balance {
  std::int64_t batch, left_count, right_count;  // numbers of the factors of a tile; 0: there is none
  View<T> left, right;
  const bool* finite;
};

template <class T>
struct Scale {
  std::int64_t batch, rows, columns;
  View<T> left, right;  // (batch, rows), (batch, columns); null: none
  View<T> from, to;     // (batch, rows, columns)
  int power;            // 1, −1 or 2
};

// The unit matrix, or ones.
template <class T>
struct Identity {
  std::int64_t batch, size;
  bool diagonal;
  View<T> to;
};

#define SOPHIA_KRON_VERBS(X) X(TriangularStep) X(DiagonalStep) X(Balance) X(Scale) X(Identity)
#define SOPHIA_DECLARE(Verb)                                         \
  template <class Isa, class T> void run(Cpu<Isa>&, const Verb<T>&); \
  template <class T> void run(Cuda&, const Verb<T>&);
SOPHIA_KRON_VERBS(SOPHIA_DECLARE)
#undef SOPHIA_DECLARE

namespace kron {

// Each row of a square matrix times x, into y.
template <class Team, class T>
HD void multiply_rows(Team team, std::int64_t n, View<T> s, View<T> x, View<T> y) {
  for (std::int64_t r = 0; r < n; ++r) {
    const T sum = team.sum(n, [&](auto i) { return s.row(r, n)[i] * x[i]; });
    if (team.leads()) y.store(r, sum);
  }
  team.meet();
}

// bound(S) of the sum of two, which `second` becomes, scaled by its largest number; x and `y` have room for a row.
template <class Team, class T>
HD T bound(Team team, std::int64_t n, View<T> s, View<T> x, View<T> y) {
  using std::sqrt;
  const T largest = team.max(n * n, [&](auto i) { return abs(s[i]); });
  if (!(largest > 0)) return largest;
  team.each(n * n, [&](auto i) { s.store(i, s[i] / largest); });
  team.meet();
  std::int64_t row = 0;
  T most = -1;
  for (std::int64_t r = 0; r < n; ++r) {
    const T sum = team.sum(n, [&](auto i) { return square(s.row(r, n)[i]); });
    if (sum > most) row = r, most = sum;
  }
  multiply_rows(team, n, s, s.row(row, n), x);
  const T length = sqrt(team.sum(n, [&](auto i) { return square(x[i]); }));
  multiply_rows(team, n, s, x, y);
  return largest * sqrt(team.sum(n, [&](auto i) { return square(y[i]); })) / length;
}

template <class Team, class T>
HD void run_tile(Team team, const TriangularStep<T>& a, std::int64_t tile) {
  const std::int64_t n = a.size;
  const View<T> first = a.first + tile * n * n, second = a.second + tile * n * n, x = a.scratch + 2 * tile * n;
  // first − second above the diagonal, before `second` becomes their sum.
  for (std::int64_t r = 0; r < n; ++r) {
    team.each(n, [&](auto c) {
      const auto one = first.row(r, n)[c], other = second.row(r, n)[c];
      second.row(r, n).store(c, one + other);
      first.row(r, n).store(c, one - other);
    });
  }
  team.meet();
  const T rate = a.rate / (bound(team, n, second, x, x + n) + a.tiny);
  for (std::int64_t r = 0; r < n; ++r) {
    team.each(r, [&](auto c) { first.row(r, n).store(c, first.row(r, n)[c] * T(0)); });
    team.each(n - r, [&](auto c) {
      const View<T> row = first.row(r, n) + r;
      row.store(c, row[c] * rate);
    });
  }
}

template <class Team, class T>
HD void run_tile(Team team, const DiagonalStep<T>& a, std::int64_t tile) {
  const std::int64_t n = a.right ? a.columns : a.rows, depth = a.right ? a.rows : a.columns;
  const std::int64_t along = a.right ? 1 : a.columns, across = a.right ? a.columns : 1;
  const View<T> one = a.a + tile * a.rows * a.columns, other = a.b + tile * a.rows * a.columns;
  const View<T> sums = a.scratch + 2 * tile * n, differences = sums + n, q = a.q + tile * n;
  team.each(n, [&](auto i) {
    using V = decltype(q[i]);
    V x(T(0)), y(T(0));
    for (int lane = 0; lane < V::kWidth && i.index + lane < n; ++lane) {
      T first = 0, second = 0;
      for (std::int64_t d = 0; d < depth; ++d) {
        const std::int64_t at = (i.index + lane) * along + d * across;
        first += one[at] * one[at];
        second += other[at] * other[at];
      }
      x.set(lane, first);
      y.set(lane, second);
    }
    sums.store(i, x + y);
    differences.store(i, x - y);
  });
  team.meet();
  const T largest = team.max(n, [&](auto i) { return abs(sums[i]); });
  const T rate = a.rate / (largest + a.tiny);
  if (*a.finite) team.each(n, [&](auto i) { q.store(i, q[i] - differences[i] * rate * q[i]); });
}

template <class Team, class T>
HD void run_tile(Team team, const Balance<T>& a, std::int64_t tile) {
  using std::sqrt;
  const View<T> left = a.left + tile * a.left_count, right = a.right + tile * a.right_count;
  const T x = team.max(a.left_count, [&](auto i) { return abs(left[i]); });
  const T y = team.max(a.right_count, [&](auto i) { return abs(right[i]); });
  const T mean = sqrt(x) * sqrt(y);
  if (!*a.finite) return;
  team.each(a.left_count, [&](auto i) { left.store(i, left[i] * (mean / x)); });
  team.each(a.right_count, [&](auto i) { right.store(i, right[i] * (mean / y)); });
}

template <class V>
HD V power(V x, int p) {
  if (p == 1) return x;
  return p == 2 ? x * x : V(Number<V>(1)) / x;
}
template <class Team, class T>
HD void run_tile(Team team, const Scale<T>& a, std::int64_t tile) {
  for (std::int64_t r = 0; r < a.rows; ++r) {
    const std::int64_t row = tile * a.rows + r;
    const View<T> from = a.from.row(row, a.columns), to = a.to.row(row, a.columns);
    const T left = a.left ? power(a.left[row], a.power) : T(1);
    const View<T> right = a.right ? a.right + tile * a.columns : View<T>{};
    team.each(a.columns, [&](auto c) {
      const auto x = from[c] * left;
      to.store(c, right ? x * power(right[c], a.power) : x);
    });
  }
}

template <class Team, class T>
HD void run_tile(Team team, const Identity<T>& a, std::int64_t tile) {
  const std::int64_t rows = a.diagonal ? 1 : a.size;
  for (std::int64_t r = 0; r < rows; ++r) {
    const View<T> row = a.to + (tile * rows + r) * a.size;
    team.each(a.size, [&](auto c) { row.store(c, decltype(row[c])(a.diagonal ? T(1) : T(0))); });
    team.meet();
    if (team.leads() && !a.diagonal) row.store(r, T(1));
  }
}

}  // namespace kron
}  // namespace sophia
