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
// The same as weights that are stored (in, out), whose neurons are columns.
const laws::Run kByColumns{.name = "adam_mini",
                           .blocks = {{"bias", 1}},
                           .columns = {{"emb", {}}, {"mat", {3, 3}}, {"wide", {}}, {"tall", {}}}};
const laws::Run kFirstByColumns{
    .name = "adam_mini_v1", .blocks = {{"emb", 1}}, .columns = {{"mat", {3, 3}}, {"wide", {5}}, {"tall", {10}}}};

// A weight (rows, columns), its columns divided by equal widths; as it is, or transposed, where the same groups are
// blocks of consecutive numbers.
struct Weight {
  std::int64_t rows;
  std::int32_t columns;
  sophia::Widths widths = {};

  std::int64_t width() const { return widths.empty() ? 1 : widths[0]; }
  std::string name() const { return sophia::text(rows, " × ", columns, " by ", width()); }
  double theta(std::int64_t r, std::int64_t c) const { return std::sin(0.1 * double(r) + double(c)); }
  double gradient(std::int64_t r, std::int64_t c) const { return std::cos(double(r) * 1.7) * std::exp(-double(c % 9)); }
  template <class F>
  void each(F f) const {
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c) f(r, c);
  }
};

// How far each number goes in three steps, in the order of the weight; and then what its groups keep.
template <class At>
std::vector<double> after_steps(const Weight& of, bool transposed, int threads) {
  using T = typename laws::Flat<AdamMini, At>::T;
  laws::Tensor tensor{.count = of.rows * of.columns};
  if (transposed) tensor.block = of.rows * of.width();
  else tensor.columns = of.columns, tensor.widths = of.widths;
  laws::Flat<AdamMini, At> flat(kMini, {{5}, tensor, {.count = 21, .columns = 7}}, threads);
  const auto place = [&](std::int64_t r, std::int64_t c) { return transposed ? c * of.rows + r : r * of.columns + c; };
  of.each([&](auto r, auto c) {
    flat.theta(1)[place(r, c)] = static_cast<T>(of.theta(r, c));
    flat.gradient(1)[place(r, c)] = static_cast<T>(of.gradient(r, c));
  });
  for (int number = 1; number <= 3; ++number) flat.step(laws::step_number(number));
  check::expect("Adam-mini: a weight of " + of.name() + " leaves gaps as they were", flat.gaps_untouched());
  std::vector<double> moved;
  of.each(
      [&](auto r, auto c) { moved.push_back(double{flat.theta(1)[place(r, c)]} - static_cast<T>(of.theta(r, c))); });
  for (const T kept : flat.block_slot(0, 1)) moved.push_back(kept);
  return moved;
}

}  // namespace

TEST("Adam-mini") {
  laws::expect_golden<AdamMini>(kRun, kMini);
  // Whole tensors share a second moment here: the small gradients among them move θ by little beside itself.
  laws::expect_golden<AdamMini, sophia::Isa>(kFirstVersion, kMini, 1e-4);
  laws::expect_golden<AdamMini, sophia::Float64>(kFirstVersion, kMini, 1e-12);
  laws::expect_golden<AdamMini>(kByColumns, kMini);
  laws::expect_golden<AdamMini, sophia::Isa>(kFirstByColumns, kMini, 1e-4);
  laws::expect_golden<AdamMini, sophia::Float64>(kFirstByColumns, kMini, 1e-12);
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

TEST("Adam-mini by columns is Adam-mini by rows of the transpose") {
  using sophia::Float64, sophia::Isa, sophia::Widths;
  for (const Weight& weight : std::vector<Weight>{{1, 7},
                                                  {1, 1},
                                                  {1, 300},
                                                  {300, 1},
                                                  {7, 5, {5}},
                                                  {256, 17},
                                                  {257, 128, Widths(8, 16)},
                                                  {1000, 130, Widths(13, 10)},
                                                  {2000, 7},
                                                  {3, 4100},
                                                  {1, 5000, Widths(50, 100)},
                                                  {600, 384, Widths(6, 64)}}) {
    const std::string who = "Adam-mini: a weight of " + weight.name();
    const auto one = after_steps<Isa>(weight, false, 1);
    check::expect(who + ": float64",
                  golden::error(after_steps<Float64>(weight, false, 1), after_steps<Float64>(weight, true, 1)), 1e-13);
    check::expect(who + ": float32", golden::error(one, after_steps<Isa>(weight, true, 1)), 1e-5);
    check::expect(who + ": 1, 2 and 3 threads give the same bits",
                  one == after_steps<Isa>(weight, false, 2) && one == after_steps<Isa>(weight, false, 3));
  }
}

// As queries, keys and values lie in one weight: heads of some columns, then single columns.
TEST("Adam-mini by columns of several widths") {
  constexpr std::int64_t kRows = 300;
  laws::Flat<AdamMini, sophia::Float64> flat(kMini, {{.count = kRows * 9, .columns = 9, .widths = {3, 3, 1, 1, 1}}});
  for (std::int64_t i = 0; i < kRows * 9; ++i) {
    flat.theta(0)[i] = 0;
    flat.gradient(0)[i] = static_cast<double>(1 + i % 9);
  }
  flat.step({.learning_rate = 1});
  const auto variance = flat.block_slot(0, 0);
  const double squares[]{(1 + 4 + 9) / 3.0, (16 + 25 + 36) / 3.0, 49, 64, 81};
  double worst = variance.size() == 5 ? 0 : NAN;
  for (std::size_t g = 0; g < 5; ++g) worst = std::max(worst, std::abs(variance[g] / (0.05 * squares[g]) - 1));
  check::expect("Adam-mini: each group of columns has its own second moment", worst, 1e-14);
  for (std::int64_t i = 0; i < kRows * 9; ++i) {
    const std::int64_t c = i % 9, group = c < 6 ? c / 3 : c - 4;
    worst = std::max(worst, std::abs(flat.theta(0)[i] / (-double(1 + c) / (std::sqrt(squares[group]) + 1e-8)) - 1));
  }
  check::expect("Adam-mini: and goes by it", worst, 1e-13);
}

TEST("Adam-mini by columns keeps what it has when the gradient is not finite") {
  laws::Flat<AdamMini> flat(kMini, {{.count = 700, .columns = 7}});
  for (int i = 0; i < 700; ++i) flat.theta(0)[i] = flat.gradient(0)[i] = 1;
  flat.step(laws::step_number(1));
  const auto before = flat.state();
  flat.gradient(0)[3] = NAN;
  flat.step({.number = 2, .learning_rate = 1, .finite = false});
  check::expect("Adam-mini: second moments of columns stay", flat.state() == before);
  flat.step({.number = 2, .learning_rate = 1});
  check::expect("Adam-mini: a NaN is seen in its column, and only there",
                std::isnan(flat.theta(0)[3]) && std::isnan(flat.theta(0)[10]) && !std::isnan(flat.theta(0)[4]));
}
