// The sides of Kron's preconditioner on the GPU: a warp per tile.
#include "kron_sides.h"
#include "../cuda/team.h"

namespace sophia {

namespace {

constexpr int kWarps = 4;  // of a block: tiles are few, and each of them long

}  // namespace

template <class A>
__global__ void kron_kernel(A a) {
  const std::int64_t tile = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.y;
  if (tile < a.batch) kron::run_tile(Warp<1>{}, a, tile);
}

#define SOPHIA_INSTANTIATE_RUN(Verb)                                                         \
  template <class T>                                                                         \
  void run(Cuda& on, const Verb<T>& a) {                                                     \
    on.launch("kron", {blocks_for(a.batch, kWarps), {32, kWarps}}, kron_kernel<Verb<T>>, a); \
  }                                                                                          \
  template void run(Cuda&, const Verb<float>&);
SOPHIA_KRON_VERBS(SOPHIA_INSTANTIATE_RUN)

}  // namespace sophia
