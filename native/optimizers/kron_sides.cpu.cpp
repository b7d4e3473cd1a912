// The sides of Kron's preconditioner on the CPU: tiles among threads.
#include "kron_sides.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

#define SOPHIA_INSTANTIATE_RUN(Verb)                                                        \
  template <class Isa, class T>                                                             \
  void run(Cpu<Isa>& on, const Verb<T>& a) {                                                \
    on.parallel(a.batch, [&](auto tile) { kron::run_tile(Solo<Isa::kLanes>{}, a, tile); }); \
  }                                                                                         \
  template void run(Cpu<Isa>&, const Verb<Real<Isa>>&);
SOPHIA_KRON_VERBS(SOPHIA_INSTANTIATE_RUN)

}  // namespace sophia
