// The eigenvectors of symmetric matrices:  A = V diag(λ) Vᵀ,  λ descending, equal ones in the order they are found in.
// Tridiagonal form, then implicit QR sweeps with Wilkinson's shift, Golub & Van Loan 2013, Matrix Computations, section
// 8.3: they find the small eigenvalues at the lower end, where the reduction leaves them.
//
//   matrices   (batch, size, size)   not written
//   vectors    (batch, size, size)   V: an eigenvector in each column; must not overlap the matrices
//   scratch    (symmetric_eigen_scratch(batch, size))
//
// A matrix is divided by its largest number first, so that no square over- or underflows. Rotations turn the rows of
// Vᵀ, and some sweeps of them are kept, to be done while a pack of columns is in the first-level cache. Where a number
// is not finite all of V is NaN. Sweeps are counted: after too many the rest of T is taken as it is, V orthogonal.
#pragma once
#include "../core/backend.h"
#include "tridiagonal.h"

namespace sophia {

template <class T>
struct SymmetricEigen {
  std::int64_t batch, size;
  View<T> matrices, vectors, scratch;
};

template <class Isa, class T>
void symmetric_eigen(Cpu<Isa>&, const SymmetricEigen<T>&);
template <class T>
void symmetric_eigen(Cuda&, const SymmetricEigen<T>&);

namespace eigen {

inline constexpr int kSweeps = 8;                // that are kept before they are done
inline constexpr std::int64_t kMostSweeps = 30;  // for each eigenvalue; two are usual
inline constexpr int kVectors = 6 + 2 * kSweeps;
inline constexpr std::int64_t kLine = 16;  // floats of a line of the cache

// From one row of Vᵀ to the next: an odd number of lines, so that the lines of a column do not share a few places of
// the cache.
constexpr std::int64_t stride(std::int64_t size) { return ((size + kLine - 1) / kLine | 1) * kLine; }
constexpr std::int64_t scratch(std::int64_t size) {
  const std::int64_t numbers = size * stride(size) + kVectors * size + 1 + 2 * kSweeps;
  return (numbers + kLine - 1) / kLine * kLine;
}

// Of one matrix.
template <class T>
struct Work {
  Tridiagonal<T> form;
  View<T> transposed;  // (size, stride) Vᵀ
  std::int64_t stride;
  View<T> order;      // (size)
  View<T> rotations;  // (kSweeps, size, 2) cosine and sine for rows i and i + 1
  View<T> plan;       // (1 + 2 kSweeps) how many sweeps are kept, and from which row to which each goes
};

template <class T>
HD Work<T> work_of(const SymmetricEigen<T>& a, std::int64_t matrix) {
  const std::int64_t n = a.size;
  const auto room = a.scratch + matrix * scratch(n), vectors = room + n * stride(n), rotations = vectors + 6 * n;
  return {{n, a.vectors + matrix * n * n, vectors, vectors + n, vectors + 2 * n, vectors + 3 * n, vectors + 4 * n},
          room,
          stride(n),
          vectors + 5 * n,
          rotations,
          rotations + 2 * kSweeps * n};
}

// What stands beside the diagonal between i and i + 1 is rounding.
template <class T>
HD bool negligible(const Tridiagonal<T>& a, std::int64_t i) {
  constexpr T kEpsilon = std::numeric_limits<T>::epsilon();
  return abs(a.beside[i]) <= kEpsilon * (abs(a.diagonal[i]) + abs(a.diagonal[i + 1]) + kEpsilon);
}

// The eigenvalue of the last two rows that is nearer to the last.
template <class T>
HD T shift(const Tridiagonal<T>& a, std::int64_t last) {
  const T b = a.beside[last - 1], half = (a.diagonal[last - 1] - a.diagonal[last]) / 2,
          root = sqrt(half * half + b * b);
  return a.diagonal[last] - b / (half < 0 ? half - root : half + root) * b;
}

// One sweep over the rows from first to last, whose rotations are kept.
template <class T>
HD void sweep(const Tridiagonal<T>& a, std::int64_t first, std::int64_t last, View<T> rotations) {
  T x = a.diagonal[first] - shift(a, last), bulge = a.beside[first];
  for (std::int64_t i = first; i < last; ++i) {
    const T squares = x * x + bulge * bulge, r = sqrt(squares);
    const bool turns = !(squares < kVanishing<T>);
    const T c = turns ? x / r : 1, s = turns ? bulge / r : 0;
    if (i > first) a.beside.store(i - 1, turns ? r : x);
    const T upper = a.diagonal[i], lower = a.diagonal[i + 1], b = a.beside[i], q = 2 * c * b + s * (lower - upper);
    a.diagonal.store(i, upper + s * q);
    a.diagonal.store(i + 1, lower - s * q);
    x = c * q - b;
    a.beside.store(i, x);
    if (i + 1 < last) {
      bulge = s * a.beside[i + 1];
      a.beside.store(i + 1, c * a.beside[i + 1]);
    }
    rotations.store(2 * i, c);
    rotations.store(2 * i + 1, s);
  }
}

// Where the iteration stands: the rows behind `last` are eigenvalues.
struct Iteration {
  std::int64_t last, sweeps_left;
};

// The next sweeps, as many as can be kept; none when all eigenvalues are found.
template <class T>
HD void plan(const Work<T>& a, Iteration& at) {
  int count = 0;
  while (count < kSweeps && at.last > 0 && at.sweeps_left > 0) {
    std::int64_t first = at.last;
    while (first > 0 && !negligible(a.form, first - 1)) --first;
    if (first == at.last) {
      --at.last;
      continue;
    }
    sweep(a.form, first, at.last, a.rotations.row(count, 2 * a.form.size));
    a.plan.store(1 + 2 * count, static_cast<T>(first));
    a.plan.store(2 + 2 * count, static_cast<T>(at.last));
    ++count;
    --at.sweeps_left;
  }
  a.plan.store(0, static_cast<T>(count));
}

// The rotations of one kept sweep, in the columns of a place.
template <class T, class Place>
HD void rotate(const Work<T>& a, int number, Place j) {
  using V = decltype(a.transposed[j]);
  const std::int64_t n = a.stride, first = static_cast<std::int64_t>(a.plan[1 + 2 * number]),
                     last = static_cast<std::int64_t>(a.plan[2 + 2 * number]);
  const auto rotations = a.rotations.row(number, 2 * a.form.size);
  V upper = a.transposed.row(first, n)[j];
  for (std::int64_t i = first; i < last; ++i) {
    const V c(rotations[2 * i]), s(rotations[2 * i + 1]), lower = a.transposed.row(i + 1, n)[j];
    a.transposed.row(i, n).store(j, multiply_add(s, lower, c * upper));
    upper = multiply_add(-s, upper, c * lower);
  }
  a.transposed.row(last, n).store(j, upper);
}

template <class Team, class T>
HD void diagonalize(Team team, const Work<T>& a) {
  Iteration at{a.form.size - 1, kMostSweeps * a.form.size};
  for (;;) {
    if (team.leads()) plan(a, at);
    team.meet();
    const int count = static_cast<int>(a.plan[0]);
    if (count == 0) return;
    team.each(a.form.size, [&](auto j) {
      for (int number = 0; number < count; ++number) rotate(a, number, j);
    });
    team.meet();
  }
}

// The rows of Vᵀ in order, as columns.
template <class Team, class T>
HD void write(Team team, const Work<T>& a) {
  const std::int64_t n = a.form.size;
  const auto to = a.form.rows;
  team.each(n, [&](auto j) { put_in_order(a.form.diagonal, n, a.order, j); });
  team.meet();
  team.each(n, [&](auto j) {
    for (std::int64_t i = 0; i < n; ++i)
      to.row(i, n).store(j, gathered<decltype(to[j])>(j, [&](std::int64_t r) {
                           return a.transposed[static_cast<std::int64_t>(a.order[r]) * a.stride + i];
                         }));
  });
}

template <class Team, class T>
HD void solve(Team team, const SymmetricEigen<T>& a, std::int64_t matrix) {
  const std::int64_t count = a.size * a.size;
  const Work<T> work = work_of(a, matrix);
  const auto from = a.matrices + matrix * count, to = work.form.rows;
  const T largest = team.max(count, [&](auto i) { return abs(from[i]); });
  const T lost = team.sum(count, [&](auto i) { return from[i] - from[i]; });  // NaN where a number is not finite
  team.each(count, [&](auto i) { to.store(i, from[i] / (largest > 0 ? largest : 1) + lost); });
  if (lost != 0 || lost != lost) return;
  tridiagonalize(team, work.form);
  form_transposed(team, work.form, work.transposed, work.stride);
  diagonalize(team, work);
  write(team, work);
}

}  // namespace eigen

// Numbers of T.
constexpr std::int64_t symmetric_eigen_scratch(std::int64_t batch, std::int64_t size) {
  return batch * eigen::scratch(size);
}

}  // namespace sophia
