// Each of a batch of vectors by its norm:  x ← x/(‖x‖ + ε).
//
//   x   (batch, count)
//
// Squares are added up in double: a norm is finite whenever its numbers are.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

template <class T>
struct UnitNorm {
  std::int64_t batch, count;
  View<T> x;
  T epsilon;
};

template <class Isa, class T>
void unit_norm(Cpu<Isa>&, const UnitNorm<T>&);
template <class T>
void unit_norm(Cuda&, const UnitNorm<T>&);

namespace unit_norms {

template <class Team, class T>
HD void scale(Team team, const UnitNorm<T>& a, std::int64_t vector) {
  const View<T> x = a.x + vector * a.count;
  const double sum = team.sum(a.count, [&](auto i) { return widen(x[i]) * widen(x[i]); });
  const T factor = static_cast<T>(1 / (sqrt(sum) + static_cast<double>(a.epsilon)));
  team.each(a.count, [&](auto i) { x.store(i, x[i] * factor); });
}

}  // namespace unit_norms
}  // namespace sophia
