#include "crossentropy_case.h"
#include <algorithm>
#include <numeric>
#include "../golden_layer.h"
#include "../law_bf16.h"

using namespace crossentropy_case;

namespace {

// One row's loss and gradient for dloss = 1.
struct Row {
  double loss;
  std::vector<float> dlogits;
};
Row one_row(std::vector<float> logits, std::int32_t target) {
  float loss = NAN, peak, lse, dloss = 1;
  std::vector<float> dlogits(logits.size(), NAN);
  const CrossEntropy<float> layer{.rows = 1,
                                  .vocabulary = static_cast<int>(logits.size()),
                                  .stride = 0,
                                  .logits = {logits.data()},
                                  .targets = &target,
                                  .losses = {&loss},
                                  .peak = {&peak},
                                  .lse = {&lse},
                                  .dlosses = {&dloss},
                                  .dlogits = {dlogits.data()}};
  Cpu<Isa> on(1);
  forward(on, layer);
  backward(on, layer);
  return {loss, dlogits};
}

bool all_nan(const std::vector<float>& x) {
  return std::all_of(x.begin(), x.end(), [](float v) { return std::isnan(v); });
}

}  // namespace

TEST("CrossEntropy") {
  for (const auto& [rows, vocabulary] : {std::pair{1, 1}, {2, 2}, {7, 13}, {33, 101}, {5, 256}, {3, 50257}}) {
    const auto c = random_case(vocabulary, targets_of(rows, vocabulary));
    law::on_cpu(c);
    law::on_cpu_bf16(c);
  }
}

TEST("CrossEntropy in place") {
  const auto targets = targets_of(9, 37);
  const auto apart = random_case(37, targets);
  const auto within = random_case(37, targets, 37, true);
  Cpu<Isa> on(2);
  const auto expected = law::run<Dual<float>>(on, apart, apart.at, apart.along);
  law::Bench<Dual<float>> t(within.at, within.along);
  const auto layer = within.declare(t);
  forward(on, layer);
  backward(on, layer);
  check::expect("CrossEntropy in place has the bits of CrossEntropy apart",
                t.value("logits") == expected.gradient.at("logits") &&
                    t.tangent("logits") == expected.gradient_tangent.at("logits"));
}

TEST("CrossEntropy neither reads nor writes padded columns") {
  const int rows = 5, vocabulary = 21, stride = 32;
  const auto targets = targets_of(rows, vocabulary);
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> logits(rows * stride, NAN), dense;
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vocabulary; ++v) dense.push_back(logits[r * stride + v] = normal(random));
  std::vector<float> losses(rows), peak(rows), lse(rows), dlosses(rows, 0.5f);
  Cpu<Isa> on(2);
  const auto gradient = [&](std::vector<float>& z, int s) {
    const CrossEntropy<float> layer{.rows = rows,
                                    .vocabulary = vocabulary,
                                    .stride = s,
                                    .logits = {z.data()},
                                    .targets = targets.data(),
                                    .losses = {losses.data()},
                                    .peak = {peak.data()},
                                    .lse = {lse.data()},
                                    .dlosses = {dlosses.data()},
                                    .dlogits = {z.data()}};
    forward(on, layer);
    backward(on, layer);
    return losses;
  };
  const bool losses_equal = gradient(logits, stride) == gradient(dense, vocabulary);
  bool same = true, untouched = true;
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < stride; ++v) {
      if (v < vocabulary) same &= logits[r * stride + v] == dense[r * vocabulary + v];
      else untouched &= std::isnan(logits[r * stride + v]);
    }
  check::expect("CrossEntropy does not read padded columns", losses_equal && same);
  check::expect("CrossEntropy does not write padded columns", untouched);
}

TEST("CrossEntropy of rows that are not counted") {
  const Targets targets(6, -1);
  auto c = random_case(9, targets);
  c.at["logits"][12] = NAN;  // what an uncounted row holds does not matter
  Cpu<Isa> on(1);
  const auto got = law::run<Dual<float>>(on, c, c.at, c.along);
  const law::Vector no_loss(6), no_gradient(6 * 9);
  check::expect("CrossEntropy of no counted rows is zero", got.y == no_loss && got.y_tangent.at("y") == no_loss);
  check::expect("CrossEntropy of no counted rows has no gradient",
                got.gradient.at("logits") == no_gradient && got.gradient_tangent.at("logits") == no_gradient);
  std::vector<float> losses(6);
  const auto sum = total(View<float>{losses.data()}, targets.data(), 6);
  check::expect("The mean of no counted rows is zero", sum.counted == 0 && sum.mean() == 0);
}

