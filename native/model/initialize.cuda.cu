// Initial weights on the GPU: a thread per pack of numbers.
#include "initialize.h"
#include "../cuda/flat.h"

namespace sophia {

template <int N, class T>
__global__ void initialize_fill_kernel(NormalFill<T> a) {
  at_place<N>(a.count, [&](auto i) { initialize::fill_at(a, i); });
}

template <class T>
void fill(Cuda& on, const NormalFill<T>& a) {
  const auto launch = [&]<int N>() {
    on.launch("initialize_fill", flat_grid<N>(a.count), initialize_fill_kernel<N, T>, a);
  };
  with_flat_width(launch, a.to);
}

template void fill(Cuda&, const NormalFill<float>&);

}  // namespace sophia
