// The scalar product on the GPU: a warp per block of numbers; then one block of threads adds up what they have summed.
#include "dot.h"
#include "../cuda/team.h"
#include "../cuda/width.h"

namespace sophia {

namespace {

constexpr int kWarps = 8;         // 256 threads: several such blocks fit a multiprocessor's registers
constexpr int kFinishWarps = 32;  // as many as its lanes: the sums of the warps are one more warp's numbers

}  // namespace

template <int N, class T>
__global__ void dot_blocks_kernel(Dot<T> a) {
  const std::int64_t block = static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.y;
  if (block < dot_blocks(a.count)) dots::sum_block(Warp<N>{}, a, block);
}

// In an order that depends on the count alone: of each thread, of its warp, of the warps.
template <class T>
__global__ void dot_finish_kernel(Dot<T> a) {
  __shared__ double sums[kFinishWarps];
  const Warp<1> team;
  double sum = 0;
  constexpr int kThreads = kFinishWarps * Warp<1>::kLanes;
  for (std::int64_t b = threadIdx.y * Warp<1>::kLanes + threadIdx.x; b < dot_blocks(a.count); b += kThreads)
    sum += a.partial[b];
  sum = team.sum_of_lanes(sum);
  if (team.leads()) sums[threadIdx.y] = sum;
  __syncthreads();
  if (threadIdx.y > 0) return;
  sum = team.sum_of_lanes(sums[threadIdx.x]);
  if (team.leads()) *a.result = sum;
}

template <class T>
void dot(Cuda& on, const Dot<T>& a) {
  const Grid blocks{blocks_for(dot_blocks(a.count), kWarps), {32, kWarps}};
  const auto launch = [&]<int N>() { on.launch("dot_blocks", blocks, dot_blocks_kernel<N, T>, a); };
  with_width(kDotBlock, launch, a.x, a.y);
  on.launch("dot_finish", {1, {32, kFinishWarps}}, dot_finish_kernel<T>, a);
}

template void dot(Cuda&, const Dot<float>&);

}  // namespace sophia
