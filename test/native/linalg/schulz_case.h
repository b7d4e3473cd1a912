// What is held of Newton-Schulz on every backend; run(x, shape) orthogonalises a batch of matrices.
#pragma once
#include "../../../native/linalg/newton_schulz.h"
#include "../check.h"
#include "dense.h"

namespace schulz_case {

using namespace sophia;

constexpr double kA = 3.4445, kB = -4.7750, kC = 2.0315;  // Jordan et al. 2024

struct Shape {
  std::int64_t batch, rows, columns;
  int steps = 5;

  std::size_t size() const { return static_cast<std::size_t>(batch * rows * columns); }
  std::size_t workspace() const { return static_cast<std::size_t>(newton_schulz_workspace(batch, rows, columns)); }
  std::size_t sums() const { return static_cast<std::size_t>(newton_schulz_sums(batch, rows, columns)); }
  template <class T>
  NewtonSchulz<T> problem(View<T> x, View<T> of_workspace, double* of_sums) const {
    return {batch, rows, columns, steps, kA, kB, kC, 1e-7, x, of_workspace, of_sums};
  }
  std::vector<float> draw() const {
    std::mt19937 random(static_cast<unsigned>(rows * 100 + columns));
    std::normal_distribution<float> normal;
    std::vector<float> x(size());
    for (float& number : x) number = 0.01f * normal(random);
    return x;
  }
  dense::Matrix matrix(const std::vector<float>& x, std::int64_t index = 0) const {
    return {static_cast<std::size_t>(rows), static_cast<std::size_t>(columns), x, static_cast<std::size_t>(index)};
  }
  std::string name() const { return text(batch, " of ", rows, "×", columns); }
};

// From `least` upwards by equal factors; the largest one makes the sum of squares 1.
inline std::vector<double> spread(std::size_t count, double least) {
  std::vector<double> values(count);
  double left = 1;
  for (std::size_t i = 1; i < count; ++i) {
    values[i] = least * std::pow(0.15 / least, static_cast<double>(i - 1) / static_cast<double>(count));
    left -= values[i] * values[i];
  }
  values[0] = std::sqrt(left);
  return values;
}
// The matrix scaled, which must not matter.
inline std::vector<float> with_values(const Shape& shape, const std::vector<double>& values) {
  std::mt19937 random(11);
  const auto x = dense::with_singular_values(random, static_cast<std::size_t>(shape.rows),
                                             static_cast<std::size_t>(shape.columns), values);
  std::vector<float> numbers;
  for (const double number : x.numbers) numbers.push_back(static_cast<float>(300 * number));
  return numbers;
}

constexpr std::pair<std::int64_t, std::int64_t> kSides[] = {{24, 24}, {17, 40}, {40, 17}};

template <class Run>
void singular_values_come_to_one(Run run, const std::string& on) {
  struct Law {
    double least;
    int steps;
    double low, high;
  };
  for (const Law law : {Law{.01, 5, .682, 1.134}, {.01, 10, .682, 1.134}, {.001, 5, .471, 1.202}})
    for (const auto& [rows, columns] : kSides) {
      const Shape shape{1, rows, columns, law.steps};
      const auto values = spread(static_cast<std::size_t>(std::min(rows, columns)), law.least);
      const auto got = dense::singular_values(shape.matrix(run(with_values(shape, values), shape)));
      check::expect(text("Newton-Schulz ", shape.name(), " on ", on, ", ", law.steps, " steps from ", law.least, ": ",
                         got.back(), " to ", got.front()),
                    got.back() >= law.low - 1e-3 && got.front() <= law.high + 1e-3);
    }
}

template <class Run>
void follows_the_polynomial(Run run, const std::string& on) {
  for (const auto& [rows, columns] : kSides)
    for (const int steps : {0, 1, 2, 5}) {
      const Shape shape{1, rows, columns, steps};
      auto values = spread(static_cast<std::size_t>(std::min(rows, columns)), .01);
      const auto got = dense::singular_values(shape.matrix(run(with_values(shape, values), shape)));
      for (double& s : values)
        for (int i = 0; i < steps; ++i) s = kA * s + kB * s * s * s + kC * s * s * s * s * s;
      std::sort(values.rbegin(), values.rend());
      double worst = 0;
      for (std::size_t i = 0; i < values.size(); ++i) worst = std::max(worst, std::abs(got[i] - values[i]));
      check::expect(text("Newton-Schulz ", shape.name(), " on ", on, ": singular values after ", steps, " steps"),
                    worst, 1e-4);
    }
}

template <class Run>
void degenerate(Run run, const std::string& on) {
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {1, 9}, {9, 1}, {12, 7}, {7, 12}}) {
    const Shape shape{1, rows, columns};
    // Of rank one: (i + 1)(j + 2), whose one singular value goes the way of 1.
    std::vector<float> x;
    for (std::int64_t i = 0; i < rows; ++i)
      for (std::int64_t j = 0; j < columns; ++j) x.push_back(static_cast<float>((i + 1) * (j + 2)));
    double want = 1;
    for (int i = 0; i < shape.steps; ++i) want = kA * want + kB * want * want * want + kC * std::pow(want, 5);
    const auto values = dense::singular_values(shape.matrix(run(x, shape)));
    const double rest = values.size() > 1 ? values[1] : 0;
    check::expect(text("Newton-Schulz ", shape.name(), " of rank one on ", on), std::abs(values[0] - want) + rest,
                  1e-4);
    const auto zeros = run(std::vector<float>(shape.size()), shape);
    check::expect(text("Newton-Schulz ", shape.name(), " of zeros on ", on), zeros == std::vector<float>(shape.size()));
    x[x.size() / 2] = NAN;
    const auto nans = run(x, shape);
    check::expect(text("Newton-Schulz ", shape.name(), " of a NaN on ", on),
                  std::all_of(nans.begin(), nans.end(), [](float number) { return std::isnan(number); }));
  }
}

// To the bit; one of them has a NaN, which stays there.
template <class Run>
void batch_as_alone(Run run, const std::string& on) {
  for (const Shape shape : {Shape{4, 8, 24}, {3, 20, 7}, {6, 16, 16}, {2, 3, 50}}) {
    auto x = shape.draw();
    const auto numbers = static_cast<std::ptrdiff_t>(shape.rows * shape.columns);
    x[static_cast<std::size_t>(numbers) + 1] = NAN;
    const auto all = run(x, shape);
    bool same = true;
    for (std::int64_t i = 0; i < shape.batch; ++i) {
      const auto part = [&](const std::vector<float>& of) {
        return std::vector<float>(of.begin() + i * numbers, of.begin() + (i + 1) * numbers);
      };
      const auto alone = run(part(x), {1, shape.rows, shape.columns}), of_batch = part(all);
      same = same && (i == 1 ? std::isnan(of_batch[0]) : alone == of_batch);
    }
    check::expect(text("Newton-Schulz ", shape.name(), " on ", on, ": each as alone"), same);
  }
}

}  // namespace schulz_case
