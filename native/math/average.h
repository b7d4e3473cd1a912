// MovingAverage: the coefficients of an exponential moving average,  m ← β m + (1 − β) x.
//
// 1 − β is formed in double: in float, 1 − 0.99 is off by a millionth of itself. The product β m is rounded before the
// sum, and the sum once: the order of operations of PyTorch's optimizers on the CPU.
#pragma once
#include "pack.h"

namespace sophia {

template <class T>
struct MovingAverage {
  T keep, take;

  MovingAverage() = default;
  // x is multiplied by `scale` on the way.
  explicit MovingAverage(double beta, double scale = 1)
      : keep(static_cast<T>(beta)), take(static_cast<T>((1 - beta) * scale)) {}

  template <class V> HD V next(V m, V x) const { return fma(V(take), x, m * keep); }
  template <class V> HD V next_square(V m, V x) const { return fma(take * x, x, m * keep); }
};

}  // namespace sophia
