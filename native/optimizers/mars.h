// MARS with AdamW, in its form without a second gradient of the step before (MARS-approx).
// Yuan et al. 2024, Algorithm 2, https://arxiv.org/abs/2411.10438
//
//   c ← g + γ β₁/(1 − β₁) (g − gₜ₋₁)        g₀ = 0; gₜ₋₁ is the gradient of the step before, itself not corrected
//   c ← c · min(1, N/(‖c‖ + e))             where N > 0
//   m, v, d: AdamW's, of c in place of g
//
// `global` chooses between two published norms. 0: that of the tensor, and e = 0, as the authors' code has it
// (https://github.com/AGI-Arena/MARS; N = 1 there, and tensors of one dimension get plain AdamW: γ = 0 and N = 0).
// 1: that of all tensors, and e = 10⁻⁶, as Wen et al. 2025 have it, https://arxiv.org/abs/2509.02046.
// g is the gradient after the trainer's own clip: neither code clips it. With γ = 0 and N = 0 this is AdamW.
#pragma once
#include "../math/lanes.h"
#include "adamw.h"

namespace sophia {

struct Mars {
  static constexpr const char* kName = "mars";
  static constexpr const char* kSlots[] = {"momentum", "variance", "gradient"};
  static constexpr int kWritten = 3;

  struct Hyper {
    double beta1, beta2, epsilon, gamma, max_norm, global;
  };
  static constexpr Field<Hyper> kFields[] = {{"beta1", &Hyper::beta1},      {"beta2", &Hyper::beta2},
                                             {"epsilon", &Hyper::epsilon},  {"gamma", &Hyper::gamma},
                                             {"maxNorm", &Hyper::max_norm}, {"global", &Hyper::global}};
  static void check(const Hyper& h) {
    AdamW::check({h.beta1, h.beta2, h.epsilon});
    require_not_negative("gamma", h.gamma);
    require_not_negative("maxNorm", h.max_norm);
    require_flag("global", h.global);
  }

  template <class T>
  struct Constants {
    AdamW::Constants<T> adam;
    T correction, max_norm, beside;  // γ β₁/(1 − β₁), N, e
    bool global;
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step& step) {
    const bool global = h.global == 1;
    return {AdamW::prepare<T>({h.beta1, h.beta2, h.epsilon}, step), static_cast<T>(h.gamma * h.beta1 / (1 - h.beta1)),
            static_cast<T>(h.max_norm), static_cast<T>(global ? 1e-6 : 0), global};
  }

  // In double, where no square of a float overflows.
  template <class C, class V, class Slots>
  HD static auto measure(const C& c, V g, const Slots& slot) {
    return square(widen(corrected(c, g, slot[2])));
  }
  template <class T>
  HD static bool global(const Constants<T>& c) {
    return c.global;
  }
  template <class T>
  HD static T settle(const Constants<T>& c, const Statistic& squares) {
    if (c.max_norm == 0) return T(1);
    return static_cast<T>(min(c.max_norm / (sqrt(squares.sum) + c.beside), 1.0));
  }

  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[3], V factor) {
    V adam[2] = {slot[0], slot[1]};
    const V d = AdamW::direction(c.adam, corrected(c, g, slot[2]) * factor, adam);
    slot[0] = adam[0];
    slot[1] = adam[1];
    slot[2] = g;
    return d;
  }

 private:
  template <class C, class V>
  HD static V corrected(const C& c, V g, V before) {
    return fma(V(c.correction), g - before, g);
  }
};

}  // namespace sophia
