// Sophia.  Liu et al. 2023, Algorithm 3, https://arxiv.org/abs/2305.14342
//
//   m ← β₁ m + (1 − β₁) g
//   d ← clip(m / max(γ h, ε), 1)
//
// h is the moving average (β₂) of an estimate of the Hessian's diagonal, B ĝ² (Gauss-Newton-Bartlett) or u ⊙ Hu
// (Hutchinson), that curvature/hessian.h keeps; this file only reads it. A negative h counts as ε: there the step is
// the sign of the momentum.
#pragma once
#include "optimizer.h"

namespace sophia {

struct Sophia {
  static constexpr const char* kName = "sophia";
  static constexpr const char* kSlots[] = {"momentum", "hessian"};
  static constexpr int kWritten = 1;

  struct Hyper {
    double beta1, beta2, gamma, epsilon;
  };
  static constexpr Field<Hyper> kFields[] = {
      {"beta1", &Hyper::beta1}, {"beta2", &Hyper::beta2}, {"gamma", &Hyper::gamma}, {"epsilon", &Hyper::epsilon}};
  static void check(const Hyper& h) {
    require_fraction("beta1", h.beta1);
    require_fraction("beta2", h.beta2);
    require_positive("gamma", h.gamma);
    require_positive("epsilon", h.epsilon);
  }

  template <class T>
  struct Constants {
    MovingAverage<T> momentum;
    T gamma, epsilon;
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step& step) {
    return {MovingAverage<T>(h.beta1), static_cast<T>(h.gamma * step.scale), static_cast<T>(h.epsilon)};
  }
  static Refresh refresh(const Hyper& h, const Step& step) {
    return {h.beta2, step.tokens, h.gamma * step.scale, h.epsilon};
  }

  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[2]) {
    const V m = slot[0] = c.momentum.next(slot[0], g);
    return clamp(m / max(slot[1] * c.gamma, V(c.epsilon)), V(-1), V(1));
  }
  template <class C, class V>
  HD static V unclipped(const C& c, const V (&slot)[2]) {
    return less(abs(slot[0]), max(slot[1] * c.gamma, V(c.epsilon)));
  }
};

}  // namespace sophia
