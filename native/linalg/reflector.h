// The Householder reflection of a vector x:  H = 1 − τ v vᵀ  with  H x = α e₀,  v = (1, scale · x₁, scale · x₂, …).
// Golub & Van Loan 2013, Matrix Computations, section 5.1. α has the sign that cancels nothing, so that v₀ = x₀ − α is
// never small; where x is a multiple of e₀ already, H is the identity.
#pragma once
#include <limits>
#include "../math/compare.h"

namespace sophia {

// Numbers of vectors whose largest is about 1: below this a square has lost bits, and its root, less than the 16th
// digit before it, is rounding.
template <class T> inline constexpr T kVanishing = std::numeric_limits<T>::min() / std::numeric_limits<T>::epsilon();

template <class T>
struct Reflector {
  T alpha, scale, tau;
};

// `rest` is the sum of the squares of x₁, x₂, …. A NaN shows in τ.
template <class T>
HD Reflector<T> reflector(T head, T rest) {
  if (rest < kVanishing<T>) return {head, 0, head - head};
  const T norm = sqrt(head * head + rest), far = abs(head) + norm;
  return {head < 0 ? norm : -norm, (head < 0 ? -1 : 1) / far, far / norm};
}

}  // namespace sophia
