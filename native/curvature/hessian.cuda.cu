// The Hessian's moving average on the GPU: a warp per piece of the arena; then a warp per tensor adds up what its
// pieces have summed.
#include "hessian.h"
#include "../cuda/pieces.h"

namespace sophia {

template <bool kScattered, class T>
__global__ void hessian_update_kernel(HessianUpdate<T> a, bool aligned) {
  with_piece(a, aligned, [&](auto team, std::int64_t p) { hessian::update_piece<kScattered>(team, a, p); });
}

template <class T>
void update_hessian(Cuda& on, const HessianUpdate<T>& a) {
  const bool wide = aligned(a.hessian) && (a.estimates || aligned(a.estimate)) && aligned(a.momentum) && a.aligned;
  const auto kernel = a.estimates ? hessian_update_kernel<true, T> : hessian_update_kernel<false, T>;
  on.launch("hessian_update", piece_warps(a.table.piece_count), kernel, a, wide);
  add_totals(on, a);
}

template void update_hessian(Cuda&, const HessianUpdate<float>&);

}  // namespace sophia
