#include "../../../native/optimizers/lion.h"
#include "laws.h"

TEST("Lion") {
  const sophia::Lion::Hyper hyper{.beta1 = 0.9, .beta2 = 0.99};
  laws::expect_golden<sophia::Lion>({.name = "lion"}, hyper);
  laws::obey<sophia::Lion>(hyper, 0.01);
  laws::step_is_bounded<sophia::Lion>(hyper);
}

// Bernstein et al. 2018, Algorithm 2, https://arxiv.org/abs/1802.04434, with decoupled decay.
TEST("Lion with one beta is signum") {
  const double beta = 0.9, rate = 0.01, decay = 0.1;
  laws::Flat<sophia::Lion, sophia::Float64> flat({.beta1 = beta, .beta2 = beta}, {{200}});
  std::vector<double> theta(200), momentum(200);
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 200; ++i) flat.theta(0)[i] = theta[i] = normal(random);
  for (int number = 1; number <= 30; ++number) {
    for (int i = 0; i < 200; ++i) {
      const double g = flat.gradient(0)[i] = normal(random);
      momentum[i] = beta * momentum[i] + (1 - beta) * g;
      theta[i] -= rate * (decay * theta[i] + (momentum[i] > 0 ? 1 : -1));
    }
    flat.step({.number = number, .learning_rate = rate, .weight_decay = decay});
  }
  check::expect("Lion: the parameters of signum", golden::error(std::span(flat.theta(0), 200), theta), 1e-14);
  check::expect("Lion: and its momentum", golden::error(std::span(flat.slot(0, 0), 200), momentum), 1e-14);
}

TEST("Lion checks") {
  using sophia::Lion, sophia::Code;
  check::expect_error("Lion rejects a beta1 of 1", Code::kInvalidArgument, "`beta1`", [] { Lion::check({1, 0.99}); });
  check::expect_error("Lion rejects a beta2 of NaN", Code::kInvalidArgument, "got nan",
                      [] { Lion::check({0.9, NAN}); });
}
