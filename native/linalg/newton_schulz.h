// Newton-Schulz orthogonalisation:  X ← X / (‖X‖ + ε),  then `steps` times  A = XXᵀ,  X ← (aI + bA + cA²)X.
// Jordan et al. 2024, "Muon", https://kellerjordan.github.io/posts/muon/, with a, b, c = 3.4445, −4.7750, 2.0315.
//
//   x           (batch, rows, columns)                              in place, one matrix after the other
//   workspace   (newton_schulz_workspace(batch, rows, columns))
//   sums        (newton_schulz_sums(batch, rows, columns))
//
// With X = UΣVᵀ a step is Σ ← aΣ + bΣ³ + cΣ⁵, so that U and V stay: with these a, b, c the singular values come close
// to 1 and waver about it. Where a matrix has more rows than columns, A is XᵀX and multiplies from the right: it is the
// smaller of the two, and nothing is transposed. aI + bA + cA² is the epilogue of A·A, not a pass of its own.
#pragma once
#include <utility>
#include "../core/arena.h"
#include "matmul.h"
#include "normalize.h"

namespace sophia {

template <class T>
struct NewtonSchulz {
  std::int64_t batch, rows, columns;
  int steps;
  double a, b, c, epsilon;
  View<T> x, workspace;
  double* sums;
};

namespace schulz {

// What lies where in the workspace: the other X, to which a step goes, A, and its polynomial.
struct Places {
  std::int64_t other, square, polynomial, size;
};
inline Places places(std::int64_t batch, std::int64_t rows, std::int64_t columns) {
  const std::int64_t narrow = std::min(rows, columns);
  Layout layout;
  const std::int64_t other = layout.take(batch * rows * columns), square = layout.take(batch * narrow * narrow);
  const std::int64_t polynomial = layout.take(batch * narrow * narrow);
  return {other, square, polynomial, layout.size()};
}

template <class On, class T>
void step(On& on, const NewtonSchulz<T>& s, View<T> from, View<T> to) {
  const Places at = places(s.batch, s.rows, s.columns);
  const View<T> square = s.workspace + at.square, polynomial = s.workspace + at.polynomial;
  const bool tall = s.rows > s.columns;
  const std::int64_t narrow = std::min(s.rows, s.columns), wide = std::max(s.rows, s.columns);
  const auto number = [](double x) { return static_cast<T>(x); };
  matmul(on, {.m = narrow, .n = narrow, .k = wide, .transpose_a = tall, .transpose_b = !tall, .batch = s.batch}, from,
         from, square);
  matmul(on, {.m = narrow, .n = narrow, .k = narrow, .batch = s.batch}, square, square, polynomial,
         Polynomial<T>{square, number(s.a), number(s.b), number(s.c), narrow});
  if (tall) matmul(on, {.m = wide, .n = narrow, .k = narrow, .batch = s.batch}, from, polynomial, to);
  else matmul(on, {.m = narrow, .n = wide, .k = narrow, .batch = s.batch}, polynomial, from, to);
}

}  // namespace schulz

inline std::int64_t newton_schulz_workspace(std::int64_t batch, std::int64_t rows, std::int64_t columns) {
  return schulz::places(batch, rows, columns).size;
}
inline std::int64_t newton_schulz_sums(std::int64_t batch, std::int64_t rows, std::int64_t columns) {
  return normalize_sums(batch, rows * columns);
}

template <class On, class T>
void newton_schulz(On& on, const NewtonSchulz<T>& s) {
  View<T> now = s.x, next = s.workspace + schulz::places(s.batch, s.rows, s.columns).other;
  if (s.steps % 2 != 0) std::swap(now, next);  // the last step ends in x
  normalize(on, Normalize<T>{s.batch, s.rows * s.columns, s.x, now, s.epsilon, s.sums});
  for (int i = 0; i < s.steps; ++i) {
    schulz::step(on, s, now, next);
    std::swap(now, next);
  }
}

}  // namespace sophia
