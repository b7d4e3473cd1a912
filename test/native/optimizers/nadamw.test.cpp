#include "../../../native/optimizers/nadamw.h"
#include "laws.h"

using sophia::NAdamW;

namespace {
constexpr NAdamW::Hyper kOptax{.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8, .momentum_decay = 0};
constexpr NAdamW::Hyper kPytorch{.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8, .momentum_decay = 0.004};
}  // namespace

TEST("NAdamW") {
  laws::expect_golden<NAdamW>({.name = "nadamw_optax"}, kOptax);
  laws::expect_golden<NAdamW>({.name = "nadamw_torch"}, kPytorch);
  laws::obey<NAdamW>(kOptax, 0.03);
  laws::obey<NAdamW>(kPytorch, 0.03);
}

// m̂ is β₁ m/(1 − β₁ᵗ⁺¹) beside the gradient's share: from a fresh start g (β₁ (1 − β₁)/(1 − β₁²) + 1).
TEST("NAdamW corrects the momentum for the step to come") {
  laws::Flat<NAdamW, sophia::Float64> flat(kOptax, {{1}});
  *flat.theta(0) = 0;
  *flat.gradient(0) = 2;
  flat.step({.number = 1, .learning_rate = 1});
  const double beta = 0.9, gradient = 2;
  const double corrected = gradient * (beta * (1 - beta) / (1 - beta * beta) + 1);
  check::expect("NAdamW: the first step has β₁² in its correction",
                std::abs(*flat.theta(0) + corrected / (gradient + 1e-8)), 1e-15);
}

// μ₁ ⋯ μₜ multiplied out to the end, in another order.
TEST("NAdamW leaves out of its product what counts for nothing") {
  double worst = 0;
  for (const std::int64_t t : {1, 2, 300, 5000, 100000}) {
    double product = 1;
    const auto momentum = [](std::int64_t k) { return 0.9 * (1 - 0.5 * std::pow(0.96, 0.004 * double(k))); };
    for (std::int64_t k = t; k > 0; --k) product *= momentum(k);
    const auto c = NAdamW::prepare<double>(kPytorch, {.number = t});
    const double next = momentum(t + 1);
    worst = std::max({worst, std::abs(c.of_gradient / ((1 - momentum(t)) / (1 - product)) - 1),
                      std::abs(c.of_momentum / (next / (1 - product * next)) - 1)});
  }
  check::expect("NAdamW: its coefficients are those of the whole product", worst, 1e-14);
}

TEST("NAdamW checks") {
  const auto rejects = [](const char* words, NAdamW::Hyper h) {
    check::expect_error(std::string("NAdamW rejects ") + words, sophia::Code::kInvalidArgument, words,
                        [&] { NAdamW::check(h); });
  };
  rejects("`beta1` to be in [0, 1), got 1", {1, 0.95, 1e-8, 0});
  rejects("`beta2` to be in [0, 1), got nan", {0.9, NAN, 1e-8, 0});
  rejects("`epsilon` to be positive and finite, got 0", {0.9, 0.95, 0, 0});
  rejects("`momentumDecay` to be 0 or more and finite, got -0.1", {0.9, 0.95, 1e-8, -0.1});
}
