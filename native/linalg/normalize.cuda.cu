// Matrices of length 1 on the GPU: a warp per block of numbers sums its squares; then each adds up the sums of its
// matrix, which are few, and scales its block.
#include "normalize.h"
#include "../cuda/team.h"
#include "../cuda/width.h"

namespace sophia {

namespace {

constexpr int kWarps = 8;  // of a block of threads: 256, several of which fit a multiprocessor's registers

DEVICE std::int64_t own_block() { return static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.y; }

}  // namespace

template <int N, class T>
__global__ void normalize_sum_kernel(Normalize<T> a) {
  if (own_block() < normalize_sums(a.batch, a.count)) normalizing::sum_block(Warp<N>{}, a, own_block());
}

template <int N, class T>
__global__ void normalize_scale_kernel(Normalize<T> a) {
  if (own_block() < normalize_sums(a.batch, a.count)) normalizing::scale_block(Warp<N>{}, Warp<1>{}, a, own_block());
}

template <class T>
void normalize(Cuda& on, const Normalize<T>& a) {
  const Grid grid{blocks_for(normalize_sums(a.batch, a.count), kWarps), {32, kWarps}};
  const auto launch = [&]<int N>() {
    on.launch("normalize_sum", grid, normalize_sum_kernel<N, T>, a);
    on.launch("normalize_scale", grid, normalize_scale_kernel<N, T>, a);
  };
  with_width(a.count, launch, a.from, a.to);
}

template void normalize(Cuda&, const Normalize<float>&);

}  // namespace sophia
