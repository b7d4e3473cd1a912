// A step whose forward pass the refresh before it has left, beside one that makes its own, on any run.
#pragma once
#include "../../../native/train/run.h"
#include "../check.h"
#include "slots.h"

namespace passed {

using namespace sophia;

inline constexpr Config kSmall{.layers = 2, .heads = 2, .width = 20, .context = 8, .vocabulary = 31, .dropout = 0.1};

inline OptimizerChoice sophia_g() {
  return {"sophia-g", {{"beta1", 0.965}, {"beta2", 0.99}, {"rho", 0.04}, {"epsilon", 1e-15}}, true};
}

// Five steps on batches of 3 sequences, all but the second refreshed on the first `sequences`: what they leave.
inline std::vector<std::vector<float>> train(Run& run, bool shared, std::int64_t sequences, Labels labels) {
  run.initialize(3);
  run.attach(sophia_g());
  std::vector<float> told;
  for (std::uint32_t step = 0; step < 5; ++step) {
    std::vector<std::int32_t> tokens(24), targets(24);
    for (std::size_t i = 0; i < 24; ++i) {
      tokens[i] = static_cast<std::int32_t>((i * 7 + step) % 31);
      targets[i] = i % 5 == 0 ? -1 : static_cast<std::int32_t>((i * 11 + 3) % 31);
    }
    const Batch batch{3, 8, tokens.data(), targets.data()}, first{sequences, 8, tokens.data(), targets.data()};
    const Randomness random{5, step, 0, true};
    const bool refreshed = step != 1;
    if (refreshed) {
      run.zero_gradient();
      const Loss loss =
          shared ? run.pass_sampled(batch, sequences, random, labels) : run.accumulate(first, random, 1, labels);
      const auto counted = static_cast<double>(loss.counted);
      const auto totals = run.update_hessian({.tokens = counted}, Estimator::kGaussNewtonBartlett);
      told.insert(told.end(), {static_cast<float>(loss.nats), static_cast<float>(counted),
                               static_cast<float>(totals.l1), static_cast<float>(run.gradient_norm().value)});
    }
    const Trained done = run.train({.batches = {&batch, 1},
                                    .seed = 5,
                                    .number = step,
                                    .step = {.number = step + 1, .learning_rate = 1e-2, .tokens = 24},
                                    .clip = 0.5,
                                    .passed = shared && refreshed});
    told.insert(told.end(), {static_cast<float>(done.loss), static_cast<float>(done.gradient.value)});
  }
  std::vector<std::vector<float>> all{told, run.read(ArenaName::kParameters)};
  for (auto& numbers : state_of(run)) all.push_back(std::move(numbers));
  return all;
}

// make() gives a run of kSmall.
template <class F>
void expect_same_bits(const std::string& who, F make,
                      std::initializer_list<Labels> drawn = {Labels::kSampledCounted, Labels::kSampledEverywhere}) {
  for (const Labels labels : drawn)
    for (const std::int64_t sequences : {3, 2})
      check::expect(text(who, ", refreshed on ", sequences, " of 3 sequences: the same bits"),
                    train(*make(), true, sequences, labels) == train(*make(), false, sequences, labels));
}

}  // namespace passed
