// The estimates against the exact diagonals of a model small enough to have every column of its Hessian.
#include "../../../native/train/diagonal.h"
#include <algorithm>
#include <functional>
#include <cmath>
#include <numeric>
#include <random>
#include "../check.h"

namespace {

using namespace sophia;
using Vector = std::vector<double>;

// 428 parameters, weights large enough that every layer bends.
std::unique_ptr<Run> small_model() {
  const Config c{.layers = 1, .heads = 1, .width = 4, .context = 4, .vocabulary = 40};
  auto run = make_cpu_run(c, {"", 1});
  run->initialize(1);
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 0.2f);
  auto weights = run->read(ArenaName::kParameters);
  for (const auto& p : run->parameters().table)
    for (std::int64_t i = 0; i < p.count; ++i) weights[static_cast<std::size_t>(p.offset + i)] += normal(random);
  run->write(ArenaName::kParameters, 0, weights);
  return run;
}

Examples examples() {
  return {.tokens = {1, 4, 0, 6, 2, 2, 5, 3},
          .targets = {4, 0, -1, 3, 2, 5, 3, 1},
          .length = 4,
          .batch = 2,
          .dropout = false,
          .seed = 11,
          .step = 0};
}

// Every column, from the products with the unit vectors.
std::vector<Vector> matrix(Run& run, Curvature curvature) {
  const auto size = static_cast<std::size_t>(run.parameters().count);
  std::vector<Vector> columns;
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<float> unit(size);
    unit[i] = 1;
    const auto column = multiply(run, examples(), unit, curvature).vector;
    columns.emplace_back(column.begin(), column.end());
  }
  return columns;
}

// Means of independent draws beside their true values: how far they are off, in standard errors.
void expect_unbiased(const std::string& who, const std::vector<Vector>& exact, int draws,
                     const std::function<Vector(int)>& draw) {
  const auto size = exact.size();
  Vector sum(size), squares(size);
  for (int d = 0; d < draws; ++d) {
    const Vector x = draw(d);
    for (std::size_t i = 0; i < size; ++i) {
      sum[i] += x[i];
      squares[i] += x[i] * x[i];
    }
  }
  Vector relative;
  double outside = 0, z2 = 0, counted = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const double mean = sum[i] / draws, variance = squares[i] / draws - mean * mean;
    const double error = std::sqrt(variance / (draws - 1));
    if (std::abs(exact[i][i]) < 1e-6) continue;  // the bias of the keys: zero but for rounding, and so is every draw
    const double z = (mean - exact[i][i]) / error;
    relative.push_back(error / std::abs(exact[i][i]));
    outside += std::abs(z) > 3;
    z2 += z * z;
    ++counted;
  }
  std::nth_element(relative.begin(), relative.begin() + relative.size() / 2, relative.end());
  check::expect(who + ": median relative standard error", relative[relative.size() / 2], 0.03);
  check::expect(who + ": share of |z| > 3", outside / counted, 0.015);
  check::expect(who + ": mean z² from 1", std::abs(z2 / counted - 1), 0.2);
}

Vector numbers(Run& run) {
  const auto all = dense(run, ArenaName::kGradient);
  return {all.begin(), all.end()};
}

}  // namespace

TEST("Estimates of the diagonal") {
  const auto run = small_model();
  const Examples e = examples();
  const Batch batch{2, 4, e.tokens.data(), e.targets.data()};
  const auto hessian = matrix(*run, Curvature::kHessian), gauss_newton = matrix(*run, Curvature::kGaussNewton);
  double apart = 0, size = 0, least = 0;
  for (std::size_t i = 0; i < hessian.size(); ++i) {
    least = std::min(least, gauss_newton[i][i]);
    for (std::size_t j = 0; j < hessian.size(); ++j) {
      apart += std::pow(hessian[i][j] - hessian[j][i], 2);
      size += std::pow(hessian[i][j], 2);
    }
  }
  check::expect("the whole Hessian is symmetric", std::sqrt(apart / size), 1e-5);
  check::expect("the Gauss-Newton diagonal is not negative", -least, 1e-8);

  const auto random = [](int draw) { return Randomness{.seed = 11, .step = static_cast<std::uint32_t>(draw)}; };
  for (const auto distribution : {Distribution::kRademacher, Distribution::kGaussian}) {
    const std::string name = distribution == Distribution::kGaussian ? "Gaussian" : "Rademacher";
    expect_unbiased("Hutchinson's mean, " + name, hessian, 160000, [&](int draw) {
      run->zero_gradient();
      run->estimate_diagonal(batch, random(draw), 1, {distribution});
      return numbers(*run);
    });
  }
  expect_unbiased("Gauss-Newton-Bartlett's mean", gauss_newton, 20000, [&](int draw) {
    run->zero_gradient();
    const double counted = run->accumulate(batch, random(draw), 1, Labels::kSampledCounted).counted;
    Vector g = numbers(*run);
    for (double& x : g) x *= counted * x;
    return g;
  });
}

TEST("Averages of estimates") {
  const auto run = small_model();
  Examples e = examples();
  for (const std::string estimator : {"hutchinson", "gnb"}) {
    const auto of = [&](std::int64_t probes, std::int64_t batch) {
      e.batch = batch;
      return estimate_diagonal(*run, e, {estimator, "rademacher", probes});
    };
    const Diagonal one = of(1, 2), many = of(64, 2), split = of(64, 1);
    const auto total = [](const std::vector<float>& x) { return std::accumulate(x.begin(), x.end(), 0.0); };
    const double mean = std::accumulate(many.traces.begin(), many.traces.end(), 0.0) / 64;
    check::expect(estimator + ": a trace for every draw", one.traces.size() == 1 && many.traces.size() == 64);
    check::expect(estimator + ": the mean trace is the trace of the mean", std::abs(total(many.mean) / mean - 1), 1e-5);
    check::expect(estimator + ": the same draws, the same bits", of(64, 2).mean == many.mean);
    check::expect(estimator + ": other draws for other passes", split.mean != many.mean);
  }
  check::expect_error("an unknown estimator", Code::kInvalidArgument, "estimator",
                      [&] { estimate_diagonal(*run, e, {"exact", "rademacher", 1}); });
  check::expect_error("an unknown distribution", Code::kInvalidArgument, "distribution",
                      [&] { estimate_diagonal(*run, e, {"gnb", "uniform", 1}); });
  check::expect_error("no draw", Code::kInvalidArgument, "probes",
                      [&] { estimate_diagonal(*run, e, {"gnb", "gaussian", 0}); });
}
