// The Gauss-Newton product against its definition, from Jacobians that know nothing of it.
#include "../../../native/model/head.h"
#include "../check.h"
#include "model.h"

namespace {

using namespace sophia;

constexpr Config kConfig{.layers = 2, .heads = 2, .width = 6, .context = 5, .vocabulary = 9};

struct HeadTokens {
  std::vector<std::int32_t> tokens, targets;
  Batch batch;
  HeadTokens() : tokens(15), targets(15) {
    for (std::size_t i = 0; i < 15; ++i) {
      tokens[i] = static_cast<std::int32_t>(i * 7 % 9);
      targets[i] = i % 4 == 1 ? -1 : static_cast<std::int32_t>(i * i % 9);
    }
    batch = {3, 5, tokens.data(), targets.data()};
  }
};

using Exact = fixture::Model<Cpu<Float64>, Dual<double>>;

std::vector<double> logits_at(Cpu<Float64>& on, const HeadTokens& t, const double* direction, double h) {
  fixture::Model<Cpu<Float64>, double> model(on, kConfig);
  for (std::int64_t i = 0; i < model.parameters().size; ++i) model.weights()[i] += h * direction[i];
  return model.logits_of(t.batch);
}

// J·direction by a central difference.
std::vector<double> moved_logits(Cpu<Float64>& on, const HeadTokens& t, const double* direction) {
  constexpr double kStep = 1e-5;
  auto up = logits_at(on, t, direction, kStep);
  const auto down = logits_at(on, t, direction, -kStep);
  for (std::size_t i = 0; i < up.size(); ++i) up[i] = (up[i] - down[i]) / (2 * kStep);
  return up;
}

// Σ over counted rows of xᵀ(diag p − ppᵀ)y / n.
double inner(const std::vector<double>& z, const std::vector<double>& x, const std::vector<double>& y,
             const HeadTokens& t) {
  const std::size_t V = kConfig.vocabulary;
  double sum = 0, counted = 0;
  for (std::size_t r = 0; r < t.targets.size(); ++r) {
    if (t.targets[r] < 0) continue;
    ++counted;
    double total = 0, px = 0, py = 0, pxy = 0;
    for (std::size_t v = r * V; v < (r + 1) * V; ++v) {
      const double p = std::exp(z[v]);
      total += p;
      px += p * x[v];
      py += p * y[v];
      pxy += p * x[v] * y[v];
    }
    sum += pxy / total - px * py / (total * total);
  }
  return sum / counted;
}

}  // namespace

TEST("The Gauss-Newton product is JᵀHJ") {
  Cpu<Float64> on(1);
  const HeadTokens t;
  Exact model(on, kConfig);
  model.fill(model.direction(), 4, 1);
  const double slope = model.gauss_newton(t.batch).tangent;
  const auto z = model.logits_of(t.batch), zu = moved_logits(on, t, model.direction());
  double quadratic = 0, worst = 0, size = 0;
  for (std::int64_t i = 0; i < model.parameters().size; ++i) quadratic += model.direction()[i] * model.product()[i];
  check::expect("uᵀGu", std::abs(quadratic / inner(z, zu, zu, t) - 1), 1e-8);
  for (unsigned seed = 5; seed < 25; ++seed) {
    std::vector<double> w(static_cast<std::size_t>(model.parameters().size));
    model.fill(w.data(), seed, 1);
    double got = 0;
    for (std::size_t i = 0; i < w.size(); ++i) got += w[i] * model.product()[i];
    const double want = inner(z, moved_logits(on, t, w.data()), zu, t);
    worst = std::max(worst, std::abs(got - want));
    size = std::max(size, std::abs(want));
  }
  check::expect("wᵀGu for twenty w", worst / size, 1e-8);
  Exact hessian(on, kConfig);
  hessian.fill(hessian.direction(), 4, 1);
  check::expect("gradient·u is that of the Hessian's pass", std::abs(hessian.gradient_of(t.batch).tangent - slope),
                1e-12);
}

TEST("The Gauss-Newton product in float32") {
  Cpu<Isa> on(2);
  Cpu<Float64> reference(2);
  const HeadTokens t;
  Exact exact(reference, kConfig);
  fixture::Model<Cpu<Isa>, Dual<float>> model(on, kConfig);
  exact.fill(exact.direction(), 4, 1);
  model.fill(model.direction(), 4, 1);
  exact.gauss_newton(t.batch);
  model.gauss_newton(t.batch);
  const auto size = static_cast<std::size_t>(model.parameters().size);
  check::expect("Gu", golden::error(std::span(model.product(), size), std::span(exact.product(), size)), 1e-5);
}
