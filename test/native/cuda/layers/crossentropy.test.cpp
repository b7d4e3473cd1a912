#include "../../layers/crossentropy_case.h"
#include <algorithm>
#include <numeric>
#include "../../golden_layer.h"
#include "../emulated.h"
#include "../law_bf16.h"

using namespace crossentropy_case;

namespace {

// One row's loss and gradient for dloss = 1, on the device.
struct Row {
  double loss;
  law::Vector dlogits;
};
Row one_row(const law::Vector& logits, std::int32_t target) {
  const int V = static_cast<int>(logits.size());
  auto c = random_case(V, {target});
  c.at["logits"] = logits;
  c.at["dy"] = {1};
  law::Device device;
  const auto r = law::run<float>(device, c, c.at, c.along);
  return {r.y[0], r.gradient.at("logits")};
}

bool all_nan(const law::Vector& x) {
  return std::all_of(x.begin(), x.end(), [](double v) { return std::isnan(v); });
}

}  // namespace

TEST("CrossEntropy on cuda") {
  for (const auto& [rows, vocabulary] :
       {std::pair{1, 1}, {2, 2}, {7, 13}, {9, 65}, {33, 101}, {5, 256}, {2, 5000}, {3, 50257}, {2, 50304}})
    law::on_cuda(random_case(vocabulary, targets_of(rows, vocabulary)));
}

// Its gradient alone is bf16, in a tensor of its own.
TEST("CrossEntropy on cuda in bf16 has the bits of floats, the gradient rounded") {
  constexpr int kRows = 5;
  for (const auto& [vocabulary, stride] : {std::pair{1, 1}, {37, 37}, {21, 32}, {1030, 1040}, {50257, 50304}}) {
    const auto c = random_case(vocabulary, targets_of(kRows, vocabulary), stride);
    for (const int shift : {0, 1}) {
      law::Device device{Cuda(), shift};
      const auto want = law::run<float>(device, c, c.at, c.along);
      const auto got = law::run_bf16(device, c);
      const auto& rounded = got.at("dlogits");
      const auto& gradient = want.gradient.at("logits");
      bool same = got.at("y") == want.y, untouched = true;
      for (int i = 0; i < kRows * stride; ++i)
        if (i % stride < vocabulary) same &= rounded[i] == as_bf16(static_cast<float>(gradient[i]));
        else untouched &= std::isnan(rounded[i]);
      const std::string who = text("CrossEntropy on cuda of ", vocabulary, " columns in bf16 at shift ", shift);
      check::expect(who + " has the bits of floats", same);
      check::expect(who + " leaves padded columns alone", untouched);
    }
  }
}

TEST("golden CrossEntropy on cuda") {
  constexpr double kLarge = 1e-4;  // logits so large that their own rounding shows
  law::Device device;
  for (const auto& [name, tolerance] : {std::pair{"cross_entropy", law::kTolerance}, {"cross_entropy_large", kLarge}}) {
    const auto targets = golden::tensor<std::int32_t>(law::layers(), std::string(name) + "/targets");
    auto c = law::golden_case(name, {"logits"}, declare(13, targets, 13));
    const double n = std::count_if(targets.begin(), targets.end(), [](auto target) { return target >= 0; });
    for (auto* dy : {&c.at["dy"], &c.along["dy"]}) *dy = law::Vector(targets.size(), dy->at(0) / n);
    auto got = law::run<Dual<float>>(device, c, c.at, c.along);
    for (auto* y : {&got.y, &got.y_tangent["y"]}) *y = {std::accumulate(y->begin(), y->end(), 0.0) / n};
    law::equal_golden(name, "cuda", got, tolerance);
  }
}

TEST("CrossEntropy on cuda, in place and beside padded columns") {
  constexpr int kRows = 5;
  for (const auto& [vocabulary, stride] : {std::pair{37, 37}, {21, 32}, {1030, 1040}}) {
    const auto targets = targets_of(kRows, vocabulary);
    auto apart = random_case(vocabulary, targets, stride);
    for (auto* z : {&apart.at["logits"], &apart.along["logits"]})
      for (int i = 0; i < kRows * stride; ++i)
        if (i % stride >= vocabulary) (*z)[i] = NAN;
    law::Device device;
    const auto expected = law::run<Dual<float>>(device, apart, apart.at, apart.along);
    law::DeviceBench<Dual<float>> t(device, apart.at, apart.along);
    const auto layer = declare(vocabulary, targets, stride, true)(t);
    forward(device.on, layer);
    backward(device.on, layer);
    bool same = true, untouched = true;
    const auto compare = [&](const law::Vector& within, const law::Vector& beside) {
      for (int i = 0; i < kRows * stride; ++i)
        if (i % stride < vocabulary) same &= within[i] == beside[i];
        else untouched &= std::isnan(within[i]) && std::isnan(beside[i]);
    };
    compare(t.value("logits"), expected.gradient.at("logits"));
    compare(t.tangent("logits"), expected.gradient_tangent.at("logits"));
    check::expect(text("CrossEntropy on cuda of ", vocabulary, " columns in place has the bits of that apart"), same);
    check::expect(text("CrossEntropy on cuda of ", vocabulary, " columns leaves padded ones alone"), untouched);
  }
}

