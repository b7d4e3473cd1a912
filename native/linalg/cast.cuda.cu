// Casts on the GPU: a thread per pack of numbers.
#include "cast.h"
#include "../cuda/flat.h"

namespace sophia {

template <int N>
__global__ void to_bf16_kernel(std::int64_t count, View<float> from, View<Bf16> to) {
  at_place<N>(count, [&](auto i) { to.store(i, from[i]); });
}
template <int N>
__global__ void from_bf16_kernel(std::int64_t count, View<Bf16> from, View<float> to) {
  at_place<N>(count, [&](auto i) { to.store(i, from[i]); });
}

void to_bf16(Cuda& on, std::int64_t count, View<float> from, View<Bf16> to) {
  const auto launch = [&]<int N>() { on.launch("to_bf16", flat_grid<N>(count), to_bf16_kernel<N>, count, from, to); };
  with_flat_width(launch, from, to);
}
void from_bf16(Cuda& on, std::int64_t count, View<Bf16> from, View<float> to) {
  const auto launch = [&]<int N>() {
    on.launch("from_bf16", flat_grid<N>(count), from_bf16_kernel<N>, count, from, to);
  };
  with_flat_width(launch, from, to);
}

}  // namespace sophia
