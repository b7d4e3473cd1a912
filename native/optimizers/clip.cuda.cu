// The clip coefficient on the GPU: one thread, between the pass that sums and the pass that steps.
#include "clip.h"
#include "../cuda/team.h"

namespace sophia {

template <class T>
__global__ void clip_kernel(Clip<T> a) {
  clip_at(a);
}

template <class T>
void clip(Cuda& on, const Clip<T>& a) {
  on.launch("clip", {1, 1}, clip_kernel<T>, a);
}

template void clip(Cuda&, const Clip<float>&);

}  // namespace sophia