TEST("CrossEntropy on cuda of rows that are not counted") {
  auto c = random_case(9, Targets(6, -1));
  c.at["logits"][12] = NAN;  // what an uncounted row holds does not matter
  law::Device device;
  const auto got = law::run<Dual<float>>(device, c, c.at, c.along);
  const law::Vector no_loss(6), no_gradient(6 * 9);
  check::expect("CrossEntropy on cuda of no counted rows is zero",
                got.y == no_loss && got.y_tangent.at("y") == no_loss);
  check::expect("CrossEntropy on cuda of no counted rows has no gradient",
                got.gradient.at("logits") == no_gradient && got.gradient_tangent.at("logits") == no_gradient);
}

TEST("CrossEntropy on cuda at the ends of the floats") {
  constexpr double infinity = INFINITY;
  for (const size_t at : {0, 13, 39, 1100, 2999}) {
    law::Vector logits(3000, 1.0);
    logits[at] = NAN;
    const Row row = one_row(logits, 20);
    check::expect(text("CrossEntropy on cuda of a NaN at ", at, " is NaN"),
                  std::isnan(row.loss) && all_nan(row.dlogits));
  }
  check::expect("CrossEntropy on cuda of NaN alone is NaN", std::isnan(one_row(law::Vector(20, NAN), 3).loss));
  check::expect("CrossEntropy on cuda of +∞ is NaN", std::isnan(one_row({0, infinity, 0}, 0).loss));
  check::expect("CrossEntropy on cuda of −∞ alone is NaN", std::isnan(one_row(law::Vector(20, -infinity), 3).loss));
  const Row masked = one_row({0, -infinity, 0}, 2);
  check::expect("CrossEntropy on cuda gives −∞ no probability",
                std::abs(masked.loss - std::log(2.0)) < 1e-7 && masked.dlogits == law::Vector{0.5, 0, -0.5});
  law::Vector mostly(3000, -infinity);
  mostly[2998] = mostly[2000] = 5;
  check::expect("CrossEntropy on cuda finds the finite logits of a row of −∞",
                std::abs(one_row(mostly, 2000).loss - std::log(2.0)) < 1e-7);
  check::expect("CrossEntropy on cuda at a target of −∞ is +∞", one_row({0, -infinity}, 1).loss == infinity);
  const Row huge = one_row({3e38, -3e38}, 0);
  check::expect("CrossEntropy on cuda of huge logits does not overflow", huge.loss == 0 && huge.dlogits[0] == 0);
}

// See the CPU's test of the same name: the peak's tangent must be taken off before anything is summed.
TEST("CrossEntropy on cuda keeps the tangent of a saturated row") {
  constexpr int kRows = 6, kVocabulary = 50;
  auto c = random_case(kVocabulary, Targets(kRows, 7));
  for (int r = 0; r < kRows; ++r) c.at["logits"][r * kVocabulary + 8 + 5 * r] = 12 + r;
  c.along["dy"].assign(kRows, 0.0);
  law::Device device;
  Cpu<Float64> reference(1);
  check::expect("CrossEntropy on cuda keeps the tangent of a saturated row",
                law::error(law::run<Dual<float>>(device, c, c.at, c.along).gradient_tangent.at("logits"),
                           law::run<Dual<double>>(reference, c, c.at, c.along).gradient_tangent.at("logits")),
                2e-6);
}

TEST("CrossEntropy on cuda, emulated") {
  const auto c = random_case(3001, targets_of(4, 3001));
  law::Device device;
  emulated::same_in_every_order("CrossEntropy on cuda", [&] {
    return std::pair(law::run<Dual<float>>(device, c, c.at, c.along), law::run_bf16(device, c));
  });
}

// Forward reads every logit once, backward reads it and writes its gradient.
TEST("CrossEntropy on cuda: traffic") {
  constexpr std::uint64_t R = 3, V = 50257, stride = 50304, bytes = R * V * sizeof(float);
  const auto c = random_case(V, Targets(R, 5), stride);
  law::Device device;
  law::DeviceBench<float> bench(device, c.at, c.along);
  const auto layer = c.declare(bench);
  emulated::expect_requests("CrossEntropy forward", {bytes, 0}, [&] { forward(device.on, layer); });
  emulated::expect_requests("CrossEntropy backward", {bytes, bytes}, [&] { backward(device.on, layer); });
  emulated::expect_row({"cross-entropy forward", "3 × 50257", "the logits", bytes}, [&] { forward(device.on, layer); });
  emulated::expect_row({"cross-entropy backward", "3 × 50257", "the logits and their gradient", 2 * bytes},
                       [&] { backward(device.on, layer); });

  law::DeviceBench<Bf16> bf16(device, c.at);
  const auto rounding = c.declare(bf16);
  forward(device.on, rounding);
  emulated::expect_row(
      {"cross-entropy backward, bf16", "3 × 50257", "the logits and their gradient", bytes + bytes / 2},
      [&] { backward(device.on, rounding); });
}
