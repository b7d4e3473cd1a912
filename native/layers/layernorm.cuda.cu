// LayerNorm on the GPU: a block per stretch of rows, a warp per row; every number of a row is read once and kept in
// shared memory, gain and bias are read once a block. Backward, the warps' rows are then summed by channel, a thread
// per pack of channels, and a second kernel adds up the blocks' sums.
#include "layernorm.h"
#include <algorithm>
#include "../cuda/scratch.h"
#include "../cuda/team.h"
#include "../cuda/width.h"

namespace sophia {

namespace {

// Of a block: gain, bias and what is summed are then a fortieth of its traffic.
constexpr std::int64_t kRows = 64;
constexpr int kMostWarps = 16;
// What every GPU since compute capability 7.5 has. Rows that do not fit are read again wherever they are needed.
constexpr std::int64_t kSharedBytes = 64 * 1024;
constexpr int kChannelThreads = 64;  // few, because rows of some hundred channels have only that many packs

// How a block shares its rows: its warps, and the bytes of shared memory it keeps them in; 0 where they do not fit.
struct Shape {
  int warps = kMostWarps;
  std::int64_t shared = 0;
};
Shape shape_of(std::int64_t bytes_of_block, std::int64_t bytes_of_warp) {
  for (int warps = kMostWarps; warps > 0; warps /= 2) {
    const std::int64_t bytes = bytes_of_block + warps * bytes_of_warp;
    if (bytes <= kSharedBytes) return {warps, bytes};
  }
  return {};
}

std::int64_t block_count(std::int64_t rows) { return (rows + kRows - 1) / kRows; }

// f(place) for the packs of channels that are this thread's.
template <int N, class F>
DEVICE void each_pack_of_block(int channels, F f) {
  const int thread = static_cast<int>(threadIdx.y * Warp<N>::kLanes + threadIdx.x);
  for (int c = thread * N; c < channels; c += static_cast<int>(blockDim.y) * Warp<N>::kLanes * N) f(At<N>{c});
}

// from, in the block's own memory.
template <int N, class T>
DEVICE View<T> kept(SharedRoom& room, int channels, View<T> from) {
  if (!from) return from;
  const View<T> to = room.take(channels, from);
  each_pack_of_block<N>(channels, [&](auto c) { to.store(c, from[c]); });
  return to;
}

// The rows of this block.
struct Stretch {
  std::int64_t begin, end;
  DEVICE explicit Stretch(std::int64_t rows)
      : begin(static_cast<std::int64_t>(blockIdx.x) * kRows), end(std::min(begin + kRows, rows)) {}
};

}  // namespace

template <int N, bool kKept, class S>
__global__ void layernorm_forward_kernel(LayerNorm<S> a) {
  const Warp<N> team;
  SharedRoom room;
  LayerNorm<S> b = a;
  View<Act<S>> row{};
  if constexpr (kKept) {
    b.gain = kept<N>(room, a.channels, a.gain);
    b.bias = kept<N>(room, a.channels, a.bias);
    row = room.take(static_cast<std::int64_t>(blockDim.y) * a.channels, a.x).row(threadIdx.y, a.channels);
    __syncthreads();
  }
  const Stretch mine(a.rows);
  for (std::int64_t r = mine.begin + threadIdx.y; r < mine.end; r += blockDim.y) {
    auto x = a.x.row(r, a.channels);
    if constexpr (kKept) {
      team.each(a.channels, [&](auto c) { row.store(c, x[c]); });
      x = row;
    }
    layernorm::forward_row(team, b, r, x);
  }
}

// One row of every warp, for all of them to read: a layer of its own, kept in the block's memory or where it is.
template <int N, bool kKept, class S>
struct RowsOfWarps : LayerNorm<S> {
  DEVICE RowsOfWarps(SharedRoom& room, const LayerNorm<S>& a) : LayerNorm<S>(a) {
    if constexpr (kKept) {
      const std::int64_t warps = blockDim.y;
      this->mean = room.take(warps, a.mean);
      this->rstd = room.take(warps, a.rstd);
      this->x = room.take(warps * a.channels, a.x);
      this->dy = room.take(warps * a.channels, a.dy);
    }
  }

