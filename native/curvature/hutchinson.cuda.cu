// Hutchinson's probes and estimates on the GPU: a thread per pack of numbers.
#include "hutchinson.h"
#include "../cuda/flat.h"

namespace sophia {

template <int N, class T>
__global__ void hutchinson_draw_kernel(Probe<T> a) {
  at_place<N>(a.count, [&](auto i) { hutchinson::draw_at(a, i); });
}

template <int N, class T>
__global__ void hutchinson_estimate_kernel(DiagonalEstimate<T> a) {
  at_place<N>(a.count, [&](auto i) { hutchinson::estimate_at(a, i); });
}

template <class T>
void draw(Cuda& on, const Probe<T>& a) {
  const auto launch = [&]<int N>() {
    on.launch("hutchinson_draw", flat_grid<N>(a.count), hutchinson_draw_kernel<N, T>, a);
  };
  with_flat_width(launch, a.direction);
}

template <class T>
void add_estimate(Cuda& on, const DiagonalEstimate<T>& a) {
  const auto launch = [&]<int N>() {
    on.launch("hutchinson_estimate", flat_grid<N>(a.count), hutchinson_estimate_kernel<N, T>, a);
  };
  with_flat_width(launch, a.direction, a.product, a.estimate);
}

template void draw(Cuda&, const Probe<float>&);
template void add_estimate(Cuda&, const DiagonalEstimate<float>&);

}  // namespace sophia
