#include "../../../native/optimizers/sophia.h"
#include "laws.h"

using namespace sophia;
using check::expect;
using flat::Flat;

namespace {
constexpr Sophia::Hyper kSophia{.beta1 = 0.96, .beta2 = 0.99, .gamma = 3.0, .epsilon = 1e-12};
}

TEST("Sophia") {
  laws::expect_golden<Sophia>({.name = "sophia_paper", .refreshes = laws::Run::kBefore}, kSophia);
  laws::obey<Sophia>({.beta1 = 0.9, .beta2 = 0.99, .gamma = 0.05, .epsilon = 1e-12}, 0.02);
  laws::step_is_bounded<Sophia>(kSophia);
}

TEST("Sophia's edges") {
  constexpr float kMomentum[] = {0.5f, -0.5f, 0.5f, -0.5f, 3.0f, 1e-13f, NAN, INFINITY, 0.0f};
  constexpr float kHessian[] = {1.0f, 1.0f, -1.0f, -1.0f, 1.0f, 0.0f, 1.0f, 1.0f, 0.0f};
  constexpr float kDirection[] = {0.5f / 3, -0.5f / 3, 1, -1, 1, 0.1f, NAN, 1, 0};
  Flat<Sophia> flat({.beta1 = 0, .beta2 = 0.99, .gamma = 3, .epsilon = 1e-12}, {{9, false}});
  for (int i = 0; i < 9; ++i) {
    flat.theta(0)[i] = 0;
    flat.gradient(0)[i] = kMomentum[i];
    flat.slot(1, 0)[i] = kHessian[i];
  }
  flat.step({.learning_rate = 1});
  bool as_meant = true;
  for (int i = 0; i < 9; ++i) {
    const float d = -flat.theta(0)[i];
    as_meant &= std::isnan(kDirection[i]) ? std::isnan(d) : std::abs(d - kDirection[i]) <= 1e-7f;
  }
  expect("Sophia: a negative h counts as epsilon, infinity is clipped, NaN shows", as_meant);
  expect("Sophia: the unclipped are those with |m| < max(gamma h, epsilon)", flat.totals()[StepSum::kUnclipped] == 4);
  expect("Sophia never writes h", flat.slot(1, 0)[2] == -1 && flat.slot(1, 0)[8] == 0);
}

TEST("Sophia checks") {
  const auto rejects = [](const char* field, Sophia::Hyper h) {
    check::expect_error(text("Sophia rejects a bad ", field), Code::kInvalidArgument, text("`", field, "`"),
                        [&] { Sophia::check(h); });
  };
  rejects("beta1", {-1, 0.99, 1, 1e-12});
  rejects("beta2", {0.9, 1, 1, 1e-12});
  rejects("gamma", {0.9, 0.99, 0, 1e-12});
  rejects("epsilon", {0.9, 0.99, 1, -1});
}
