// Residual on the GPU: a thread per pack of numbers.
#include "residual.h"
#include "../cuda/flat.h"

namespace sophia {

// Where a pack begins at a multiple of its width, so does its mask: one block of Philox serves four numbers.
template <int N, class S>
__global__ void residual_forward_kernel(Residual<S> a) {
  at_place<N>(a.count, [&](auto i) {
    with_mask<Pack<Number<S>, N>>(a.dropout, a.draw, i.index, [&](auto m) { residual::forward_at(a, i, m); });
  });
}

template <int N, class S>
__global__ void residual_backward_kernel(Residual<S> a) {
  at_place<N>(a.count, [&](auto i) {
    with_mask<Pack<Number<S>, N>>(a.dropout, a.draw, i.index, [&](auto m) { residual::backward_at(a, i, m); });
  });
}

template <class S>
void forward(Cuda& on, const Residual<S>& a) {
  const auto launch = [&]<int N>() {
    on.launch("residual_forward", flat_grid<N>(a.count), residual_forward_kernel<N, S>, a);
  };
  with_flat_width(launch, a.x, a.branch, a.y);
}

template <class S>
void backward(Cuda& on, const Residual<S>& a) {
  if (residual::nothing_to_do(a)) return;
  const auto launch = [&]<int N>() {
    on.launch("residual_backward", flat_grid<N>(a.count), residual_backward_kernel<N, S>, a);
  };
  with_flat_width(launch, a.dy, a.dbranch);
}

template void forward(Cuda&, const Residual<float>&);
template void forward(Cuda&, const Residual<Dual<float>>&);
template void forward(Cuda&, const Residual<Bf16>&);
template void backward(Cuda&, const Residual<float>&);
template void backward(Cuda&, const Residual<Dual<float>>&);
template void backward(Cuda&, const Residual<Bf16>&);

}  // namespace sophia
