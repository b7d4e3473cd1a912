// LayerNorm on the GPU: one warp per row; the sums over rows in two passes, a thread per pack of channels in each.
#include "layernorm.h"
#include <algorithm>
#include "../cuda/scratch.h"
#include "../cuda/team.h"
#include "../cuda/width.h"

namespace sophia {

namespace {

constexpr int kRowsPerBlock = 4;
constexpr int kChannelThreads = 64;  // few, because rows of some hundred channels have only that many packs

// The rows are summed in at most kParts parts, each in order, and then the parts in order: the bits depend on the shape
// alone. A part of fewer than kLeastRows rows would cost more to add up than it saves.
constexpr std::int64_t kParts = 128, kLeastRows = 32;

std::int64_t rows_per_part(std::int64_t rows) { return std::max(kLeastRows, (rows + kParts - 1) / kParts); }

template <int N>
DEVICE std::int64_t first_channel() {
  return (static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) * N;
}

DEVICE std::int64_t row_of_warp() { return static_cast<std::int64_t>(blockIdx.x) * kRowsPerBlock + threadIdx.y; }

}  // namespace

template <int N, class S>
__global__ void layernorm_forward_kernel(LayerNorm<S> a) {
  const auto r = row_of_warp();
  if (r < a.rows) layernorm::forward_row(Warp<N>{}, a, r);
}

template <int N, class S>
__global__ void layernorm_backward_row_kernel(LayerNorm<S> a) {
  const auto r = row_of_warp();
  if (r < a.rows) layernorm::backward_row(Warp<N>{}, a, r);
}

// Part p of the rows as a layer of its own, whose gradients are rows 2p and 2p + 1 of `partial`.
template <int N, class S>
__global__ void layernorm_backward_part_kernel(LayerNorm<S> a, std::int64_t rows_per_part, View<Acc<S>> partial) {
  const auto c = first_channel<N>();
  if (c >= a.channels) return;
  const std::int64_t p = blockIdx.y, first = p * rows_per_part;
  LayerNorm<S> part = a;
  part.rows = std::min(rows_per_part, a.rows - first);
  part.x = a.x.row(first, a.channels);
  part.dy = a.dy.row(first, a.channels);
  part.mean = a.mean + first;
  part.rstd = a.rstd + first;
  part.dgain = partial.row(2 * p, a.channels);
  part.dbias = partial.row(2 * p + 1, a.channels);
  layernorm::backward_channels(part, At<N>{c});
}

template <int N, class S>
__global__ void layernorm_backward_channels_kernel(LayerNorm<S> a, std::int64_t parts, View<Acc<S>> partial) {
  const auto c = first_channel<N>();
  if (c >= a.channels) return;
  const At<N> at{c};
  decltype(a.dgain[at]) dgain(0), dbias(0);
  for (std::int64_t p = 0; p < parts; ++p) {
    dgain = dgain + partial.row(2 * p, a.channels)[at];
    if (a.bias) dbias = dbias + partial.row(2 * p + 1, a.channels)[at];
  }
  add(a.dgain, at, dgain);
  if (a.bias) add(a.dbias, at, dbias);
}

template <class S>
void forward(Cuda& on, const LayerNorm<S>& a) {
  const Grid rows{blocks_for(a.rows, kRowsPerBlock), {32, kRowsPerBlock}};
  const auto launch = [&]<int N>() { on.launch("layernorm_forward", rows, layernorm_forward_kernel<N, S>, a); };
  with_width(a.channels, launch, a.x, a.gain, a.bias, a.y);
}

template <class S>
void backward(Cuda& on, const LayerNorm<S>& a) {
  const std::int64_t part = rows_per_part(a.rows), parts = (a.rows + part - 1) / part, sums = 2 * parts * a.channels;
  Number<S>* const memory = on.scratch<Number<S>>(2 * sums);
  const auto partial = view_of(memory, sums, a.dgain);
  on.zero(memory, 2 * sums);

  const Grid rows{blocks_for(a.rows, kRowsPerBlock), {32, kRowsPerBlock}};
  const auto by_row = [&]<int N>() {
    on.launch("layernorm_backward_row", rows, layernorm_backward_row_kernel<N, S>, a);
  };
  const auto by_channel = [&]<int N>() {
    const unsigned strips = blocks_for(a.channels, N * kChannelThreads);
    on.launch("layernorm_backward_part", {{strips, static_cast<unsigned>(parts)}, kChannelThreads},
              layernorm_backward_part_kernel<N, S>, a, part, partial);
    on.launch("layernorm_backward_channels", {strips, kChannelThreads}, layernorm_backward_channels_kernel<N, S>, a,
              parts, partial);
  };
  with_width(a.channels, by_row, a.x, a.gain, a.dy, a.dx);
  with_width(a.channels, by_channel, a.x, a.dy, a.dgain, a.dbias);
}

template void forward(Cuda&, const LayerNorm<float>&);
template void forward(Cuda&, const LayerNorm<Dual<float>>&);
template void forward(Cuda&, const LayerNorm<Bf16>&);
template void backward(Cuda&, const LayerNorm<float>&);
template void backward(Cuda&, const LayerNorm<Dual<float>>&);
template void backward(Cuda&, const LayerNorm<Bf16>&);

}  // namespace sophia
