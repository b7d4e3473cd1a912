// The hooks of the fused pass, by optimizers that only the tests have: Adam-mini measures each block before the
// direction, Cautious AdamW judges each tensor after it. Their schedule is the CPU's own, so its file is compiled in.
#include "../../../native/optimizers/elementwise.cpu.cpp"
#include "laws.h"

using namespace sophia;
using check::expect;
using flat::Flat;

namespace {

// Cautious: only where the step agrees with the gradient.  Liang et al. 2024, https://arxiv.org/abs/2411.16085
struct TestedCautious : AdamW {
  static constexpr const char* kName = "cautious-adamw";
  template <class C, class V>
  HD static V judge(const C&, V d, V g) {
    return less(V(0), d * g);
  }
  template <class T>
  HD static T weigh(const Constants<T>& c, Statistic agreeing) {
    return static_cast<T>(1 / (agreeing.mean() + static_cast<double>(c.epsilon)));
  }
  template <class C, class V>
  HD static V finish(const C& c, V d, V g, V weight) {
    return d * judge(c, d, g) * weight;
  }
};

// Adam-mini: one second moment for a block.  Zhang et al. 2024, https://arxiv.org/abs/2406.16793
struct AdamMini : AdamW {
  static constexpr const char* kName = "adam-mini";
  static constexpr const char *kSlots[] = {"momentum"}, *kBlockSlots[] = {"variance"};
  static constexpr int kWritten = 1;
  template <class C, class V>
  HD static V measure(const C&, V g, const auto&) {
    return square(g);
  }
  template <class T>
  HD static T settle(const Constants<T>& c, Statistic squares, T (&kept)[1]) {
    kept[0] = static_cast<T>(double{c.variance.keep} * kept[0] + double{c.variance.take} * squares.mean());
    return static_cast<T>(std::sqrt(double{kept[0]}) * c.second + c.epsilon);
  }
  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[1], V denominator) {
    slot[0] = c.momentum.next(slot[0], g);
    return slot[0] * c.first / denominator;
  }
};

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

static_assert(!Measures<AdamW> && !Judges<AdamW> && !Clips<AdamW> && !ReadsHessian<AdamW>);
static_assert(!Measures<SophiaG> && !Judges<SophiaG> && Clips<SophiaG> && ReadsHessian<SophiaG>);
static_assert(KeepsBlocks<AdamMini> && !Judges<AdamMini> && Judges<TestedCautious> && !Measures<TestedCautious>);

constexpr AdamW::Hyper kAdamW{.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8};

template <class O>
void expect_same_for_any_threads() {
  const auto after = [](int threads) {
    auto flat = laws::random_flat<O>(kAdamW, threads, {5000, 12289, 3});
    flat.step(laws::step_number(1));
    flat.step(laws::step_number(2));
    return flat.state();
  };
  const auto one = after(1);
  expect(laws::who<O>() + "1, 2 and 3 threads give the same bits", one == after(2) && one == after(3));
}

}  // namespace

TEST("Hooks of the fused pass") {
  laws::expect_golden<TestedCautious, Isa>({.name = "cautious_adamw_mean_eps"}, kAdamW, 2e-5);
  laws::expect_golden<AdamMini, Isa>(
      {.name = "adam_mini", .blocks = {{"emb", 6}, {"mat", 18}, {"wide", 9}, {"tall", 4}, {"bias", 1}}}, kAdamW, 2e-5);
  expect_same_for_any_threads<TestedCautious>();
  expect_same_for_any_threads<AdamMini>();

  Flat<AdamMini> flat(kAdamW, {{9000, false, 8500}, {3, false}});
  for (int i = 0; i < 9000; ++i) {
    flat.theta(0)[i] = 0;
    flat.gradient(0)[i] = i < 8500 ? 2.0f : 3.0f;
  }
  for (int i = 0; i < 3; ++i) flat.theta(1)[i] = flat.gradient(1)[i] = 0;
  flat.step(laws::step_number(1));
  expect(
      "a block's statistic is its own, also across pieces",
      std::abs(flat.block_slot(0, 0)[0] / 0.2f - 1) < 1e-6f && std::abs(flat.block_slot(0, 0)[1] / 0.45f - 1) < 1e-6f);
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
