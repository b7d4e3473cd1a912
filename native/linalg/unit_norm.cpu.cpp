// Vectors by their norms on the CPU: vectors among threads.
#include "unit_norm.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

template <class Isa, class T>
void unit_norm(Cpu<Isa>& on, const UnitNorm<T>& a) {
  on.parallel(a.batch, [&](auto vector) { unit_norms::scale(Solo<Isa::kLanes / 2>{}, a, vector); });
}

template void unit_norm(Cpu<Isa>&, const UnitNorm<Real<Isa>>&);

}  // namespace sophia
