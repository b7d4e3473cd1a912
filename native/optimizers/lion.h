// Lion, EvoLved Sign Momentum.  Chen et al. 2023, Algorithm 2, https://arxiv.org/abs/2302.06675
//
//   d ← sign(β₁ m + (1 − β₁) g)
//   m ← β₂ m + (1 − β₂) g
#pragma once
#include "optimizer.h"

namespace sophia {

struct Lion {
  static constexpr const char* kName = "lion";
  static constexpr const char* kSlots[] = {"momentum"};
  static constexpr int kWritten = 1;

  struct Hyper {
    double beta1, beta2;
  };
  static constexpr Field<Hyper> kFields[] = {{"beta1", &Hyper::beta1}, {"beta2", &Hyper::beta2}};
  static void check(const Hyper& h) {
    require_fraction("beta1", h.beta1);
    require_fraction("beta2", h.beta2);
  }

  template <class T>
  struct Constants {
    MovingAverage<T> update, momentum;
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step&) {
    return {MovingAverage<T>(h.beta1), MovingAverage<T>(h.beta2)};
  }

  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[1]) {
    const V update = c.update.next(slot[0], g);
    slot[0] = c.momentum.next(slot[0], g);
    return sign(update);
  }
};

}  // namespace sophia
