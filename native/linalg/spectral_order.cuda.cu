// The order of a basis on the GPU: a block per matrix, a column per thread; a warp per row that is permuted.
#include "spectral_order.h"
#include "../cuda/team.h"

namespace sophia {

namespace {

using OrderTeam = Block<1, 8>;  // matrices of a few hundred columns are usual
constexpr int kPermuteWarps = 8;

}  // namespace

template <class T>
__global__ void spectral_order_kernel(SpectralOrder<T> a) {
  spectral::sort(OrderTeam{}, a, blockIdx.x);
}

template <class T>
__global__ void permute_kernel(Permutation<T> a) {
  const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * kPermuteWarps + threadIdx.y;
  if (row < a.batch * a.rows) spectral::permute_row(Warp<1>{}, a, row);
}

template <class T>
void spectral_order(Cuda& on, const SpectralOrder<T>& a) {
  on.launch("spectral_order", {blocks_for(a.batch, 1), OrderTeam::threads()}, spectral_order_kernel<T>, a);
}

template <class T>
void permute(Cuda& on, const Permutation<T>& a) {
  const Grid grid{blocks_for(a.batch * a.rows, kPermuteWarps), {Warp<1>::kLanes, kPermuteWarps}};
  on.launch("permute", grid, permute_kernel<T>, a);
}

template void spectral_order(Cuda&, const SpectralOrder<float>&);
template void permute(Cuda&, const Permutation<float>&);

}  // namespace sophia
