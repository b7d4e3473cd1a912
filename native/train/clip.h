// Clipping by the global norm.  Pascanu et al. 2013, https://arxiv.org/abs/1211.5063
#pragma once
#include <algorithm>

namespace sophia {

// What a gradient of this norm is multiplied by, so that its norm does not exceed the limit: min(1, limit/(norm +
// 10⁻⁶)), as PyTorch has it. A limit of 0 clips nothing.
inline double clip_coefficient(double norm, double limit) {
  return limit > 0 ? std::min(1.0, limit / (norm + 1e-6)) : 1;
}

}  // namespace sophia
