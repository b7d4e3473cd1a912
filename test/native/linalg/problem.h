// Products to try on a backend. Every result is compared with the definition in double, element by element: the error
// of a sum of k products in float is at most (k + a few) · 2⁻²⁴ · Σ|a||b|, whatever the order.
#pragma once
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>
#include "../../../native/linalg/matmul.h"

namespace product {

using namespace sophia;
using Floats = std::vector<float>;

struct Operand {
  std::int64_t rows, columns, stride, matrix;  // as stored; from one matrix of a batch to the next
  bool transposed;
  Floats value, tangent;  // one element in front, so that nothing is aligned

  size_t index(std::int64_t i, std::int64_t j) const {
    return static_cast<size_t>(1 + (transposed ? j * stride + i : i * stride + j));
  }
  double at(const Floats& x, std::int64_t i, std::int64_t j) const { return x[index(i, j)]; }
  template <class S> View<S> view() {
    if constexpr (std::is_same_v<S, float>) return {value.data() + 1};
    else return {value.data() + 1, tangent.data() + 1};
  }
};

inline Floats random_floats(std::mt19937& random, size_t count) {
  std::normal_distribution<float> normal;
  Floats x(count);
  for (auto& v : x) v = normal(random);
  return x;
}

// Stored rows are at least `extra` elements longer than their matrix, and a multiple of `unit` long; so many elements
// lie between the matrices of a batch.
struct Margin {
  std::int64_t extra = 0, unit = 1, gap = 0;
};

// As many matrices as there are.
struct Sizes {
  std::int64_t rows, columns, batch = 1;
};

inline Operand operand(std::mt19937& random, Sizes sizes, bool transposed, Margin margin) {
  auto [rows, columns, batch] = sizes;
  if (transposed) std::swap(rows, columns);
  const std::int64_t stride = (columns + margin.extra + margin.unit - 1) / margin.unit * margin.unit;
  const std::int64_t matrix = rows * stride + margin.gap;
  const auto size = static_cast<size_t>(1 + batch * matrix);
  return {rows, columns, stride, matrix, transposed, random_floats(random, size), random_floats(random, size)};
}

struct Problem {
  Matmul shape;
  Operand a, b, c;
  Floats bias, dbias;
};

inline Problem problem(Matmul s, Margin margin = {}) {
  std::mt19937 random(static_cast<unsigned>(s.m * 31 + s.n * 17 + s.k));
  Problem p{s,
            operand(random, {s.m, s.k, s.batch}, s.transpose_a, margin),
            operand(random, {s.k, s.n, s.batch}, s.transpose_b, margin),
            operand(random, {s.m, s.n, s.batch}, false, margin),
            random_floats(random, static_cast<size_t>(s.n)),
            random_floats(random, static_cast<size_t>(s.n))};
  if (margin.extra != 0 || margin.unit != 1)
    p.shape.lda = p.a.stride, p.shape.ldb = p.b.stride, p.shape.ldc = p.c.stride;
  if (margin.gap != 0) p.shape.stride_a = p.a.matrix, p.shape.stride_b = p.b.matrix, p.shape.stride_c = p.c.matrix;
  return p;
}

// ---- batches ---------------------------------------------------------------------------------------------------

// Matrix number i, the gap behind it included.
inline Operand alone(const Operand& x, std::int64_t i) {
  Operand one = x;
  const auto take = [&](Floats& to, const Floats& from) {
    const auto begin = from.begin() + 1 + i * x.matrix;
    to.assign(1, from[0]);
    to.insert(to.end(), begin, begin + x.matrix);
  };
  take(one.value, x.value);
  take(one.tangent, x.tangent);
  return one;
}
inline Problem alone(const Problem& p, std::int64_t i) {
  Problem one{p.shape, alone(p.a, i), alone(p.b, i), alone(p.c, i), p.bias, p.dbias};
  one.shape.batch = 1;
  return one;
}

// Whether C of a batch is what run(problem) makes of each product by itself, to the bit, and nothing else was written.
template <class Run>
bool each_as_alone(const Problem& p, const Operand& got, Run run) {
  bool same = true;
  for (std::int64_t i = 0; i < p.shape.batch; ++i) {
    const Operand one = run(alone(p, i)), of_batch = alone(got, i);
    same = same && one.value == of_batch.value && one.tangent == of_batch.tangent;
  }
  return same;
}

// 37×45: row 3 of A has a NaN at the last depth, column 44 of B an infinity at another, which row 36 multiplies by 0. C
// is all NaN: `=` does not read it.
inline Problem hostile(std::int64_t k, std::int64_t infinite_at, bool transpose_a, bool transpose_b) {
  Problem p = problem({37, 45, k, transpose_a, transpose_b});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  p.a.value[p.a.index(3, k - 1)] = nan;
  p.b.value[p.b.index(infinite_at, 44)] = std::numeric_limits<float>::infinity();
  p.a.value[p.a.index(36, infinite_at)] = 0;
  for (auto& x : p.c.value) x = nan;
  return p;
}

// Whether its product has them where they belong, and nowhere else.
inline bool passes_on(const Operand& c) {
  bool all = true;
  for (std::int64_t i = 0; i < 37; ++i)
    for (std::int64_t j = 0; j < 45; ++j) {
      const double x = c.at(c.value, i, j);
      all = all && (i == 3 || (i == 36 && j == 44) ? std::isnan(x) : j == 44 ? std::isinf(x) : std::isfinite(x));
    }
  return all;
}

// The largest error in units of the bound, over value and tangent; infinite when a margin of C was written. `rounding`
// is what C itself may be off by, as a part of it, where it is no float.
inline double worst(const Problem& p, const Operand& got, bool biased, bool dual, double rounding = 0) {
  double worst = 0;
  const auto check = [&](double result, double want, double size) {
    const double bound = std::ldexp(static_cast<double>(2 * p.shape.k + 4), -24) * size + rounding * std::abs(want);
    const double error = std::abs(result - want);
    worst = std::max(worst, error == 0 ? 0 : error / bound);
    if (std::isnan(error)) worst = INFINITY;
  };
  for (std::int64_t i = 0; i < p.shape.m; ++i)
    for (std::int64_t j = 0; j < p.shape.n; ++j) {
      const auto column = static_cast<size_t>(j);
      double value = biased ? p.bias[column] : 0, tangent = biased ? p.dbias[column] : 0;
      if (p.shape.add) value += p.c.at(p.c.value, i, j), tangent += p.c.at(p.c.tangent, i, j);
      double value_size = std::abs(value) + 2, tangent_size = std::abs(tangent) + 2;
      for (std::int64_t d = 0; d < p.shape.k; ++d) {
        const double a = p.a.at(p.a.value, i, d), b = p.b.at(p.b.value, d, j);
        const double da = p.a.at(p.a.tangent, i, d), db = p.b.at(p.b.tangent, d, j);
        value += a * b, value_size += std::abs(a * b);
        tangent += da * b + a * db, tangent_size += std::abs(da * b) + std::abs(a * db);
      }
      check(got.at(got.value, i, j), value, value_size);
      if (dual) check(got.at(got.tangent, i, j), tangent, tangent_size);
    }
  for (std::int64_t i = 0; i < p.shape.m; ++i)
    for (std::int64_t j = p.shape.n; j < got.stride; ++j)
      if (got.at(got.value, i, j) != p.c.at(p.c.value, i, j)) worst = INFINITY;
  return got.value[0] == p.c.value[0] ? worst : INFINITY;
}

// ---- a + b·x + c·sum -------------------------------------------------------------------------------------------

constexpr float kA = 2, kB = -0.75f, kC = 0.5f;
template <class T>
Polynomial<T> polynomial(View<T> x, std::int64_t width) {
  return {x, kA, kB, kC, width};
}

// Of square products; `bias` holds the matrices x.
inline Problem square_problem(std::int64_t width, std::int64_t batch, int transposes, Margin margin = {}) {
  const bool a = transposes & 1, b = transposes & 2;
  Problem p = problem({.m = width, .n = width, .k = width, .transpose_a = a, .transpose_b = b, .batch = batch}, margin);
  std::mt19937 random(7);
  p.bias = random_floats(random, static_cast<size_t>(batch * width * width));
  return p;
}

// The largest error in units of the bound; NaN stays NaN.
inline double worst_polynomial(const Problem& all, const Operand& got) {
  const std::int64_t n = all.shape.n;
  double worst = 0;
  for (std::int64_t matrix = 0; matrix < all.shape.batch; ++matrix) {
    const Problem p = alone(all, matrix);
    const Operand c = alone(got, matrix);
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        double want = kB * all.bias[static_cast<size_t>((matrix * n + i) * n + j)] + (i == j ? kA : 0);
        double size = std::abs(want) + 2;
        for (std::int64_t d = 0; d < n; ++d) {
          const double product = p.a.at(p.a.value, i, d) * p.b.at(p.b.value, d, j);
          want += kC * product, size += std::abs(kC * product);
        }
        const double error = std::abs(c.at(c.value, i, j) - want) / (std::ldexp(2.0 * n + 4, -24) * size);
        worst = error <= worst ? worst : error;
      }
  }
  return worst;
}

inline std::string describe(const Matmul& s) {
  return std::to_string(s.m) + "×" + std::to_string(s.n) + "×" + std::to_string(s.k);
}

// Calls `f` with the shape in all four transposes, with and without add, dense and strided.
template <class F>
void each_form(Matmul shape, F f, Margin strided = {.extra = 3}) {
  for (int form = 0; form < 16; ++form) {
    shape.transpose_a = form & 1, shape.transpose_b = form & 2, shape.add = form & 4;
    f(problem(shape, form & 8 ? strided : Margin{}));
  }
}

}  // namespace product