TEST("CrossEntropy at the ends of the floats") {
  const float infinity = INFINITY;
  for (size_t at = 0; at < 40; at += 13) {
    std::vector<float> logits(40, 1.0f);
    logits[at] = NAN;
    const Row row = one_row(logits, 20);
    check::expect(text("CrossEntropy of a NaN at ", at, " is NaN"), std::isnan(row.loss) && all_nan(row.dlogits));
  }
  check::expect("CrossEntropy of NaN alone is NaN", std::isnan(one_row(std::vector<float>(20, NAN), 3).loss));
  check::expect("CrossEntropy of +∞ is NaN", std::isnan(one_row({0, infinity, 0}, 0).loss));
  const Row masked = one_row({0, -infinity, 0}, 2);
  check::expect("CrossEntropy gives −∞ no probability",
                std::abs(masked.loss - std::log(2.0)) < 1e-7 && masked.dlogits == std::vector<float>{0.5f, 0, -0.5f});
  check::expect("CrossEntropy at a target of −∞ is +∞", one_row({0, -infinity}, 1).loss == INFINITY);
  const Row huge = one_row({3e38f, -3e38f}, 0);
  check::expect("CrossEntropy of huge logits does not overflow", huge.loss == 0 && huge.dlogits[0] == 0);
}

// Where one probability is nearly 1, the gradient's tangent is the tiny difference of that logit's tangent from the
// mean: it would drown in the rounding of the mean if the peak's tangent were not taken off first.
TEST("CrossEntropy keeps the tangent of a saturated row") {
  const int rows = 6, vocabulary = 50;
  auto c = random_case(vocabulary, Targets(rows, 7));
  for (int r = 0; r < rows; ++r) c.at["logits"][r * vocabulary + 8 + 5 * r] = 12 + r;
  c.along["dy"].assign(rows, 0.0);
  Cpu<Isa> on(1);
  Cpu<Float64> reference(1);
  check::expect("CrossEntropy keeps the tangent of a saturated row",
                law::error(law::run<Dual<float>>(on, c, c.at, c.along).gradient_tangent.at("logits"),
                           law::run<Dual<double>>(reference, c, c.at, c.along).gradient_tangent.at("logits")),
                2e-6);
}

TEST("The total loss") {
  std::vector<float> value{0.5f, 0, 2, 1e-9f}, slope{1, 0, -3, 4};
  const Targets targets{4, -1, 0, 7};
  const auto sum = total(View<Dual<float>>{value.data(), slope.data()}, targets.data(), 4);
  check::expect("The total loss adds up in double", sum.nats == 2.5 + double(1e-9f) && sum.tangent == 2);
  check::expect("The total loss counts every row without targets",
                total(View<float>{value.data()}, nullptr, 4).counted == 4);
  check::expect("The total loss counts the rows", sum.counted == 3 && sum.mean() == sum.nats / 3);
}

// The fixtures hold the mean over the counted rows: dlosses = dy / n, y = Σ losses / n.
TEST("golden CrossEntropy") {
  constexpr double kLarge = 1e-4;  // logits so large that their own rounding shows
  for (const auto& [name, tolerance] : {std::pair{"cross_entropy", law::kTolerance}, {"cross_entropy_large", kLarge}}) {
    const auto targets = golden::tensor<std::int32_t>(law::layers(), std::string(name) + "/targets");
    auto c = law::golden_case(name, {"logits"}, declare(13, targets, 13));
    const double n = std::count_if(targets.begin(), targets.end(), [](auto target) { return target >= 0; });
    for (auto* dy : {&c.at["dy"], &c.along["dy"]}) *dy = law::Vector(targets.size(), dy->at(0) / n);
    law::in_both(c, tolerance, [&](law::Result got, const std::string& backend, double most) {
      for (auto* y : {&got.y, &got.y_tangent["y"]}) *y = {std::accumulate(y->begin(), y->end(), 0.0) / n};
      law::equal_golden(name, backend, got, most);
    });
  }
}
