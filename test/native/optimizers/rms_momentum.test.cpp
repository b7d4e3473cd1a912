#include "../../../native/optimizers/rms_momentum.h"
#include "laws.h"

using sophia::RmsMomentum;

namespace {
constexpr RmsMomentum::Hyper kRms{.beta1 = 0.9, .epsilon = 1e-8};

// One step from 0 at a rate of 1, without momentum.
std::vector<float> direction(const std::vector<float>& gradient) {
  laws::Flat<RmsMomentum> flat({.beta1 = 0, .epsilon = 1e-8}, {{std::ssize(gradient), false}, {3, false}});
  flat.fill(flat.theta(0), std::vector<float>(gradient.size()));
  flat.fill(flat.gradient(0), gradient);
  flat.fill(flat.gradient(1), std::vector<float>{7, 8, 9});
  flat.step({.learning_rate = 1});
  return {flat.theta(0), flat.theta(0) + gradient.size()};
}
}  // namespace

// Of Scion's run those tensors that have the norm `rms`. Its momentum takes a tenth of the gradient; its radius is 1,
// and the step towards the ball's edge is a decay of 1 in every tensor.
TEST("Momentum by its root mean square") {
  laws::expect_golden<RmsMomentum>({.name = "scion", .tensors = {"bias", "ln"}, .decay = 1}, kRms);
  laws::obey<RmsMomentum>(kRms, 0.01);
}

TEST("Momentum by its root mean square has a root mean square of 1") {
  std::vector<float> gradient(10000);
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const float scale : {1e-3f, 1.0f, 1e25f}) {
    for (float& g : gradient) g = scale * normal(random);
    double squares = 0;
    for (const float d : direction(gradient)) squares += double{d} * d / 10000;
    check::expect(sophia::text("RMS momentum: of gradients around ", scale), std::abs(std::sqrt(squares) - 1), 2e-5);
  }
  check::expect("RMS momentum: of a gradient of zeros is zero", direction({0, -0.0f}) == std::vector<float>(2));
  check::expect("RMS momentum: of one number is its sign", std::abs(direction({-3})[0] - 1) < 1e-6f);
}

TEST("Momentum by its root mean square checks") {
  const auto rejects = [](const char* words, RmsMomentum::Hyper h) {
    check::expect_error(std::string("RMS momentum rejects ") + words, sophia::Code::kInvalidArgument, words,
                        [&] { RmsMomentum::check(h); });
  };
  rejects("`beta1` to be in [0, 1), got 1", {1, 1e-8});
  rejects("`epsilon` to be positive and finite, got 0", {0.9, 0});
}
