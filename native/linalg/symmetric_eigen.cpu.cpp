// The eigenvectors on the CPU: matrices among threads, columns among SIMD lanes.
#include "symmetric_eigen.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

template <class Isa, class T>
void symmetric_eigen(Cpu<Isa>& on, const SymmetricEigen<T>& a) {
  on.parallel(a.batch, [&](std::int64_t matrix) { eigen::solve(Solo<Isa::kLanes>{}, a, matrix); });
}

template void symmetric_eigen(Cpu<Isa>&, const SymmetricEigen<Real<Isa>>&);

}  // namespace sophia
