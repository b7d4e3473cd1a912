// The global norm on the CPU: blocks among threads, numbers among SIMD lanes, as many as a register holds doubles.
#include "norm.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

template <class Isa, class T>
void global_norm(Cpu<Isa>& on, const GlobalNorm<T>& a) {
  on.parallel(norm_blocks(a.count), [&](auto block) { norm::sum_block(Solo<Isa::kLanes / 2>{}, a, block); });
  norm::finish(a);
}

template void global_norm(Cpu<Isa>&, const GlobalNorm<Real<Isa>>&);

}  // namespace sophia