  // The `count` rows of the layer from `first` on, each by its warp.
  DEVICE void load(const LayerNorm<S>& a, std::int64_t first, std::int64_t count) {
    this->rows = count;
    const std::int64_t w = threadIdx.y;
    const auto x = a.x.row(first, a.channels), dy = a.dy.row(first, a.channels);
    if constexpr (!kKept) {
      this->x = x;
      this->dy = dy;
      this->mean = a.mean + first;
      this->rstd = a.rstd + first;
    } else if (w < count) {
      Warp<N>{}.each(a.channels, [&](auto c) {
        this->x.row(w, a.channels).store(c, x.row(w, a.channels)[c]);
        this->dy.row(w, a.channels).store(c, dy.row(w, a.channels)[c]);
      });
      if (Warp<N>{}.leads()) {
        this->mean.store(w, a.mean[first + w]);
        this->rstd.store(w, a.rstd[first + w]);
      }
    }
  }
};

// Row 2p of `partial` becomes block p's part of dgain, row 2p + 1 that of dbias.
template <int N, bool kKept, class S>
__global__ void layernorm_backward_kernel(LayerNorm<S> a, View<Acc<S>> partial) {
  const int C = a.channels, w = static_cast<int>(threadIdx.y);
  SharedRoom room;
  LayerNorm<S> b = a;
  const auto to = partial.row(2 * static_cast<std::int64_t>(blockIdx.x), C);
  const auto dgain = kKept ? room.take(C, to) : to, dbias = kKept ? room.take(C, to) : to.row(1, C);
  if constexpr (kKept) b.gain = kept<N>(room, C, a.gain);
  RowsOfWarps<N, kKept, S> batch(room, a);
  __syncthreads();  // gain is there

  const Stretch mine(a.rows);
  for (std::int64_t first = mine.begin; first < mine.end; first += blockDim.y) {
    batch.load(a, first, std::min<std::int64_t>(blockDim.y, mine.end - first));
    if (w < batch.rows) layernorm::backward_row(Warp<N>{}, b, first + w, batch.x.row(w, C), batch.dy.row(w, C));
    __syncthreads();
    const bool last = first + blockDim.y >= mine.end;
    each_pack_of_block<N>(C, [&](auto c) {
      layernorm::ChannelSumsAt<S, decltype(c)> sums;
      if (first > mine.begin) sums = {dgain[c], dbias[c]};
      sums.add_rows(batch, c);
      (last ? to : dgain).store(c, sums.dgain);
      (last ? to.row(1, C) : dbias).store(c, sums.dbias);
    });
    __syncthreads();
  }
}

// The blocks' sums in order: the bits depend on the shape alone.
template <int N, class S>
__global__ void layernorm_channels_kernel(LayerNorm<S> a, std::int64_t blocks, View<Acc<S>> partial) {
  const At<N> c{(static_cast<std::ptrdiff_t>(blockIdx.x) * kChannelThreads + threadIdx.x) * N};
  if (c.index >= a.channels) return;
  decltype(a.dgain[c]) dgain(0), dbias(0);
  for (std::int64_t p = 0; p < blocks; ++p) {
    dgain = dgain + partial.row(2 * p, a.channels)[c];
    if (a.bias) dbias = dbias + partial.row(2 * p + 1, a.channels)[c];
  }
  add(a.dgain, c, dgain);
  if (a.bias) add(a.dbias, c, dbias);
}

template <class S>
void forward(Cuda& on, const LayerNorm<S>& a) {
  const Shape shape = shape_of(shared_bytes(a.channels, a.gain) + shared_bytes(a.bias ? a.channels : 0, a.bias),
                               shared_bytes(a.channels, a.x));
  const Grid grid{
      blocks_for(a.rows, kRows), {32, static_cast<unsigned>(shape.warps)}, static_cast<std::size_t>(shape.shared)};
  const auto launch = [&]<int N>() {
    if (shape.shared > 0) on.launch("layernorm_forward", grid, layernorm_forward_kernel<N, true, S>, a);
    else on.launch("layernorm_forward", grid, layernorm_forward_kernel<N, false, S>, a);
  };
  with_width(a.channels, launch, a.x, a.gain, a.bias, a.y);
}

template <class S>
void backward(Cuda& on, const LayerNorm<S>& a) {
  const std::int64_t C = a.channels, blocks = block_count(a.rows), numbers = 2 * blocks * C;
  const auto partial = view_of(on.scratch<Number<S>>(kHalves<S> * numbers), numbers, a.dgain);
  const Shape shape =
      shape_of(2 * shared_bytes(C, partial) + shared_bytes(C, a.gain) + 2 * shared_bytes(kMostWarps, a.mean),
               shared_bytes(C, a.x) + shared_bytes(C, a.dy));
  const Grid grid{
      blocks_for(a.rows, kRows), {32, static_cast<unsigned>(shape.warps)}, static_cast<std::size_t>(shape.shared)};
  const auto launch = [&]<int N>() {
    if (shape.shared > 0) on.launch("layernorm_backward", grid, layernorm_backward_kernel<N, true, S>, a, partial);
    else on.launch("layernorm_backward", grid, layernorm_backward_kernel<N, false, S>, a, partial);
    const Grid channels{blocks_for(C, N * kChannelThreads), kChannelThreads};
    on.launch("layernorm_channels", channels, layernorm_channels_kernel<N, S>, a, blocks, partial);
  };
  with_width(C, launch, a.x, a.gain, a.dy, a.dx, a.dgain, a.dbias);
}

template void forward(Cuda&, const LayerNorm<float>&);
template void forward(Cuda&, const LayerNorm<Dual<float>>&);
template void forward(Cuda&, const LayerNorm<Bf16>&);
template void backward(Cuda&, const LayerNorm<float>&);
template void backward(Cuda&, const LayerNorm<Dual<float>>&);
template void backward(Cuda&, const LayerNorm<Bf16>&);

}  // namespace sophia
