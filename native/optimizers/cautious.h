// Cautious<O>: an elementwise optimizer that moves only where its direction agrees with the gradient.
// Liang et al. 2024, Algorithm 1, https://arxiv.org/abs/2411.16085
//
//   d ← direction of O
//   φ ← 1 where d g > 0, else 0                        g: the clipped gradient
//   d ← d φ w,  w of the tensor's n numbers, by `normalization`:
//
//   0   1/(mean φ + ε)        as Wen et al. 2025 have it, https://arxiv.org/abs/2509.02046
//   1   n/(Σφ + 1)            the paper's
//   2   1/max(mean φ, 10⁻³)   the authors' code, https://github.com/kyleliang919/C-Optim
//
// The decay of θ is not masked. ε is O's own, or 10⁻⁸ where it has none. A tensor whose directions all disagree stays.
#pragma once
#include "../math/compare.h"
#include "adamw.h"
#include "lion.h"

namespace sophia {

template <class O>
struct Cautious : O {
  struct Hyper : O::Hyper {
    double normalization;
  };
  static void check(const Hyper& h) {
    O::check(h);
    require(h.normalization == 0 || h.normalization == 1 || h.normalization == 2,
            "Expected `normalization` to be 0, 1 or 2, got ", h.normalization);
  }

  // w = 1/max(mean φ + beside_mean + beside_sum/n, least)
  template <class T>
  struct Constants : O::template Constants<T> {
    T beside_mean, beside_sum, least;
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step& step) {
    const double by = h.normalization;
    return {O::template prepare<T>(h, step), static_cast<T>(by == 0 ? epsilon(h) : 0), static_cast<T>(by == 1 ? 1 : 0),
            static_cast<T>(by == 2 ? 1e-3 : 0)};
  }

  template <class C, class V>
  HD static V judge(const C&, V d, V g) {
    return less(V(0), d * g);
  }
  template <class T>
  HD static T weigh(const Constants<T>& c, const Statistic& agreeing) {
    if (agreeing.sum == 0) return T(0);
    const double mean = agreeing.mean() + c.beside_mean + c.beside_sum / agreeing.count;
    return static_cast<T>(1 / max(mean, double{c.least}));
  }
  template <class C, class V>
  HD static V finish(const C& c, V d, V g, V weight) {
    return d * judge(c, d, g) * weight;
  }

 private:
  static double epsilon(const Hyper& h) {
    if constexpr (requires { h.epsilon; }) return h.epsilon;
    else return 1e-8;
  }
};

struct CautiousAdamW : Cautious<AdamW> {
  static constexpr const char* kName = "cautious-adamw";
  static constexpr Field<Hyper> kFields[] = {{"beta1", &Hyper::beta1},
                                             {"beta2", &Hyper::beta2},
                                             {"epsilon", &Hyper::epsilon},
                                             {"normalization", &Hyper::normalization}};
};

struct CautiousLion : Cautious<Lion> {
  static constexpr const char* kName = "cautious-lion";
  static constexpr Field<Hyper> kFields[] = {
      {"beta1", &Hyper::beta1}, {"beta2", &Hyper::beta2}, {"normalization", &Hyper::normalization}};
};

}  // namespace sophia
