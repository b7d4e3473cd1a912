// AdamW.  Loshchilov & Hutter 2019, Algorithm 2, https://arxiv.org/abs/1711.05101
//
//   m ← β₁ m + (1 − β₁) g
//   v ← β₂ v + (1 − β₂) g²
//   d ← m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)        t counts steps from 1
#pragma once
#include "optimizer.h"

namespace sophia {

struct AdamW {
  static constexpr const char* kName = "adamw";
  static constexpr const char* kSlots[] = {"momentum", "variance"};
  static constexpr int kWritten = 2;

  struct Hyper {
    double beta1, beta2, epsilon;
  };
  static constexpr Field<Hyper> kFields[] = {
      {"beta1", &Hyper::beta1}, {"beta2", &Hyper::beta2}, {"epsilon", &Hyper::epsilon}};
  static void check(const Hyper& h) {
    require_fraction("beta1", h.beta1);
    require_fraction("beta2", h.beta2);
    require_positive("epsilon", h.epsilon);
  }

  template <class T>
  struct Constants {
    MovingAverage<T> momentum, variance;
    T first, second, epsilon;  // the bias corrections: of m, and of √v
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step& step) {
    return {MovingAverage<T>(h.beta1), MovingAverage<T>(h.beta2), static_cast<T>(bias_correction(h.beta1, step)),
            static_cast<T>(std::sqrt(bias_correction(h.beta2, step))), static_cast<T>(h.epsilon)};
  }

  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[2]) {
    slot[0] = c.momentum.next(slot[0], g);
    slot[1] = c.variance.next_square(slot[1], g);
    return slot[0] * c.first / (sqrt(slot[1]) * c.second + c.epsilon);
  }
};

}  // namespace sophia
