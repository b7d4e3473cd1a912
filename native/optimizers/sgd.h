// Stochastic gradient descent with momentum.  Sutskever et al. 2013, section 2,
// http://proceedings.mlr.press/v28/sutskever13.html, in the form of PyTorch's torch.optim.SGD, without dampening.
//
//   m ← μ m + g
//   d ← m               or Nesterov's  g + μ m, with the new m
#pragma once
#include "optimizer.h"

namespace sophia {

struct Sgd {
  static constexpr const char* kName = "sgd";
  static constexpr const char* kSlots[] = {"momentum"};
  static constexpr int kWritten = 1;

  struct Hyper {
    double momentum, nesterov;  // nesterov: 0 or 1
  };
  static constexpr Field<Hyper> kFields[] = {{"momentum", &Hyper::momentum}, {"nesterov", &Hyper::nesterov}};
  static void check(const Hyper& h) {
    require_fraction("momentum", h.momentum);
    require_flag("nesterov", h.nesterov);
  }

  template <class T>
  struct Constants {
    T momentum, of_momentum, of_gradient;  // d = of_momentum m + of_gradient g
  };
  template <class T>
  static Constants<T> prepare(const Hyper& h, const Step&) {
    const auto momentum = static_cast<T>(h.momentum);
    return {momentum, h.nesterov == 1 ? momentum : T(1), static_cast<T>(h.nesterov)};
  }

  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[1]) {
    slot[0] = fma(V(c.momentum), slot[0], g);
    return fma(V(c.of_momentum), slot[0], V(c.of_gradient) * g);
  }
};

}  // namespace sophia
