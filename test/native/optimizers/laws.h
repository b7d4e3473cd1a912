// The laws of an optimizer: what holds for every one of them. Its golden trajectory is in trajectory.h.
#pragma once
#include <random>
#include "trajectory.h"

namespace laws {

template <class O, class At = Isa>
Flat<O, At> random_flat(const typename O::Hyper& hyper, int threads, std::vector<std::int64_t> counts) {
  std::vector<Tensor> tensors;
  for (const auto n : counts) tensors.push_back({n, tensors.size() % 2 == 0});
  Flat<O, At> flat(hyper, tensors, threads);
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  for (std::size_t t = 0; t < counts.size(); ++t) {
    for (std::int64_t i = 0; i < counts[t]; ++i) {
      flat.theta(t)[i] = normal(random);
      flat.gradient(t)[i] = normal(random);
      for (int s = 0; s < kSlotCount<O>; ++s)
        flat.slot(s, t)[i] = s == 0 ? 0.1f * normal(random) : std::abs(0.1f * normal(random));
    }
    for (int s = 0; s < kBlockSlotCount<O>; ++s)
      for (auto& kept : flat.block_slot(s, t)) kept = std::abs(0.1f * normal(random));
  }
  return flat;
}
inline const std::vector<std::int64_t> kRagged{1, 7, 16, 17, 4095, 4096, 4097, 12289, 3};

template <class O>
std::string who() {
  return std::string(O::kName) + " on " + Isa::kName + ": ";
}

template <class O>
void same_bits_for_any_threads(const typename O::Hyper& hyper) {
  const auto after = [&](int threads) {
    auto flat = random_flat<O>(hyper, threads, kRagged);
    flat.step(step_number(1));
    flat.step(step_number(2));
    const auto all = flat.totals();
    return std::tuple(flat.state(), all[StepSum::kUnclipped], all[StepSum::kParameters], all[StepSum::kMomentum]);
  };
  const auto one = after(1);
  expect(who<O>() + "1, 2 and 3 threads give the same bits", one == after(2) && one == after(3));
  auto flat = random_flat<O>(hyper, 2, kRagged);
  flat.step(step_number(1));
  expect(who<O>() + "gaps between tensors stay as they were", flat.gaps_untouched());
}

// A number's new value depends on it alone: not on its place in a pack or a tensor.
template <class O>
void place_does_not_matter(const typename O::Hyper& hyper) {
  auto whole = random_flat<O>(hyper, 1, {67});
  Flat<O> single(hyper, std::vector<Tensor>(67, Tensor{1}));
  for (std::size_t i = 0; i < 67; ++i) {
    *single.theta(i) = whole.theta(0)[i];
    *single.gradient(i) = whole.gradient(0)[i];
    for (int s = 0; s < kSlotCount<O>; ++s) *single.slot(s, i) = whole.slot(s, 0)[i];
  }
  whole.step(step_number(3));
  single.step(step_number(3));
  bool same = true;
  for (std::size_t i = 0; i < 67; ++i) same &= *single.theta(i) == whole.theta(0)[i];
  expect(who<O>() + "a number's place does not matter", same);
}

// Where a statistic of the tensor has its part in it: a tensor that is reversed goes the same way, but for the order in
// which it is summed.
template <class O>
void order_does_not_matter(const typename O::Hyper& hyper) {
  constexpr int kCount = 9001;
  auto plain = random_flat<O>(hyper, 1, {kCount}), reversed = random_flat<O>(hyper, 1, {kCount});
  const auto reverse = [](float* x) { std::reverse(x, x + kCount); };
  reverse(reversed.theta(0));
  reverse(reversed.gradient(0));
  for (int s = 0; s < kSlotCount<O>; ++s) reverse(reversed.slot(s, 0));
  plain.step(step_number(3));
  reversed.step(step_number(3));
  reverse(reversed.theta(0));
  expect(who<O>() + "a number's place in its tensor does not matter",
         golden::error(std::span(reversed.theta(0), kCount), std::span(plain.theta(0), kCount)), 1e-7);
}

template <class O>
void float_follows_double(const typename O::Hyper& hyper) {
  auto single = random_flat<O>(hyper, 1, {1000});
  auto exact = random_flat<O, Float64>(hyper, 1, {1000});
  const std::vector<double> start(exact.theta(0), exact.theta(0) + 1000);
  single.step(step_number(2));
  exact.step(step_number(2));
  std::vector<double> got(single.theta(0), single.theta(0) + 1000), want(exact.theta(0), exact.theta(0) + 1000);
  for (std::size_t i = 0; i < 1000; ++i) {
    got[i] -= start[i];
    want[i] -= start[i];
  }
  expect(who<O>() + "float32 follows float64", golden::error(got, want), 1e-5);
}

template <class O>
void gradient_is_scaled_and_gated(const typename O::Hyper& hyper) {
  auto clipped = random_flat<O>(hyper, 1, {100}), scaled = random_flat<O>(hyper, 1, {100});
  Step half = step_number(2);
  half.clip = 0.5;
  clipped.step(half);
  for (int i = 0; i < 100; ++i) scaled.gradient(0)[i] *= 0.5f;
  scaled.step(step_number(2));
  expect(who<O>() + "the clip coefficient is the gradient's factor", clipped.state() == scaled.state());

  const auto before = scaled.state();
  const auto totals = scaled.totals();
  scaled.gradient(0)[5] = NAN;
  scaled.gradient(0)[6] = INFINITY;
  Step off = step_number(3);
  off.finite = false;
  scaled.step(off);
  expect(who<O>() + "a gradient that is not finite leaves everything as it was",
         scaled.state() == before && scaled.totals()[StepSum::kParameters] == totals[StepSum::kParameters]);
}

// From a fresh start; the second tensor does not decay.
template <class O>
void zero_gradient_leaves_only_decay(const typename O::Hyper& hyper) {
  Flat<O> flat(hyper, {{50}, {50, false}}, 1);
  bool only = true;
  const float keep = static_cast<float>(1 - kRate * kDecay);
  for (std::size_t t = 0; t < 2; ++t) {
    for (int i = 0; i < 50; ++i) {
      flat.theta(t)[i] = static_cast<float>(i - 25) * 0.37f;
      flat.gradient(t)[i] = i % 2 ? 0.0f : -0.0f;
    }
  }
  flat.step(step_number(1));
  for (int i = 0; i < 50; ++i) {
    const float theta = static_cast<float>(i - 25) * 0.37f;
    only &= flat.theta(0)[i] == theta * keep && flat.theta(1)[i] == theta;
    for (int s = 0; s < kSlotCount<O>; ++s) only &= flat.slot(s, 0)[i] == 0 && flat.slot(s, 1)[i] == 0;
  }
  expect(who<O>() + "a zero gradient leaves only decay", only);
}

// |Δθ| ≤ η(1 + λ|θ|), for optimizers whose direction is at most 1.
template <class O>
void step_is_bounded(const typename O::Hyper& hyper) {
  auto flat = random_flat<O>(hyper, 1, {5000});
  for (int i = 0; i < 5000; ++i) flat.gradient(0)[i] *= std::pow(10.0f, static_cast<float>(i % 13 - 6));
  const std::vector<float> before(flat.theta(0), flat.theta(0) + 5000);
  flat.step(step_number(1, 0.01));
  double worst = 0;
  for (std::size_t i = 0; i < 5000; ++i) {
    const double moved = std::abs(double{flat.theta(0)[i]} - before[i]);
    worst = std::max(worst, (moved - 1e-7 * std::abs(before[i])) / (kRate * (1 + kDecay * std::abs(before[i]))));
  }
  expect(who<O>() + "the step is bounded", worst, 1 + 1e-5);
}

template <class O>
void totals_are_the_sums(const typename O::Hyper& hyper) {
  auto flat = random_flat<O>(hyper, 2, kRagged);
  flat.step(step_number(1));
  double all[2] = {}, worst = 0;
  for (std::size_t t = 0; t < kRagged.size(); ++t) {
    double theta = 0, momentum = 0;
    for (std::int64_t i = 0; i < kRagged[t]; ++i) {
      theta += std::pow(double{flat.theta(t)[i]}, 2);
      momentum += std::pow(double{flat.slot(0, t)[i]}, 2);
    }
    const auto got = flat.totals(t);
    worst = std::max(
        {worst, std::abs(got[StepSum::kParameters] / theta - 1), std::abs(got[StepSum::kMomentum] / momentum - 1)});
    all[0] += theta;
    all[1] += momentum;
  }
  const auto got = flat.totals();
  worst = std::max(
      {worst, std::abs(got[StepSum::kParameters] / all[0] - 1), std::abs(got[StepSum::kMomentum] / all[1] - 1)});
  expect(who<O>() + "totals are the sums of squares", worst, 1e-6);
}

// Runs `steps` steps without decay at a rate that falls to 0, and returns the last loss. problem(θ, gradient,
// curvature) is the loss; curvature is the diagonal of its Gauss-Newton matrix, taken in every ten steps.
template <class O, class Problem>
double descend(const typename O::Hyper& hyper, std::vector<double> start, double rate, int steps, Problem problem) {
  const std::size_t n = start.size();
  Flat<O> flat(hyper, {{static_cast<std::int64_t>(n), false}});
  flat.fill(flat.theta(0), start);
  std::vector<double> theta(n), gradient(n), curvature(n);
  for (int i = 0; i <= steps; ++i) {
    theta.assign(flat.theta(0), flat.theta(0) + n);
    const double loss = problem(theta, gradient, curvature);
    if (i == steps) return loss;
    if constexpr (ReadsHessian<O>) {
      if (i % 10 == 0) {
        flat.fill(flat.gradient(0), curvature);
        flat.refresh({.beta2 = 0, .scale = 1, .threshold = 1, .floor = 0}, false);
      }
    }
    flat.fill(flat.gradient(0), gradient);
    flat.step({.number = i + 1, .learning_rate = rate * (1 - double(i) / steps), .tokens = 1});
  }
  return NAN;
}

template <class O>
void descends(const typename O::Hyper& hyper, double rate) {
  const std::vector<double> start(20, 1.0);
  const double bowl = descend<O>(hyper, start, rate, 500, [](const auto& x, auto& g, auto& h) {
    double loss = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      h[i] = 1 + static_cast<double>(i);
      g[i] = h[i] * (x[i] - 0.1 * static_cast<double>(i % 5));
      loss += 0.5 * g[i] * g[i] / h[i];
    }
    return loss;
  });
  expect(who<O>() + "descends a bowl", bowl, 1e-3);
  // (1 − x)² + 100 (y − x²)² from (−1.2, 1), where it is 24.2.
  const double valley = descend<O>(hyper, {-1.2, 1}, rate, 8000, [](const auto& x, auto& g, auto& h) {
    const double a = 1 - x[0], b = 10 * (x[1] - x[0] * x[0]);
    g[0] = -2 * a - 40 * b * x[0];
    g[1] = 20 * b;
    h[0] = 2 + 800 * x[0] * x[0];
    h[1] = 200;
    return a * a + b * b;
  });
  expect(who<O>() + "descends Rosenbrock's valley", valley, 0.1);
}

// What every optimizer obeys.
template <class O>
void obey(const typename O::Hyper& hyper, double rate) {
  same_bits_for_any_threads<O>(hyper);
  if constexpr (Measures<O> || Judges<O>) order_does_not_matter<O>(hyper);
  else place_does_not_matter<O>(hyper);
  float_follows_double<O>(hyper);
  gradient_is_scaled_and_gated<O>(hyper);
  zero_gradient_leaves_only_decay<O>(hyper);
  totals_are_the_sums<O>(hyper);
  descends<O>(hyper, rate);
}

}  // namespace laws
