// The tridiagonal form of a symmetric matrix:  T = Qᵀ A Q,  Q = H₀ H₁ H₂ …,  a Householder reflection for each column.
// Golub & Van Loan 2013, Matrix Computations, algorithm 8.3.1.
//
//   rows             (size, size)   A; row k becomes, behind its diagonal, the v of Hₖ
//   diagonal, beside (size)         T: its diagonal, and what stands beside it
//   tau              (size)         of Hₖ
//   image, update    (size)         p = τ A v  and  w = p − ½ τ (p·v) v,  of which  H A H = A − v wᵀ − w vᵀ
//
// A is read once a step: as it is brought up to date with the last step's v and w it is multiplied with this one's v,
// which is known as soon as one row is up to date.
#pragma once
#include "columns.h"
#include "reflector.h"

namespace sophia {

template <class T>
struct Tridiagonal {
  std::int64_t size;
  View<T> rows, diagonal, beside, tau, image, update;
};

namespace tridiagonal {

// What the step before changes of row k, from its diagonal on. Before the first step w is zero, and any v does.
template <class Team, class T>
HD void update_row(Team team, const Tridiagonal<T>& a, std::int64_t k, View<T> last) {
  const auto row = a.rows.row(k, a.size) + k;
  const auto v = last + k, w = a.update + k;
  const T head_v = v[0], head_w = w[0];
  team.each(a.size - k, [&](auto j) {
    using V = decltype(row[j]);
    row.store(j, multiply_add(V(-head_w), v[j], multiply_add(V(-head_v), w[j], row[j])));
  });
}

// v of Hₖ in place of x, the row behind its diagonal; returns τ.
template <class Team, class T>
HD T reflect_row(Team team, const Tridiagonal<T>& a, std::int64_t k) {
  const auto x = a.rows.row(k, a.size) + (k + 1), tail = x + 1;
  const std::int64_t count = a.size - k - 2;
  const T head = x[0];
  const auto h = reflector(head, team.sum(count, [&](auto i) { return square(tail[i]); }));
  team.each(count, [&](auto i) { tail.store(i, tail[i] * h.scale); });
  if (team.leads()) {
    x.store(0, T(1));
    a.beside.store(k, h.alpha);
    a.tau.store(k, h.tau);
  }
  return h.tau;
}

// The rows behind row k brought up to date, and p.
template <class Team, class T>
HD void update_and_multiply(Team team, const Tridiagonal<T>& a, std::int64_t k, View<T> last, T tau) {
  const std::int64_t n = a.size, count = n - k - 1;
  const auto below = a.rows.row(k + 1, n) + (k + 1);
  const auto v = a.rows.row(k, n) + (k + 1), last_v = last + (k + 1), last_w = a.update + (k + 1);
  team.each(count, [&](auto j) {
    using V = decltype(below[j]);
    const V less_v = -last_v[j], less_w = -last_w[j];
    const V sum = sum_down<V>(count, [&](std::int64_t i, V sum) {
      const auto row = below.row(i, n);
      const V x = multiply_add(V(last_w[i]), less_v, multiply_add(V(last_v[i]), less_w, row[j]));
      row.store(j, x);
      return multiply_add(V(v[i]), x, sum);
    });
    a.image.store(j, sum * tau);
  });
}

template <class Team, class T>
HD void find_update(Team team, const Tridiagonal<T>& a, std::int64_t k, T tau) {
  const std::int64_t count = a.size - k - 1;
  const auto v = a.rows.row(k, a.size) + (k + 1), w = a.update + (k + 1);
  const T part = tau / 2 * team.sum(count, [&](auto i) { return a.image[i] * v[i]; });
  team.each(count, [&](auto i) { w.store(i, a.image[i] - v[i] * part); });
}

}  // namespace tridiagonal

// The last number of the diagonal is its leader's until the team meets again.
template <class Team, class T>
HD void tridiagonalize(Team team, const Tridiagonal<T>& a) {
  team.each(a.size, [&](auto j) { a.update.store(j, decltype(a.update[j])(0)); });
  for (std::int64_t k = 0; k < a.size; ++k) {
    const auto last = k > 0 ? a.rows.row(k - 1, a.size) : a.update;
    team.meet();
    tridiagonal::update_row(team, a, k, last);
    team.meet();
    if (team.leads()) a.diagonal.store(k, a.rows[k * (a.size + 1)]);
    if (k + 1 == a.size) break;
    const T tau = tridiagonal::reflect_row(team, a, k);
    team.meet();
    tridiagonal::update_and_multiply(team, a, k, last, tau);
    tridiagonal::find_update(team, a, k, tau);
  }
}

// to = Qᵀ, of the reflections that stand in the rows of A; `stride` numbers from row to row.
template <class Team, class T>
HD void form_transposed(Team team, const Tridiagonal<T>& a, View<T> to, std::int64_t stride) {
  const std::int64_t n = a.size;
  team.each(n, [&](auto j) {
    using V = decltype(to[j]);
    set_identity(n, to, stride, j);
    for (std::int64_t k = 0; k + 1 < n; ++k) {
      const std::int64_t count = n - k - 1;
      const auto v = a.rows.row(k, n) + (k + 1), part = to.row(k + 1, stride);
      const V sum =
          sum_down<V>(count, [&](std::int64_t i, V sum) { return multiply_add(V(v[i]), part.row(i, stride)[j], sum); });
      const V less = sum * -a.tau[k];
      for (std::int64_t i = 0; i < count; ++i)
        part.row(i, stride).store(j, multiply_add(V(v[i]), less, part.row(i, stride)[j]));
    }
  });
}

}  // namespace sophia
