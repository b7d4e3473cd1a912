// The passes of matrix optimizers on the CPU: pieces among threads, numbers among SIMD lanes.
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "matrix_registry.h"

namespace sophia {

template <class Formula, class Isa, class O, class T>
void pass(Cpu<Isa>& on, const Sheet<O, T>& a) {
  if (!a.now->finite) return;
  on.parallel(a.table.piece_count, [&](auto p) { matrixwise::pass_piece<Formula>(Solo<Isa::kLanes>{}, a, p); });
}

template <class Isa, class O, class T>
void add_sums(Cpu<Isa>&, const SheetSums<O, T>& a) {
  if (a.now->finite) add_totals(a.table, a.partial, a.totals);
}

#define SOPHIA_INSTANTIATE_PASS(O, Formula) template void pass<Formula>(Cpu<Isa>&, const Sheet<O, Real<Isa>>&);
SOPHIA_MATRIX_PASSES(SOPHIA_INSTANTIATE_PASS)
#define SOPHIA_INSTANTIATE_SUMS(O) template void add_sums(Cpu<Isa>&, const SheetSums<O, Real<Isa>>&);
SOPHIA_MATRIX_OPTIMIZERS(SOPHIA_INSTANTIATE_SUMS)

}  // namespace sophia
