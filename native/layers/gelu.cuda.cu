// GELU on the GPU: a thread per pack of numbers.
#include "gelu.h"
#include "../cuda/flat.h"

namespace sophia {

template <int N, class Form, class S>
__global__ void gelu_forward_kernel(Gelu<S> a) {
  at_place<N>(a.count, [&](auto i) { gelu::forward_at<Form>(a, i); });
}

template <int N, class Form, class S>
__global__ void gelu_backward_kernel(Gelu<S> a) {
  at_place<N>(a.count, [&](auto i) { gelu::backward_at<Form>(a, i); });
}

template <class S>
void forward(Cuda& on, const Gelu<S>& a) {
  const auto launch = [&]<int N>() {
    const auto kernel = a.erf ? gelu_forward_kernel<N, gelu::Erf, S> : gelu_forward_kernel<N, gelu::Tanh, S>;
    on.launch("gelu_forward", flat_grid<N>(a.count), kernel, a);
  };
  with_flat_width(launch, a.x, a.y);
}

template <class S>
void backward(Cuda& on, const Gelu<S>& a) {
  const auto launch = [&]<int N>() {
    const auto kernel = a.erf ? gelu_backward_kernel<N, gelu::Erf, S> : gelu_backward_kernel<N, gelu::Tanh, S>;
    on.launch("gelu_backward", flat_grid<N>(a.count), kernel, a);
  };
  with_flat_width(launch, a.x, a.dy, a.dx);
}

template void forward(Cuda&, const Gelu<float>&);
template void forward(Cuda&, const Gelu<Dual<float>>&);
template void forward(Cuda&, const Gelu<Bf16>&);
template void backward(Cuda&, const Gelu<float>&);
template void backward(Cuda&, const Gelu<Dual<float>>&);
template void backward(Cuda&, const Gelu<Bf16>&);

}  // namespace sophia
