// The Hessian's moving average on the CPU: pieces among threads, numbers among SIMD lanes, as many as a register
// holds doubles.
#include "hessian.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

template <class Isa, class T>
void update_hessian(Cpu<Isa>& on, const HessianUpdate<T>& a) {
  if (!a.now->finite) return;
  each_piece(on, a.table, [&](auto p) { hessian::update_piece<true>(Solo<Isa::kLanes / 2>{}, a, p); });
  add_totals(a.table, a.partial, a.totals);
}

template void update_hessian(Cpu<Isa>&, const HessianUpdate<Real<Isa>>&);

}  // namespace sophia
