// The blend on the GPU: a thread per pack.
#include "blend.h"
#include "../cuda/flat.h"

namespace sophia {

template <int N, class T>
__global__ void blend_kernel(Blend<T> a) {
  if (blends::wanted(a)) at_place<N>(a.count, [&](auto i) { blends::at(a, i); });
}

template <class T>
void blend(Cuda& on, const Blend<T>& a) {
  const auto launch = [&]<int N>() { on.launch("blend", flat_grid<N>(a.count), blend_kernel<N, T>, a); };
  with_flat_width(launch, a.from, a.to);
}

template void blend(Cuda&, const Blend<float>&);

}  // namespace sophia
