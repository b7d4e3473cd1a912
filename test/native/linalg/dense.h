// Small matrices in double, by textbook, to hold the linear algebra to: nothing of what is tested is used here.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace dense {

struct Matrix {
  std::size_t rows, columns;
  std::vector<double> numbers;  // row by row

  Matrix(std::size_t rows, std::size_t columns) : rows(rows), columns(columns), numbers(rows * columns) {}
  // Matrix number `index` of a batch, one after the other.
  template <class T>
  Matrix(std::size_t rows, std::size_t columns, const std::vector<T>& batch, std::size_t index = 0)
      : rows(rows), columns(columns) {
    const auto first = batch.begin() + static_cast<std::ptrdiff_t>(index * rows * columns);
    numbers.assign(first, first + static_cast<std::ptrdiff_t>(rows * columns));
  }
  double& operator()(std::size_t i, std::size_t j) { return numbers[i * columns + j]; }
  double operator()(std::size_t i, std::size_t j) const { return numbers[i * columns + j]; }
};

inline Matrix identity(std::size_t n) {
  Matrix x(n, n);
  for (std::size_t i = 0; i < n; ++i) x(i, i) = 1;
  return x;
}
inline Matrix random(std::mt19937& generator, std::size_t rows, std::size_t columns) {
  std::normal_distribution<double> normal;
  Matrix x(rows, columns);
  for (double& number : x.numbers) number = normal(generator);
  return x;
}
inline Matrix transposed(const Matrix& x) {
  Matrix y(x.columns, x.rows);
  for (std::size_t i = 0; i < x.rows; ++i)
    for (std::size_t j = 0; j < x.columns; ++j) y(j, i) = x(i, j);
  return y;
}
inline Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix c(a.rows, b.columns);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t d = 0; d < a.columns; ++d)
      for (std::size_t j = 0; j < b.columns; ++j) c(i, j) += a(i, d) * b(d, j);
  return c;
}
inline Matrix operator-(Matrix a, const Matrix& b) {
  for (std::size_t i = 0; i < a.numbers.size(); ++i) a.numbers[i] -= b.numbers[i];
  return a;
}
inline double norm(const Matrix& x) {
  double sum = 0;
  for (const double number : x.numbers) sum += number * number;
  return std::sqrt(sum);
}
// The largest number; a NaN is the largest of all.
inline double largest(const Matrix& x) {
  double most = 0;
  for (const double number : x.numbers) most = std::abs(number) <= most ? most : std::abs(number);
  return most;
}
// How far the columns are from orthonormal.
inline double not_orthogonal(const Matrix& q) { return largest(transposed(q) * q - identity(q.columns)); }

// Turns columns i and j so that they become orthogonal (Hestenes 1958); true if they were not.
inline bool turn(Matrix& x, std::size_t i, std::size_t j) {
  double a = 0, b = 0, c = 0;
  for (std::size_t r = 0; r < x.rows; ++r) a += x(r, i) * x(r, i), b += x(r, j) * x(r, j), c += x(r, i) * x(r, j);
  if (std::abs(c) <= 1e-15 * std::sqrt(a * b)) return false;
  const double half = std::atan2(2 * c, a - b) / 2, cosine = std::cos(half), sine = std::sin(half);
  for (std::size_t r = 0; r < x.rows; ++r) {
    const double left = x(r, i), right = x(r, j);
    x(r, i) = cosine * left + sine * right;
    x(r, j) = cosine * right - sine * left;
  }
  return true;
}

// Descending; as many as the shorter side has.
inline std::vector<double> singular_values(Matrix x) {
  if (x.columns > x.rows) x = transposed(x);
  bool turned = true;
  for (int sweep = 0; sweep < 60 && turned; ++sweep) {
    turned = false;
    for (std::size_t i = 0; i < x.columns; ++i)
      for (std::size_t j = i + 1; j < x.columns; ++j) turned = turn(x, i, j) || turned;
  }
  std::vector<double> values(x.columns);
  for (std::size_t j = 0; j < x.columns; ++j) {
    for (std::size_t r = 0; r < x.rows; ++r) values[j] += x(r, j) * x(r, j);
    values[j] = std::sqrt(values[j]);
  }
  std::sort(values.rbegin(), values.rend());
  return values;
}

// Orthonormal columns, by Gram and Schmidt, twice.
inline Matrix random_orthogonal(std::mt19937& generator, std::size_t rows, std::size_t columns) {
  Matrix q = random(generator, rows, columns);
  for (std::size_t j = 0; j < columns; ++j) {
    for (int again = 0; again < 2; ++again)
      for (std::size_t before = 0; before < j; ++before) {
        double along = 0;
        for (std::size_t r = 0; r < rows; ++r) along += q(r, before) * q(r, j);
        for (std::size_t r = 0; r < rows; ++r) q(r, j) -= along * q(r, before);
      }
    double length = 0;
    for (std::size_t r = 0; r < rows; ++r) length += q(r, j) * q(r, j);
    for (std::size_t r = 0; r < rows; ++r) q(r, j) /= std::sqrt(length);
  }
  return q;
}

// A matrix with these singular values, min(rows, columns) of them.
inline Matrix with_singular_values(std::mt19937& generator, std::size_t rows, std::size_t columns,
                                   const std::vector<double>& values) {
  Matrix left = random_orthogonal(generator, rows, values.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t j = 0; j < values.size(); ++j) left(r, j) *= values[j];
  return left * transposed(random_orthogonal(generator, columns, values.size()));
}

}  // namespace dense
