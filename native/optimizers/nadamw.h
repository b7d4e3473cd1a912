// NAdamW: AdamW with Nesterov's momentum.  Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
//
//   m ← β₁ m + (1 − β₁) g
//   v ← β₂ v + (1 − β₂) g²
//   m̂ = μₜ₊₁ m/(1 − μ₁ ⋯ μₜ₊₁) + (1 − μₜ) g/(1 − μ₁ ⋯ μₜ)        t counts steps from 1
//   d ← m̂ / (√(v/(1 − β₂ᵗ)) + ε)
//
// With a momentum decay ψ > 0, μₖ = β₁ (1 − ½ · 0.96^(kψ)), as Dozat and PyTorch's NAdam have it (there ψ = 0.004).
// With ψ = 0, μₖ = β₁ throughout: the form of Optax and of Wen et al. 2025, https://arxiv.org/abs/2509.02046. θ decays
// as AdamW's does.
#pragma once
#include "optimizer.h"

namespace sophia {

struct NAdamW {
  static constexpr const char* kName = "nadamw";
  static constexpr const char* kSlots[] = {"momentum", "variance"};
  static constexpr int kWritten = 2;

  struct Hyper {
    double beta1, beta2, epsilon, momentum_decay;
  };
  static constexpr Field<Hyper> kFields[] = {{"beta1", &Hyper::beta1},
                                             {"beta2", &Hyper::beta2},
                                             {"epsilon", &Hyper::epsilon},
                                             {"momentumDecay", &Hyper::momentum_decay}};
  static void check(const Hyper& h) {
    require_fraction("beta1", h.beta1);
    require_fraction("beta2", h.beta2);
    require_positive("epsilon", h.epsilon);
    require_not_negative("momentumDecay", h.momentum_decay);
  }

  template <class T>
  struct Constants {
    MovingAverage<T> momentum, variance;
    T of_momentum, of_gradient, second, epsilon;  // m̂ = of_momentum m + of_gradient g; the bias correction of √v
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step& step) {
    const double product = product_of_momenta(h, step.number), next = momentum(h, step.number + 1);
    return {MovingAverage<T>(h.beta1),
            MovingAverage<T>(h.beta2),
            static_cast<T>(next / (1 - product * next)),
            static_cast<T>((1 - momentum(h, step.number)) / (1 - product)),
            static_cast<T>(std::sqrt(bias_correction(h.beta2, step))),
            static_cast<T>(h.epsilon)};
  }

  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[2]) {
    slot[0] = c.momentum.next(slot[0], g);
    slot[1] = c.variance.next_square(slot[1], g);
    return fma(V(c.of_momentum), slot[0], g * c.of_gradient) / (sqrt(slot[1]) * c.second + c.epsilon);
  }

 private:
  // μₖ
  static double momentum(const Hyper& h, std::int64_t k) {
    if (h.momentum_decay == 0) return h.beta1;
    return h.beta1 * (1 - 0.5 * std::pow(0.96, static_cast<double>(k) * h.momentum_decay));
  }
  // μ₁ ⋯ μₜ. Beside 1 it counts for nothing once it is below half the distance from 1 to the next number.
  static double product_of_momenta(const Hyper& h, std::int64_t t) {
    if (h.momentum_decay == 0) return std::pow(h.beta1, static_cast<double>(t));
    constexpr double kNothing = 0x1p-60;
    double product = 1;
    for (std::int64_t k = 1; k <= t && product > kNothing; ++k) product *= momentum(h, k);
    return product;
  }
};

}  // namespace sophia
