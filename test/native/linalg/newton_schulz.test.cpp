#include "../../../native/linalg/newton_schulz.h"
#include <cmath>
#include <random>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;

namespace {

template <class T>
NewtonSchulz<T> iteration(std::int64_t batch, std::int64_t rows, std::int64_t columns, int steps = 5) {
  return {batch, rows, columns, steps, 3.4445, -4.7750, 2.0315, 1e-7, {}, {}};
}

template <class At>
void orthogonalize_all(NewtonSchulz<Real<At>> s, std::vector<Real<At>>& x, int threads) {
  std::vector<Real<At>> scratch(static_cast<std::size_t>(newton_schulz_scratch(s.batch, s.rows, s.columns)));
  Cpu<At> on(threads);
  s.x = {x.data()};
  s.scratch = {scratch.data()};
  newton_schulz(on, s);
}

template <class T>
std::vector<T> random_numbers(std::int64_t count) {
  std::mt19937 random(9);
  std::normal_distribution<double> normal;
  std::vector<T> x(static_cast<std::size_t>(count));
  for (auto& each : x) each = static_cast<T>(normal(random));
  return x;
}

}  // namespace

// What σ becomes is seen on diagonal matrices, whose singular values stand on the diagonal.
TEST("Newton-Schulz keeps singular values in the published intervals") {
  for (const int steps : {5, 10}) {
    double least = 9, most = 0, least_of_all = 9, most_of_all = 0;
    for (int i = 0; i <= 2000; ++i) {
      const double sigma = std::pow(10.0, -3.0 * i / 2000);
      std::vector<double> x{sigma, 0, 0, std::sqrt(1 - sigma * sigma)};  // of norm 1
      auto s = iteration<double>(1, 2, 2, steps);
      s.epsilon = 1e-30;
      orthogonalize_all<Float64>(s, x, 1);
      least_of_all = std::min(least_of_all, x[0]), most_of_all = std::max(most_of_all, x[0]);
      if (sigma >= 0.01) least = std::min(least, x[0]), most = std::max(most, x[0]);
    }
    check::expect(text("in [0.01, 1] they end in [0.682, 1.134] after ", steps), least > 0.681 && most < 1.1345);
    if (steps == 5) check::expect("in [0.001, 1] in [0.471, 1.202]", least_of_all > 0.470 && most_of_all < 1.203);
  }
}

TEST("Newton-Schulz on batches") {
  for (const auto& [rows, columns] : {std::pair<std::int64_t, std::int64_t>{1, 1}, {1, 9}, {9, 1}, {5, 5}, {7, 40}, {65, 33}}) {
    const auto start = random_numbers<float>(3 * rows * columns);
    auto batch = start, again = start;
    orthogonalize_all<Isa>(iteration<float>(3, rows, columns), batch, 1);
    orthogonalize_all<Isa>(iteration<float>(3, rows, columns), again, 3);
    std::vector<float> alone;
    for (std::int64_t b = 0; b < 3; ++b) {
      std::vector<float> one(start.begin() + b * rows * columns, start.begin() + (b + 1) * rows * columns);
      orthogonalize_all<Isa>(iteration<float>(1, rows, columns), one, 1);
      alone.insert(alone.end(), one.begin(), one.end());
    }
    std::vector<double> exact(start.begin(), start.end());
    orthogonalize_all<Float64>(iteration<double>(3, rows, columns), exact, 1);
    double apart = 0, size = 0;
    for (std::size_t i = 0; i < exact.size(); ++i)
      apart += std::pow(double{batch[i]} - exact[i], 2), size += exact[i] * exact[i];
    const auto what = text("Newton-Schulz of ", rows, " by ", columns, " on ", Isa::kName, ": ");
    check::expect(what + "a batch is each alone", batch == alone);
    check::expect(what + "the same bits for any threads", batch == again);
    check::expect(what + "follows float64", std::sqrt(apart / size), 2e-5);
  }
}

TEST("Newton-Schulz of what is no ordinary matrix") {
  std::vector<float> x(3 * 24, 0.0f);
  for (int r = 0; r < 4; ++r)
    for (int c = 0; c < 6; ++c) x[static_cast<std::size_t>(24 + 6 * r + c)] = static_cast<float>((r + 1) * (c - 2));
  x[50] = NAN;
  orthogonalize_all<Isa>(iteration<float>(3, 4, 6), x, 1);
  bool zero = true, finite = true, lost = true;
  double norm = 0;
  for (std::size_t i = 0; i < 24; ++i) {
    zero &= x[i] == 0;
    finite &= std::isfinite(x[24 + i]);
    norm += std::pow(double{x[24 + i]}, 2);
    lost &= std::isnan(x[48 + i]);
  }
  check::expect("a matrix of zeros stays one", zero);
  check::expect("one of rank one has one singular value", finite && std::sqrt(norm) > 0.68 && std::sqrt(norm) < 1.14);
  check::expect("NaN survives", lost);
}
