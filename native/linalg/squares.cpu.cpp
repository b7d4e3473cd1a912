// The sum of squares on the CPU: pieces among threads, numbers among SIMD lanes, as many as a register holds doubles.
#include "squares.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

template <class Isa, class T>
void sum_squares(Cpu<Isa>& on, const Squares<T>& a) {
  each_piece(on, a.table, [&](auto p) { squares::sum_piece(Solo<Isa::kLanes / 2>{}, a, p); });
  add_totals(a.table, a.partial, a.totals);
}

template void sum_squares(Cpu<Isa>&, const Squares<Real<Isa>>&);

}  // namespace sophia
