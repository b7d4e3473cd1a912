#include "../../../native/optimizers/cautious.h"
#include "laws.h"

using sophia::CautiousAdamW, sophia::CautiousLion, sophia::Judges, sophia::Measures;

static_assert(Judges<CautiousAdamW> && !Measures<CautiousAdamW> && Judges<CautiousLion>);

namespace {

CautiousAdamW::Hyper cautious_adamw(double normalization) {
  return {{.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8}, normalization};
}
CautiousLion::Hyper cautious_lion(double normalization) { return {{.beta1 = 0.9, .beta2 = 0.99}, normalization}; }

// Of ten numbers in a tensor of `count`, how far the first goes where `agreeing` of them agree with the gradient:
// Lion's direction is 1 or −1, so that this is the weight. The others may not move.
double weight(double normalization, int count, int agreeing) {
  laws::Flat<CautiousLion, sophia::Float64> flat(cautious_lion(normalization), {{count}});
  for (int i = 0; i < count; ++i) {
    flat.theta(0)[i] = 0;
    flat.slot(0, 0)[i] = i % 2 ? 1 : -1;
    flat.gradient(0)[i] = (i % 2 ? 0.1 : -0.1) * (i < agreeing ? 1 : -1);
  }
  flat.step({.learning_rate = 1});
  double still = 0;
  for (int i = agreeing; i < count; ++i) still = std::max(still, std::abs(flat.theta(0)[i]));
  return still == 0 ? std::abs(flat.theta(0)[0]) : NAN;
}

}  // namespace

TEST("Cautious AdamW") {
  laws::expect_golden<CautiousAdamW>({.name = "cautious_adamw_mean_eps"}, cautious_adamw(0));
  laws::expect_golden<CautiousAdamW>({.name = "cautious_adamw_sum1"}, cautious_adamw(1));
  laws::expect_golden<CautiousAdamW>({.name = "cautious_adamw_clamp"}, cautious_adamw(2));
  for (const double normalization : {0, 1, 2}) laws::obey<CautiousAdamW>(cautious_adamw(normalization), 0.03);
}

TEST("Cautious Lion") {
  for (const double normalization : {0, 1, 2}) laws::obey<CautiousLion>(cautious_lion(normalization), 0.01);
}

TEST("Cautious weighs by what agrees") {
  const auto expect_weight = [](double normalization, int agreeing, double want) {
    check::expect(sophia::text("Cautious: normalization ", normalization, " where ", agreeing, " of 5000 agree"),
                  std::abs(weight(normalization, 5000, agreeing) / want - 1), 1e-14);
  };
  expect_weight(0, 1250, 1 / (0.25 + 1e-8));
  expect_weight(1, 1250, 5000 / 1251.0);
  expect_weight(2, 1250, 4);
  expect_weight(0, 2, 1 / (0.0004 + 1e-8));
  expect_weight(1, 2, 5000 / 3.0);
  expect_weight(2, 2, 1000);
  for (const double normalization : {0, 1, 2})
    check::expect("Cautious: where nothing agrees nothing moves", weight(normalization, 5000, 0) == 0);
  check::expect("Cautious: one number that agrees", weight(1, 1, 1) == 0.5 && weight(2, 1, 1) == 1);
}

TEST("Cautious decays what it does not move, and compares with the clipped gradient") {
  laws::Flat<CautiousAdamW> flat({{.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-30}, 0}, {{2}});
  for (int i = 0; i < 2; ++i) {
    flat.theta(0)[i] = 2;
    flat.slot(0, 0)[i] = 1;
    flat.gradient(0)[i] = -1;
  }
  flat.step({.learning_rate = 0.5, .weight_decay = 0.25});
  check::expect("Cautious: a decay is not masked", flat.theta(0)[0] == 1.75f && flat.theta(0)[1] == 1.75f);
  flat.step({.number = 2, .learning_rate = 0.5, .clip = -1});
  check::expect("Cautious: the clip has its part in the comparison", flat.theta(0)[0] < 1.75f);
}

TEST("Cautious checks") {
  check::expect_error("Cautious AdamW rejects a normalization of 3", sophia::Code::kInvalidArgument,
                      "Expected `normalization` to be 0, 1 or 2, got 3",
                      [] { CautiousAdamW::check(cautious_adamw(3)); });
  check::expect_error("Cautious Lion rejects what Lion rejects", sophia::Code::kInvalidArgument, "`beta2`",
                      [] { CautiousLion::check({{0.9, 1}, 0}); });
}
