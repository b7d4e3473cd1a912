#include "../../../native/train/product.h"
#include <cmath>
#include <random>
#include "../check.h"

namespace {

using namespace sophia;
using check::expect, check::expect_error;

std::unique_ptr<Run> model(const Config& c, const Placement& placement = {"", 2}) {
  auto run = make_cpu_run(c, placement);
  run->initialize(1);
  return run;
}

constexpr Config kSmall{.layers = 2, .heads = 2, .width = 8, .context = 6, .vocabulary = 13, .dropout = 0.2};

Examples examples(const Config& c, std::int64_t sequences, std::int64_t length) {
  std::mt19937 random(3);
  Examples e{.tokens = {}, .targets = {}, .length = length, .batch = 2, .dropout = false, .seed = 7, .step = 1};
  for (std::int64_t i = 0; i < sequences * length; ++i) {
    e.tokens.push_back(static_cast<std::int32_t>(random() % c.vocabulary));
    e.targets.push_back(i % 5 == 2 ? -1 : static_cast<std::int32_t>(random() % c.vocabulary));
  }
  return e;
}

std::vector<float> normal(const Run& run, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> draw;
  std::vector<float> u(static_cast<std::size_t>(run.parameters().count));
  for (float& x : u) x = draw(random);
  return u;
}

double dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

double difference(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(static_cast<double>(a[i]) - b[i], 2);
  return std::sqrt(sum / dot(b, b));
}

}  // namespace

TEST("Products of a run") {
  const auto run = model(kSmall);
  Examples e = examples(kSmall, 5, 6);
  const auto u = normal(*run, 1);
  for (const Curvature curvature : {Curvature::kHessian, Curvature::kGaussNewton}) {
    const std::string who = curvature == Curvature::kHessian ? "Hu: " : "Gu: ";
    e.batch = 2;
    const Derivative split = multiply(*run, e, u, curvature);
    e.batch = 5;
    const Derivative whole = multiply(*run, e, u, curvature);
    expect(who + "the same in passes of 2 and of 5", difference(split.vector, whole.vector), 1e-5);
    expect(who + "u·product", std::abs(whole.quadratic / dot(u, whole.vector) - 1), 1e-6);
    const Derivative plain = gradient(*run, e);
    expect(who + "the loss of the gradient", std::abs(whole.loss.mean() / plain.loss.mean() - 1), 1e-6);
    expect(who + "the slope is gradient·u",
           std::abs(whole.loss.slope() - dot(plain.vector, u)) / std::sqrt(dot(u, u) * dot(plain.vector, plain.vector)),
           1e-6);
    const auto threads = [&](int count, const char* recompute) {
      return multiply(*model(kSmall, {.isa = "", .threads = count, .gpu = 0, .recompute = recompute}), e, u, curvature)
          .vector;
    };
    expect(who + "the same bits for 1, 2 and 3 threads, and recomputed", threads(1, "none") == whole.vector &&
                                                                             threads(3, "cheap") == whole.vector &&
                                                                             threads(2, "all") == whole.vector);
  }
  Examples dropped = e;
  dropped.dropout = true;
  const auto first = multiply(*run, dropped, u, Curvature::kHessian).vector;
  expect("dropout: the same mask for the same step", multiply(*run, dropped, u, Curvature::kHessian).vector == first);
  dropped.step = 2;
  expect("dropout: another one for another", multiply(*run, dropped, u, Curvature::kHessian).vector != first);
}

TEST("The Hessian of ten million parameters is symmetric") {
  const Config c{.layers = 6, .heads = 6, .width = 384, .context = 64, .vocabulary = 65};
  const auto run = model(c);
  const Examples e = examples(c, 2, 64);
  const auto u = normal(*run, 1), v = normal(*run, 2);
  const auto hu = multiply(*run, e, u, Curvature::kHessian).vector,
             hv = multiply(*run, e, v, Curvature::kHessian).vector;
  const double apart = std::abs(dot(u, hv) - dot(v, hu));
  const double unit = std::sqrt(dot(u, u) * dot(hv, hv) / static_cast<double>(u.size()));
  expect(text("|uᵀHv − vᵀHu| of ", u.size(), " parameters, in ‖u‖‖Hv‖/√P"), apart / unit, 1e-5);
}

TEST("The memory of products") {
  const auto run = model(kSmall);
  const Examples e = examples(kSmall, 2, 6);
  gradient(*run, e);
  const Memory before = run->memory();
  expect("a gradient needs none of it", before.curvature == 0 && before.gradient == before.parameters);
  multiply(*run, e, normal(*run, 1), Curvature::kHessian);
  const Memory after = run->memory();
  expect("a product needs two vectors and a tangent for each activation",
         after.curvature == 2 * before.parameters + before.activations && after.activations == before.activations);
  run->release_curvature();
  expect("and gives it back", run->memory().curvature == 0);
  expect("and takes it again", multiply(*run, e, normal(*run, 1), Curvature::kHessian).quadratic != 0);
}

TEST("Examples that cannot be") {
  const auto run = model(kSmall);
  const auto refuse = [&](const std::string& name, const std::string& words, auto change) {
    Examples e = examples(kSmall, 2, 6);
    change(e);
    expect_error(name, Code::kInvalidArgument, words, [&] { gradient(*run, e); });
  };
  refuse("sequences beyond the context", "context", [](auto& e) { e.length = 7; });
  refuse("no batch", "batch", [](auto& e) { e.batch = 0; });
  refuse("half a sequence", "sequences of 6", [](auto& e) { e.tokens.pop_back(); });
  refuse("no sequence", "sequences of 6", [](auto& e) { e.tokens.clear(); });
  refuse("too few targets", "a target for each", [](auto& e) { e.targets.pop_back(); });
  refuse("a token outside the vocabulary", "tokens", [](auto& e) { e.tokens[3] = 13; });
  refuse("a target outside the vocabulary", "targets", [](auto& e) { e.targets[3] = -2; });
  const Examples e = examples(kSmall, 2, 6);
  const auto refuse_direction = [&](const std::string& name, const std::string& words, std::vector<float> u) {
    expect_error(name, Code::kInvalidArgument, words, [&] { multiply(*run, e, u, Curvature::kHessian); });
  };
  refuse_direction("a direction that is too short", "one for every parameter", std::vector<float>(3));
  auto broken = normal(*run, 1);
  broken[5] = NAN;
  refuse_direction("a direction that is not finite", "finite", broken);
  Examples ignored = e;
  ignored.targets.assign(ignored.targets.size(), -1);
  const Derivative nothing = multiply(*run, ignored, normal(*run, 1), Curvature::kHessian);
  expect("the loss of no target is 0, and so is its curvature", nothing.loss.mean() == 0 && nothing.quadratic == 0);
}
