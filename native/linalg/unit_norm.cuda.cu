// Vectors by their norms on the GPU: a block of threads per vector.
#include "unit_norm.h"
#include "../cuda/team.h"

namespace sophia {

namespace {

constexpr int kWarps = 32;  // as many as may meet: matrices are few, and each of them long

}  // namespace

template <class T>
__global__ void unit_norm_kernel(UnitNorm<T> a) {
  unit_norms::scale(Block<1, kWarps>{}, a, blockIdx.x);
}

template <class T>
void unit_norm(Cuda& on, const UnitNorm<T>& a) {
  on.launch("unit_norm", {blocks_for(a.batch, 1), Block<1, kWarps>::threads()}, unit_norm_kernel<T>, a);
}

template void unit_norm(Cuda&, const UnitNorm<float>&);

}  // namespace sophia
