// The blocks of triangular systems on the CPU: matrices among threads.
#include "triangular.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia::triangular {

template <class Isa, class T>
void factorize(Cpu<Isa>& on, const Factor<T>& a) {
  on.parallel(a.batch, [&](auto matrix) { factorize_matrix(Solo<Isa::kLanes>{}, a, matrix); });
}

template void factorize(Cpu<Isa>&, const Factor<Real<Isa>>&);

}  // namespace sophia::triangular
