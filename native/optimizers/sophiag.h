// Sophia-G, in the form of its authors' code, bit for bit.  Liu et al. 2023, https://arxiv.org/abs/2305.14342
//
//   m ← β₁ m + (1 − β₁) g
//   d ← sign(m) · min(|m| / (ρ B h + ε), 1)        B tokens, ε = 10⁻¹⁵
//
// h is the moving average (β₂) of ĝ², without the factor B, that curvature/hessian.h keeps; this file only reads it.
// Neither m nor h is corrected for its start at 0, as in that code. A negative h has no meaning here: sophia.h is for
// estimates that may be negative.
#pragma once
#include "optimizer.h"

namespace sophia {

struct SophiaG {
  static constexpr const char* kName = "sophia-g";
  static constexpr const char* kSlots[] = {"momentum", "hessian"};
  static constexpr int kWritten = 1;

  struct Hyper {
    double beta1, beta2, rho, epsilon;
  };
  static constexpr Field<Hyper> kFields[] = {
      {"beta1", &Hyper::beta1}, {"beta2", &Hyper::beta2}, {"rho", &Hyper::rho}, {"epsilon", &Hyper::epsilon}};
  static void check(const Hyper& h) {
    require_fraction("beta1", h.beta1);
    require_fraction("beta2", h.beta2);
    require_positive("rho", h.rho);
    require_positive("epsilon", h.epsilon);
  }

  template <class T>
  struct Constants {
    MovingAverage<T> momentum;
    T threshold, epsilon;  // ρ B
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step& step) {
    return {MovingAverage<T>(h.beta1), static_cast<T>(h.rho * step.scale * step.tokens), static_cast<T>(h.epsilon)};
  }
  static Refresh refresh(const Hyper& h, const Step& step) { return {h.beta2, 1, h.rho * step.scale * step.tokens, 0}; }

  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[2]) {
    const V m = slot[0] = c.momentum.next(slot[0], g);
    return sign(m) * min(abs(m) / (slot[1] * c.threshold + c.epsilon), V(1));
  }
  template <class C, class V>
  HD static V unclipped(const C& c, const V (&slot)[2]) {
    return less(abs(slot[0]), slot[1] * c.threshold);
  }
};

}  // namespace sophia
