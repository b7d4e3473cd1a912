// Residual:  y = x + M∘branch.
// He et al. 2015, https://arxiv.org/abs/1512.03385; M is dropout's mask (dropout.h), or 1.
//
//   x, branch, y, dy   (count)
//   dbranch            (count)   written with =; may be dy itself when there is no dropout
//
// The gradient with respect to x is dy: the caller keeps one gradient for the whole residual stream.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"
#include "dropout.h"

namespace sophia {

template <class S>
struct Residual {
  std::int64_t count;
  float dropout = 0;
  Stream draw{};
  View<Act<S>> x, branch, y;
  View<Act<S>> dy, dbranch;
};

template <class Isa, class S> void forward(Cpu<Isa>&, const Residual<S>&);
template <class Isa, class S> void backward(Cpu<Isa>&, const Residual<S>&);
template <class S> void forward(Cuda&, const Residual<S>&);
template <class S> void backward(Cuda&, const Residual<S>&);

namespace residual {

// dbranch is dy itself, and there is no mask.
template <class S>
bool nothing_to_do(const Residual<S>& a) {
  return a.dropout == 0 && primal(a.dbranch).value == primal(a.dy).value;
}

template <class S, class Place, class Mask>
HD void forward_at(const Residual<S>& a, Place i, Mask mask) {
  a.y.store(i, a.x[i] + a.branch[i] * mask);
}

template <class S, class Place, class Mask>
HD void backward_at(const Residual<S>& a, Place i, Mask mask) {
  a.dbranch.store(i, a.dy[i] * mask);
}

}  // namespace residual
}  // namespace sophia
