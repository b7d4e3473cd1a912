// Clipping by the global norm.  Pascanu et al. 2013, https://arxiv.org/abs/1211.5063
//
//   sums          (2) Σ g² of the gradient, and Σ ℓ² of the losses: finite exactly when every number is (linalg/dot.h)
//   coefficient   what the gradient is to be multiplied by; 1 where the step must not be made
//   finite        turned off where the gradient or a loss is not finite: the step must not be made
//
// Both results lie where the fused step reads them (Now), so that no host decides between the norm and the step.
#pragma once
#include <limits>
#include "../linalg/dot.h"

namespace sophia {

// What a gradient of this norm is multiplied by, so that its norm does not exceed the limit: min(1, limit/(norm +
// 10⁻⁶)), as PyTorch has it. A limit of 0 clips nothing.
HD double clip_coefficient(double norm, double limit) {
  const double least = limit / (norm + 1e-6);
  return limit > 0 && least < 1 ? least : 1;
}

// Whether the numbers of a gradient of this norm are finite after the factor.
template <class T>
HD bool stays_finite(double factor, double norm) {
  return factor <= 1 || factor * (norm > 1 ? norm : 1) <= static_cast<double>(std::numeric_limits<T>::max());
}

template <class T>
struct Clip {
  const double* sums;
  double limit;
  T* coefficient;
  bool* finite;
  double scale = 1;  // of the gradient, before anything else: a trainer may have multiplied its loss
};

template <class T>
HD void clip_at(const Clip<T>& a) {
  const Norm gradient = norm(a.sums[0]);
  const double coefficient = a.scale * clip_coefficient(a.scale * gradient.value, a.limit);
  *a.finite = *a.finite && gradient.finite && norm(a.sums[1]).finite && stays_finite<T>(coefficient, gradient.value);
  *a.coefficient = *a.finite ? static_cast<T>(coefficient) : T(1);
}

template <class Isa, class T>
void clip(Cpu<Isa>&, const Clip<T>& a) {
  clip_at(a);
}
template <class T>
void clip(Cuda&, const Clip<T>&);

}  // namespace sophia
