#include "../../../native/optimizers/adam_mini.h"
#include "laws.h"

using sophia::AdamMini;

static_assert(sophia::KeepsBlocks<AdamMini> && !sophia::Judges<AdamMini> && !sophia::MeasuresAll<AdamMini>);

namespace {

constexpr AdamMini::Hyper kMini{.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8};

// As the authors have it now, and with the table of their first version. Rows are tokens and output neurons; every
// three of `mat` are a head; a block of one number is AdamW's.
const laws::Run kRun{.name = "adam_mini", .blocks = {{"emb", 6}, {"mat", 18}, {"wide", 9}, {"tall", 4}, {"bias", 1}}};
const laws::Run kFirstVersion{.name = "adam_mini_v1", .blocks = {{"emb", 1}, {"mat", 18}}};

}  // namespace

TEST("Adam-mini") {
  laws::expect_golden<AdamMini>(kRun, kMini);
  // Whole tensors share a second moment here: the small gradients among them move θ by little beside itself.
  laws::expect_golden<AdamMini, sophia::Isa>(kFirstVersion, kMini, 1e-4);
  laws::expect_golden<AdamMini, sophia::Float64>(kFirstVersion, kMini, 1e-12);
  laws::obey<AdamMini>(kMini, 0.03);
}

TEST("Adam-mini with blocks of one number is AdamW") {
  const auto after = [](auto flat) {
    for (int i = 0; i < 300; ++i) {
      flat.theta(0)[i] = std::sin(static_cast<float>(i));
      flat.gradient(0)[i] = std::cos(static_cast<float>(3 * i));
    }
    for (int number = 1; number <= 3; ++number) flat.step(laws::step_number(number));
    return std::vector<double>(flat.theta(0), flat.theta(0) + 300);
  };
  using sophia::AdamW;
  check::expect("Adam-mini: AdamW's parameters",
                golden::error(after(laws::Flat<AdamMini, sophia::Float64>(kMini, {{.count = 300, .block = 1}})),
                              after(laws::Flat<AdamW, sophia::Float64>(kMini, {{300}}))),
                1e-15);
}

TEST("Adam-mini keeps one second moment for a block") {
  laws::Flat<AdamMini> flat(kMini, {{9000, false, 8500}, {3, false}});
  for (int i = 0; i < 9000; ++i) {
    flat.theta(0)[i] = 0;
    flat.gradient(0)[i] = i < 8500 ? 2.0f : 3.0f;
  }
  for (int i = 0; i < 3; ++i) flat.theta(1)[i] = flat.gradient(1)[i] = 0;
  flat.step(laws::step_number(1));
  const auto variance = flat.block_slot(0, 0);
  check::expect("Adam-mini: a block's own, also across pieces", variance.size() == 2 &&
                                                                    std::abs(variance[0] / 0.2f - 1) < 1e-6f &&
                                                                    std::abs(variance[1] / 0.45f - 1) < 1e-6f);
  check::expect("Adam-mini: a tensor without blocks has one", flat.block_slot(0, 1).size() == 1);
}
