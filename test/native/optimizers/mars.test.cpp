#include "../../../native/optimizers/mars.h"
#include "laws.h"

using sophia::AdamW, sophia::Mars;

static_assert(sophia::Measures<Mars> && sophia::MeasuresAll<Mars> && !sophia::KeepsBlocks<Mars>);

namespace {

constexpr AdamW::Hyper kAdamWAlone{.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8};
constexpr Mars::Hyper kAuthors{
    .beta1 = 0.95, .beta2 = 0.99, .epsilon = 1e-8, .gamma = 0.025, .max_norm = 1, .global = 0};
constexpr Mars::Hyper kStudy{.beta1 = 0.95, .beta2 = 0.99, .epsilon = 1e-8, .gamma = 0.025, .max_norm = 1, .global = 1};
constexpr Mars::Hyper kPlain{.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8, .gamma = 0, .max_norm = 0, .global = 0};

// With β₁ = 0.5 the momentum of a first step is half of what it is corrected to.
Mars::Hyper halving(double gamma, double max_norm, double global) { return {0.5, 0.5, 1e-8, gamma, max_norm, global}; }

// A first step, over tensors whose gradients are `gradients`, and the momentum of their first numbers, doubled.
std::vector<double> corrected(const Mars::Hyper& hyper, const std::vector<std::vector<double>>& gradients) {
  std::vector<laws::Tensor> tensors;
  for (const auto& g : gradients) tensors.push_back({std::ssize(g)});
  laws::Flat<Mars, sophia::Float64> flat(hyper, tensors, 2);
  for (std::size_t t = 0; t < gradients.size(); ++t) {
    flat.fill(flat.theta(t), std::vector<double>(gradients[t].size()));
    flat.fill(flat.gradient(t), gradients[t]);
  }
  flat.step({.learning_rate = 0.1});
  std::vector<double> found;
  for (std::size_t t = 0; t < gradients.size(); ++t) found.push_back(2 * *flat.slot(0, t));
  return found;
}

}  // namespace

TEST("MARS") {
  laws::expect_golden<Mars>({.name = "mars_adamw_official", .others = {"bias", "ln"}, .rate_of_others = 0.003},
                            kAuthors, {kPlain});
  laws::expect_golden<Mars>({.name = "mars_adamw_levanter"}, kStudy);
  laws::obey<Mars>(kAuthors, 0.03);
  laws::obey<Mars>(kStudy, 0.03);
}

TEST("MARS without a correction and a norm is AdamW") {
  auto mars = laws::random_flat<Mars>(kPlain, 1, {5000});
  auto adamw = laws::random_flat<AdamW>(kAdamWAlone, 1, {5000});
  std::copy_n(mars.theta(0), 5000, adamw.theta(0));
  std::copy_n(mars.gradient(0), 5000, adamw.gradient(0));
  for (int s = 0; s < 2; ++s) std::copy_n(mars.slot(s, 0), 5000, adamw.slot(s, 0));
  for (int number = 1; number <= 3; ++number) {
    mars.step(laws::step_number(number));
    adamw.step(laws::step_number(number));
  }
  check::expect("MARS with γ = 0 has AdamW's bits", std::equal(mars.theta(0), mars.theta(0) + 5000, adamw.theta(0)));
}

TEST("MARS corrects by the gradient of the step before") {
  check::expect("MARS: a first step goes by g (1 + γ β₁/(1 − β₁))",
                corrected(halving(0.25, 0, 0), {{0.5}}) == std::vector<double>{0.625});
  laws::Flat<Mars, sophia::Float64> flat(halving(0.25, 0, 0), {{1}});
  *flat.theta(0) = 0;
  *flat.gradient(0) = 8;
  flat.step({.learning_rate = 0.1, .clip = 0.5});
  check::expect("MARS: what it keeps is the clipped gradient, not corrected", *flat.slot(2, 0) == 4);
  const double before = *flat.slot(0, 0);
  *flat.gradient(0) = 2;
  flat.step({.number = 2, .learning_rate = 0.1});
  check::expect("MARS: a second step goes by g + γ β₁/(1 − β₁) (g − gₜ₋₁)",
                *flat.slot(0, 0) == 0.5 * before + 0.5 * (2 - 0.25 * 2));
}

TEST("MARS clips what it has corrected") {
  const std::vector<double> large(8192, 0.5), small{0.25, 0};  // norms of 45.25 and 0.25
  const double norm = std::sqrt(2048), all = std::sqrt(2048 + 0.0625);
  const auto near = [](const std::vector<double>& got, double first, double second) {
    return std::max(std::abs(got[0] / first - 1), std::abs(got[1] / second - 1));
  };
  check::expect("MARS: by the norm of each tensor, exactly",
                near(corrected(halving(0, 1, 0), {large, small}), 0.5 / norm, 0.25), 1e-14);
  check::expect("MARS: by the norm of all, with a millionth beside it",
                near(corrected(halving(0, 2, 1), {large, small}), 0.5 * 2 / (all + 1e-6), 0.25 * 2 / (all + 1e-6)),
                1e-14);
  check::expect("MARS: and not where it is small enough", near(corrected(halving(0, 46, 1), {large, small}), 0.5, 0.25),
                1e-15);
  check::expect("MARS: no tensor of zeros is clipped", corrected(halving(0, 1, 0), {{0}})[0] == 0);
}

TEST("MARS clips numbers whose squares are no floats") {
  laws::Flat<Mars> flat(kAuthors, {{2, false}});
  for (int i = 0; i < 2; ++i) {
    flat.theta(0)[i] = 0;
    flat.gradient(0)[i] = 1e25f;
  }
  flat.step({.learning_rate = 1});
  check::expect("MARS: a norm beyond floats' squares", std::abs(*flat.slot(0, 0) - 0.05 * std::sqrt(0.5)), 1e-6);
}

TEST("MARS checks") {
  const auto rejects = [](const char* words, Mars::Hyper h) {
    check::expect_error(std::string("MARS rejects ") + words, sophia::Code::kInvalidArgument, words,
                        [&] { Mars::check(h); });
  };
  rejects("`beta1` to be in [0, 1), got 1", {1, 0.95, 1e-8, 0, 0, 0});
  rejects("`gamma` to be 0 or more and finite, got -1", {0.9, 0.95, 1e-8, -1, 0, 0});
  rejects("`maxNorm` to be 0 or more and finite, got inf", {0.9, 0.95, 1e-8, 0, HUGE_VAL, 0});
  rejects("`global` to be 0 or 1, got 2", {0.9, 0.95, 1e-8, 0, 0, 2});
}
