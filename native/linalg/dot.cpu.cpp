// The scalar product on the CPU: blocks among threads, numbers among SIMD lanes, as many as a register holds doubles.
#include "dot.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

template <class Isa, class T>
void dot(Cpu<Isa>& on, const Dot<T>& a) {
  on.parallel(dot_blocks(a.count), [&](auto block) { dots::sum_block(Solo<Isa::kLanes / 2>{}, a, block); });
  dots::finish(a);
}

template void dot(Cpu<Isa>&, const Dot<Real<Isa>>&);

}  // namespace sophia
