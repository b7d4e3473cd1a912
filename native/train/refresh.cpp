// The trainer's refresh of the Hessian's diagonal: which batches it looks at, how it estimates, and what it warns of.
#include <algorithm>
#include <cmath>
#include <numbers>
#include "../curvature/ratios.h"
#include "../optimizers/clip.h"
#include "trainer.h"

namespace sophia {

// The Hessian's diagonal by Gauss-Newton-Bartlett or by Hutchinson (Liu et al. 2023, Algorithms 1 and 2), from an
// estimate that takes the place of the gradient. Whether the estimate is finite; if it is not, the Hessian stays as it
// is.
bool Trainer::refresh(Line& line) {
  Stopwatch watch;
  run_->zero_gradient();
  const bool hutchinson = options_.estimator == "hutchinson";
  const double tokens = hutchinson ? estimate_by_products() : estimate_by_sampling();
  const Norm estimate = run_->gradient_norm();
  if (estimate.finite) {
    update_hessian({.clip = hutchinson ? 1 : clip_coefficient(estimate.value, options_.hessian_clip),
                    .tokens = tokens,
                    .scale = scale()},
                   line);
    warn(line);
  }
  line.curvature = watch.lap();
  return estimate.finite;
}

void Trainer::update_hessian(const Step& step, Line& line) {
  const auto estimator = options_.estimator == "hutchinson" ? Estimator::kHutchinson : Estimator::kGaussNewtonBartlett;
  auto totals = run_->update_hessian(step, estimator);
  ++progress_.refreshes;
  progress_.hessian_tokens = step.tokens;
  progress_.win_rate = totals.win_rate;
  progress_.negative_rate = totals.negative_rate;
  progress_.hessian_norm = totals.l1;
  progress_.hessian_norm2 = totals.l2;
  adapt(totals.ratios);
  line.ratios = std::move(totals.ratios);
}

// What ρ or γ is multiplied by: the factor that the win rate asked for, and the annealing of the authors' runs at 1.5 B
// parameters, constant for half of the steps and then along a cosine to 0.
double Trainer::scale() const {
  const double steps = static_cast<double>(options_.steps), past = 2 * static_cast<double>(progress_.step) - steps;
  if (!options_.anneal || past <= 0) return progress_.scale;
  return progress_.scale * (1 + std::cos(std::numbers::pi * std::min(1.0, past / steps))) / 2;
}

// Before the first update there is no momentum, whose win rate would say something.
void Trainer::adapt(const std::vector<double>& ratios) {
  if (options_.win_rate > 0 && progress_.updates > 0) progress_.scale *= ratios::factor(ratios, options_.win_rate);
}

std::int64_t Trainer::refreshed_sequences() const {
  const auto all = static_cast<double>(options_.batch * options_.accumulation);
  return std::max<std::int64_t>(1, std::llround(options_.fraction * all));
}

// f(batch, randomness, weight) for the micro-batches of a refresh: a fraction of a batch's sequences, which weigh the
// same. After the step the official code reads the next batch of the data, and so do we: micro-batches that no step
// sees. Before the step it is the step's own batch, as in the paper.
template <class F>
void Trainer::each_refresh_batch(F f) {
  const auto t = static_cast<std::uint32_t>(progress_.step);
  const auto wanted = refreshed_sequences();
  const auto first = static_cast<std::uint32_t>(options_.timing == "before" ? 0 : options_.accumulation);
  for (std::uint32_t i = 0; static_cast<std::int64_t>(i) * options_.batch < wanted; ++i) {
    const auto sequences = std::min(options_.batch, wanted - static_cast<std::int64_t>(i) * options_.batch);
    const Batch batch = load(train_, sequences, {options_.seed, t, Purpose::kData, first + i});
    f(batch, Randomness{options_.seed, t, first + i, true},
      static_cast<double>(sequences) / static_cast<double>(wanted));
  }
}

// Whether a refresh before the step makes the step's forward pass: the batch is the same, and so are its dropout masks,
// which draw by the step alone. Only one batch's activations are kept, and products want tangents beside theirs.
bool Trainer::shares_pass() const {
  return options_.timing == "before" && options_.estimator == "gnb" && options_.accumulation == 1;
}

// The gradient of the mean loss at sampled labels; how many tokens it averages.
double Trainer::estimate_by_sampling() {
  const auto labels = options_.positions == "all" ? Labels::kSampledEverywhere : Labels::kSampledCounted;
  if (shares_pass()) {
    const auto t = static_cast<std::uint32_t>(progress_.step);
    const Batch batch = load(train_, options_.batch, {options_.seed, t, Purpose::kData, 0});
    return static_cast<double>(
        run_->pass_sampled(batch, refreshed_sequences(), {options_.seed, t, 0, true}, labels).counted);
  }
  std::int64_t counted = 0;
  each_refresh_batch([&](const Batch& batch, const Randomness& random, double weight) {
    counted += run_->accumulate(batch, random, weight, labels).counted;
  });
  return static_cast<double>(counted);
}

// u ⊙ Hu, with a u of its own for every micro-batch and probe: their mean has less variance than one u for all. H is
// that of the mean loss, so the number of tokens plays no part.
double Trainer::estimate_by_products() {
  const auto distribution = options_.distribution == "gaussian" ? Distribution::kGaussian : Distribution::kRademacher;
  const auto probes = static_cast<std::uint32_t>(options_.probes);
  each_refresh_batch([&](const Batch& batch, const Randomness& random, double weight) {
    for (std::uint32_t probe = 0; probe < probes; ++probe)
      run_->estimate_diagonal(batch, random, weight / probes, {distribution, probe, probes});
  });
  return 1;
}

// A win rate says whether ρ or γ fits: the paper keeps it between 0.1 and 0.5. Each warning is given once in a row, and
// none where they move by themselves.
void Trainer::warn(Line& line) {
  constexpr std::int64_t kFirstJudged = 3;  // refreshes: before, h is a hundredth of what it will be
  if (progress_.refreshes < kFirstJudged || options_.win_rate > 0 || scale() < 1) return;
  const double rate = progress_.win_rate;
  const std::string scale = options_.estimator == "hutchinson" ? "gamma" : "rho";
  const std::string warning =
      rate == 0     ? "the win rate is 0: every coordinate is clipped, raise " + scale
      : rate < 0.02 ? "the win rate is under 0.02: nearly every coordinate is clipped, raise " + scale
      : rate > 0.9  ? "the win rate is over 0.9: hardly any coordinate is clipped, lower " + scale
                    : "";
  if (warning != progress_.warning) line.warning = warning;
  progress_.warning = warning;
}

}  // namespace sophia
