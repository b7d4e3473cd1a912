// The fused pass, by optimizers that only the tests have. Their schedule is the CPU's own, so its file is compiled in.
#include "../../../native/optimizers/elementwise.cpu.cpp"
#include "laws.h"

using namespace sophia;
using check::expect;
using flat::Flat;

namespace {

// Writes on its copy of a slot that it only reads.
struct Scribbler : Lion {
  static constexpr const char* kName = "scribbler";
  static constexpr const char* kSlots[] = {"momentum", "read"};
  template <class C, class V>
  HD static V direction(const C&, V g, V (&slot)[2]) {
    slot[0] = slot[1] = g;
    return g;
  }
};

// Measures each block and judges each tensor.
struct CautiousMini : Cautious<AdamMini> {
  static constexpr const char* kName = "cautious-mini";
};

static_assert(!Measures<AdamW> && !Judges<AdamW> && !Clips<AdamW> && !ReadsHessian<AdamW>);
static_assert(!Measures<SophiaG> && !Judges<SophiaG> && Clips<SophiaG> && ReadsHessian<SophiaG>);
static_assert(KeepsBlocks<CautiousMini> && Judges<CautiousMini>);

constexpr AdamW::Hyper kAdamW{.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8};

}  // namespace

TEST("Both statistics of the fused pass") {
  laws::same_bits_for_any_threads<CautiousMini>({kAdamW, 0});
  laws::gradient_is_scaled_and_gated<CautiousMini>({kAdamW, 0});

  constexpr int kCount = 9000;
  const auto made = [&]<class O>(const typename O::Hyper& hyper) {
    Flat<O, Float64> flat(hyper, {{.count = kCount, .decay = false, .block = 4500}});
    for (int i = 0; i < kCount; ++i) {
      flat.theta(0)[i] = 0;
      flat.slot(0, 0)[i] = std::sin(5.0 * i);
      flat.gradient(0)[i] = (i < 4500 ? 1 : 10) * std::sin(7.0 * i + 1);
    }
    flat.step({.learning_rate = 1});
    return std::vector<double>(flat.theta(0), flat.theta(0) + kCount);
  };
  auto want = made.operator()<AdamMini>(kAdamW);
  double agreeing = 0;
  for (int i = 0; i < kCount; ++i) agreeing += want[static_cast<std::size_t>(i)] * std::sin(7.0 * i + 1) < 0;
  for (int i = 0; i < kCount; ++i) {
    double& moved = want[static_cast<std::size_t>(i)];
    moved = moved * std::sin(7.0 * i + 1) < 0 ? moved / (agreeing / kCount + 1e-8) : 0;
  }
  expect("what is judged is the direction that follows from a block's own measure",
         golden::error(made.operator()<CautiousMini>({kAdamW, 0}), want), 1e-14);
}

TEST("A slot that is only read stays as it was") {
  auto flat = laws::random_flat<Scribbler>({.beta1 = 0.9, .beta2 = 0.99}, 1, {100});
  const std::vector<float> read(flat.slot(1, 0), flat.slot(1, 0) + 100);
  flat.step(laws::step_number(1));
  expect("only the first kWritten slots are stored",
         std::equal(read.begin(), read.end(), flat.slot(1, 0)) && flat.slot(0, 0)[99] == flat.gradient(0)[99]);
}

TEST("Unclipped coordinates are counted per tensor") {
  Flat<SophiaG> flat({.beta1 = 0, .beta2 = 0.99, .rho = 1, .epsilon = 1e-15}, {{5000}, {10}, {1}}, 2);
  for (std::size_t t = 0; t < 3; ++t) {
    for (std::int64_t i = 0; i < flat.count(t); ++i) {
      flat.theta(t)[i] = 0;
      flat.slot(1, t)[i] = 1;
      flat.gradient(t)[i] = i % 5 == 0 ? 0.5f : -1.5f;
    }
  }
  flat.step(laws::step_number(1));
  const auto count = [&](auto totals) { return totals[StepSum::kUnclipped]; };
  expect("unclipped: 1000, 2, 1 and 1003 overall", count(flat.totals(0)) == 1000 && count(flat.totals(1)) == 2 &&
                                                       count(flat.totals(2)) == 1 && count(flat.totals()) == 1003);
}
