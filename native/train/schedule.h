// Learning-rate schedules: pure functions of the step, so that a resumed run needs no state.
//
// Warm-up is linear. Then: `cosine` (Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983) and `linear` fall to
// final_ratio · peak at the last step; `constant` stays; `wsd` (warm-up, stable, decay; Hu et al. 2024,
// https://arxiv.org/abs/2404.06395) stays and falls linearly over the last decay_steps.
#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>

namespace sophia {

enum class Shape { kCosine, kLinear, kConstant, kWarmupStableDecay };

struct Schedule {
  Shape shape = Shape::kCosine;
  double peak = 0;
  std::int64_t warmup = 0;        // steps
  std::int64_t steps = 0;         // of the whole run; cosine and linear end here
  std::int64_t decay_steps = 0;   // wsd: length of the last part
  double final_ratio = 0;         // of the peak
  bool warmup_from_zero = false;  // step / warmup, as the official Sophia code; else (step + 1) / (warmup + 1)
};

// `step` counts from 0.
inline double learning_rate(const Schedule& s, std::int64_t step) {
  const auto t = static_cast<double>(step), warmup = static_cast<double>(s.warmup);
  if (step < s.warmup) return s.peak * (s.warmup_from_zero ? t / warmup : (t + 1) / (warmup + 1));
  if (s.shape == Shape::kConstant) return s.peak;
  const bool stable = s.shape == Shape::kWarmupStableDecay;
  const double begin = stable ? static_cast<double>(s.steps - s.decay_steps) : warmup;
  const double length = static_cast<double>(s.steps) - begin;
  const double progress = length > 0 ? std::fmin(1.0, std::fmax(0.0, (t - begin) / length)) : 1.0;
  const double left = s.shape == Shape::kCosine ? 0.5 * (1 + std::cos(std::numbers::pi * progress)) : 1 - progress;
  return s.peak * (s.final_ratio + left * (1 - s.final_ratio));
}

}  // namespace sophia
