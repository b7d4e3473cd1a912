// Softmax cross-entropy on the GPU: a block per row of logits, which goes once over it forward, and once backward.
#include "crossentropy.h"
#include "../cuda/team.h"
#include "../cuda/width.h"

namespace sophia {

namespace crossentropy {

template <class S>
DEVICE Mass<S> shuffle_xor(Mass<S> x, int lanes) {
  return {sophia::shuffle_xor(x.peak, lanes), sophia::shuffle_xor(x.sum, lanes)};
}

}  // namespace crossentropy

namespace {

constexpr int kWarps = 8;  // of a block: a row of 50304 logits is 50 packs for each thread, and 8 blocks hide its end

template <int N>
using Row = Block<N, kWarps>;

template <class S>
Grid grid_of(const CrossEntropy<S>& a) {
  return {blocks_for(a.rows, 1), Row<1>::threads()};
}

// All that forward reads and writes, which is floats for Bf16 as well.
template <class S>
CrossEntropy<Acc<S>> without_gradient(const CrossEntropy<S>& a) {
  return {.rows = a.rows,
          .vocabulary = a.vocabulary,
          .stride = a.stride,
          .logits = a.logits,
          .targets = a.targets,
          .losses = a.losses,
          .peak = a.peak,
          .lse = a.lse,
          .dlosses = {},
          .dlogits = {}};
}

}  // namespace

template <int N, class S>
__global__ void crossentropy_forward_kernel(CrossEntropy<S> a) {
  crossentropy::forward_row_once(Row<N>(), a, blockIdx.x);
}

template <int N, class S>
__global__ void crossentropy_backward_kernel(CrossEntropy<S> a) {
  crossentropy::backward_row(Row<N>(), a, blockIdx.x);
}

template <class S>
void forward(Cuda& on, const CrossEntropy<S>& a) {
  const auto launch = [&]<int N>() {
    on.launch("crossentropy_forward", grid_of(a), crossentropy_forward_kernel<N, Acc<S>>, without_gradient(a));
  };
  with_width(a.stride, launch, a.logits);
}

template <class S>
void backward(Cuda& on, const CrossEntropy<S>& a) {
  const auto launch = [&]<int N>() {
    on.launch("crossentropy_backward", grid_of(a), crossentropy_backward_kernel<N, S>, a);
  };
  with_width(a.stride, launch, a.logits, a.dlogits);
}

template void forward(Cuda&, const CrossEntropy<float>&);
template void forward(Cuda&, const CrossEntropy<Dual<float>>&);
template void forward(Cuda&, const CrossEntropy<Bf16>&);
template void backward(Cuda&, const CrossEntropy<float>&);
template void backward(Cuda&, const CrossEntropy<Dual<float>>&);
template void backward(Cuda&, const CrossEntropy<Bf16>&);

}  // namespace sophia
