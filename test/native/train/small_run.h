// A small model, trained for some steps on any run.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>
#include "../../../native/math/bf16.h"
#include "../../../native/train/run.h"
#include "../check.h"
#include "slots.h"

namespace small_run {

using namespace sophia;

inline constexpr Config kSmallRun{.layers = 2, .heads = 2, .width = 20, .context = 8, .vocabulary = 31, .dropout = 0.1};

// Trains for some steps and gives the parameters, the slots and the losses.
inline std::vector<std::vector<float>> trained(Run& run, const OptimizerChoice& choice, int steps, std::int64_t micro) {
  run.initialize(3);
  run.attach(choice);
  std::vector<float> losses;
  for (int step = 0; step < steps; ++step) {
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(16 * micro)), targets(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      tokens[i] = static_cast<std::int32_t>((i * 7 + static_cast<std::size_t>(step)) % 31);
      targets[i] = i % 5 == 0 ? -1 : static_cast<std::int32_t>((i * 11 + 3) % 31);
    }
    std::vector<Batch> batches;
    for (std::int64_t m = 0; m < micro; ++m) batches.push_back({2, 8, tokens.data() + 16 * m, targets.data() + 16 * m});
    const Trained done =
        run.train({.batches = batches,
                   .seed = 5,
                   .number = static_cast<std::uint32_t>(step),
                   .step = {.number = step + 1, .learning_rate = 1e-2 / (step + 1), .weight_decay = 0.1},
                   .clip = 0.5});
    losses.push_back(static_cast<float>(done.loss));
    losses.push_back(static_cast<float>(done.gradient.value));
    losses.push_back(static_cast<float>(done.totals.parameter_norm));
  }
  std::vector<std::vector<float>> all{losses, run.read(ArenaName::kParameters)};
  for (auto& numbers : state_of(run)) all.push_back(std::move(numbers));
  return all;
}

inline const OptimizerChoice kAdamW{"adamw", {{"beta1", 0.9}, {"beta2", 0.95}, {"epsilon", 1e-8}}, true};

// A run in bf16 keeps its weights in float32, and its passes read what was written to them.
inline void expect_float_weights(Run& run) {
  run.initialize(3);
  const std::vector<std::int32_t> tokens(16, 3);
  const Batch batch{2, 8, tokens.data(), tokens.data()};
  const double before = run.evaluate(batch).mean();
  auto weights = run.read(ArenaName::kParameters);
  check::expect("the weights are kept in float32",
                std::any_of(weights.begin(), weights.end(), [](float w) { return as_float(as_bf16(w)) != w; }));
  for (float& w : weights) w *= 2;
  run.write(ArenaName::kParameters, 0, weights);
  check::expect("passes see what is written", run.evaluate(batch).mean() != before);
}

// ‖a − b‖ / ‖b‖
inline double apart(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(a[i] - b[i], 2);
    size += std::pow(b[i], 2);
  }
  return std::sqrt(difference / size);
}

}  // namespace small_run
