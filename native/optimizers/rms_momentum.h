// Momentum divided by its root mean square, over a tensor: what Scion does to biases and gains.
// Pethick et al. 2025, https://arxiv.org/abs/2502.07529, Table 3, in the form of https://github.com/LIONS-EPFL/scion
//
//   m ← β₁ m + (1 − β₁) g
//   d ← m / (√mean(m²) + ε)        ε = 10⁻⁸ there
//
// A radius and the step towards the ball's edge, θ ← (1 − η) θ − η r d, are a rate of η r and a decay of 1/r.
#pragma once
#include "../math/lanes.h"
#include "optimizer.h"

namespace sophia {

struct RmsMomentum {
  static constexpr const char* kName = "rms-momentum";
  static constexpr const char* kSlots[] = {"momentum"};
  static constexpr int kWritten = 1;

  struct Hyper {
    double beta1, epsilon;
  };
  static constexpr Field<Hyper> kFields[] = {{"beta1", &Hyper::beta1}, {"epsilon", &Hyper::epsilon}};
  static void check(const Hyper& h) {
    require_fraction("beta1", h.beta1);
    require_positive("epsilon", h.epsilon);
  }

  template <class T>
  struct Constants {
    MovingAverage<T> momentum;
    T epsilon;
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step&) {
    return {MovingAverage<T>(h.beta1), static_cast<T>(h.epsilon)};
  }

  // In double, where no square of a float overflows or vanishes.
  template <class C, class V, class Slots>
  HD static auto measure(const C& c, V g, const Slots& slot) {
    return square(widen(c.momentum.next(slot[0], g)));
  }
  template <class T>
  HD static T settle(const Constants<T>& c, const Statistic& squares) {
    return static_cast<T>(sqrt(squares.mean()) + c.epsilon);
  }

  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[1], V denominator) {
    slot[0] = c.momentum.next(slot[0], g);
    return slot[0] / denominator;
  }
};

}  // namespace sophia
