#include "diagonal.h"
#include <numeric>

namespace sophia {

namespace {

// u ⊙ Hu, a probe of its own for every pass.
std::vector<float> draw_hutchinson(Run& run, const Examples& examples, const ProbeChoice& probe) {
  each_pass(run.config(), examples, [&](const Batch& batch, const Randomness& random, double weight) {
    run.estimate_diagonal(batch, random, weight, probe);
  });
  return run.read(ArenaName::kGradient);
}

// B ĝ², with the gradient ĝ at sampled labels, the mean over B positions.
std::vector<float> draw_gnb(Run& run, const Examples& examples, std::uint32_t draw, std::uint32_t draws) {
  each_pass(run.config(), examples, [&](const Batch& batch, Randomness random, double weight) {
    random.micro = random.micro * draws + draw;
    run.accumulate(batch, random, weight, Labels::kSampledCounted);
  });
  const auto positions = static_cast<float>(counted(examples.targets));
  auto estimate = run.read(ArenaName::kGradient);
  for (float& x : estimate) x *= positions * x;
  return estimate;
}

}  // namespace

Diagonal estimate_diagonal(Run& run, const Examples& examples, const DiagonalChoice& choice) {
  const bool hutchinson = choice.estimator == "hutchinson", gaussian = choice.distribution == "gaussian";
  require(hutchinson || choice.estimator == "gnb", "Expected `estimator` to be one of hutchinson, gnb, got ",
          choice.estimator);
  require(gaussian || choice.distribution == "rademacher",
          "Expected `distribution` to be one of gaussian, rademacher, got ", choice.distribution);
  check(run.config(), examples);
  const auto passes = static_cast<std::int64_t>(examples.tokens.size()) / examples.length / examples.batch + 1;
  require(choice.probes > 0 && choice.probes < kMostMicro / passes, "Expected `probes` to be in 1 to ",
          kMostMicro / passes - 1, " for ", passes, " passes, got ", choice.probes);
  const auto probes = static_cast<std::uint32_t>(choice.probes);
  const auto distribution = gaussian ? Distribution::kGaussian : Distribution::kRademacher;
  std::vector<double> sum(static_cast<std::size_t>(run.parameters().size));
  Diagonal found;
  for (std::uint32_t i = 0; i < probes; ++i) {
    run.zero_gradient();
    const auto estimate =
        hutchinson ? draw_hutchinson(run, examples, {distribution, i, probes}) : draw_gnb(run, examples, i, probes);
    found.traces.push_back(std::accumulate(estimate.begin(), estimate.end(), 0.0));
    for (std::size_t at = 0; at < sum.size(); ++at) sum[at] += static_cast<double>(estimate[at]);
  }
  std::vector<float> mean(sum.size());
  for (std::size_t at = 0; at < sum.size(); ++at) mean[at] = static_cast<float>(sum[at] / probes);
  found.mean = dense(run.parameters(), mean);
  return found;
}

}  // namespace sophia
