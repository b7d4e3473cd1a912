// Attention on tensor cores, for bf16 where there is no dropout: the same formulas on tiles whose probabilities, and
// the gradients with respect to the scores, are rounded to bf16 before they are multiplied.
#pragma once
#include "attention.h"

namespace sophia {

bool suits_tensor_cores(const Cuda&, const Attention<Bf16>&);

// Whether tensor cores have done it.
//
//   dy_y   (B, H, T)   scratch, from the first part of backward to the second
bool forward_on_tensor_cores(Cuda&, const Attention<Bf16>&);
bool backward_on_tensor_cores(Cuda&, const Attention<Bf16>&, View<float> dy_y);
template <class S>
bool forward_on_tensor_cores(Cuda&, const Attention<S>&) {
  return false;
}
template <class S>
bool backward_on_tensor_cores(Cuda&, const Attention<S>&, View<Acc<S>>) {
  return false;
}

}  // namespace sophia
