#include "../../../native/optimizers/sgd.h"
#include "laws.h"

TEST("SGD") {
  const sophia::Sgd::Hyper plain{.momentum = 0.9, .nesterov = 0}, nesterov{.momentum = 0.95, .nesterov = 1};
  // Nothing scales the gradient: those of `tall` move θ by 1e-4 of itself, so that its rounding counts.
  laws::expect_golden<sophia::Sgd, Isa>({.name = "sgd"}, plain, 1e-4);
  laws::expect_golden<sophia::Sgd, Isa>({.name = "sgd_nesterov"}, nesterov, 1e-4);
  laws::expect_golden<sophia::Sgd, sophia::Float64>({.name = "sgd"}, plain, 1e-12);
  laws::expect_golden<sophia::Sgd, sophia::Float64>({.name = "sgd_nesterov"}, nesterov, 1e-12);
  laws::obey<sophia::Sgd>(plain, 0.002);
  laws::obey<sophia::Sgd>(nesterov, 0.0008);
}

TEST("SGD without momentum follows the gradient") {
  for (const double nesterov : {0.0, 1.0}) {
    auto flat = laws::random_flat<sophia::Sgd>({.momentum = 0, .nesterov = nesterov}, 1, {20});
    const std::vector<float> before(flat.theta(0), flat.theta(0) + 20);
    flat.step({.learning_rate = 0.5});
    bool follows = true;
    for (int i = 0; i < 20; ++i) follows &= flat.theta(0)[i] == std::fma(-0.5f, flat.gradient(0)[i], before[i]);
    check::expect("momentum 0 leaves the gradient", follows);
  }
}

TEST("SGD checks") {
  using sophia::Sgd, sophia::Code;
  const auto rejects = [](const char* words, Sgd::Hyper h) {
    check::expect_error(std::string("SGD rejects ") + words, Code::kInvalidArgument, words, [&] { Sgd::check(h); });
  };
  rejects("`momentum` to be in [0, 1), got 1", {1, 0});
  rejects("`momentum` to be in [0, 1), got -0.1", {-0.1, 0});
  rejects("`nesterov` to be 0 or 1, got 0.5", {0.9, 0.5});
  rejects("`nesterov` to be 0 or 1, got nan", {0.9, NAN});
}
