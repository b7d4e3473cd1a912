// The blocks of triangular systems on the GPU: a warp per matrix.
#include "triangular.h"
#include "../cuda/team.h"

namespace sophia::triangular {

namespace {

constexpr int kWarps = 4;  // of a block: matrices are few, and each of them long

}  // namespace

template <class T>
__global__ void triangular_kernel(Factor<T> a) {
  const std::int64_t matrix = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.y;
  if (matrix < a.batch) factorize_matrix(Warp<1>{}, a, matrix);
}

template <class T>
void factorize(Cuda& on, const Factor<T>& a) {
  on.launch("triangular", {blocks_for(a.batch, kWarps), {32, kWarps}}, triangular_kernel<T>, a);
}

template void factorize(Cuda&, const Factor<float>&);

}  // namespace sophia::triangular
