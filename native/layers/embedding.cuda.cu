// Embedding on the GPU: forward, a warp per row; backward, a thread per pack of a position, and for the tokens a warp
// per 32 rows in the order of their tokens and strip of channels.
//
// The rows of one token lie anywhere in the batch. Sorted by token they are runs, and a run is summed where it lies: by
// one warp where it fits into that warp's 32 rows, else piece by piece, the pieces then added up in order. No atomics,
// nothing proportional to the vocabulary, and a token that makes up much of the text keeps no single warp busy. To sort
// asks for some 160 bytes per row of dy, whose channels take thousands.
#include "embedding.h"
#include <algorithm>
#include "../cuda/flat.h"
#include "../cuda/scratch.h"
#include "../linalg/order.h"

namespace sophia {

namespace {

constexpr int kWarps = 4;
constexpr int kWindow = 32;  // sorted rows of a warp, one per lane
constexpr int kAhead = 4;    // rows that are read before the first is added: their latencies overlap

template <class S>
HD std::int64_t rows_of(const Embedding<S>& a) {
  return a.batch * a.time;
}
DEVICE std::int64_t number_of_warp() { return static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.y; }

// dy of row r, masked; N divides the number of channels.
template <int N, class S>
DEVICE auto gradient(const Embedding<S>& a, std::int64_t r, At<N> c) {
  decltype(a.dy[c]) g;
  with_mask<Pack<Number<S>, N>>(a.dropout, a.draw, (r * a.channels + c.index) / N * N,
                                [&](auto mask) { g = embedding::gradient_at(a, r, c, mask); });
  return g;
}

// The rows sorted[first], …, sorted[end − 1], and whether the runs at either end go on outside.
struct Window {
  std::int64_t first, end;
  bool enters, leaves;

  DEVICE Window(const Keyed* sorted, std::int64_t number, std::int64_t rows)
      : first(number * kWindow),
        end(std::min(first + kWindow, rows)),
        enters(first > 0 && sorted[first - 1].key == sorted[first].key),
        leaves(end < rows && sorted[end].key == sorted[end - 1].key) {}
};

template <int N>
DEVICE At<N> channel_of_lane() {
  return {(static_cast<std::ptrdiff_t>(blockIdx.y) * Warp<N>::kLanes + threadIdx.x) * N};
}

}  // namespace

template <int N, class S>
__global__ void embedding_forward_kernel(Embedding<S> a) {
  const auto r = number_of_warp();
  if (r >= rows_of(a)) return;
  Warp<N>{}.each(a.channels, [&](auto c) {
    with_mask<Pack<Number<S>, N>>(a.dropout, a.draw, (r * a.channels + c.index) / N * N,
                                  [&](auto mask) { embedding::forward_at(a, r, c, mask); });
  });
}

template <int N, class S>
__global__ void embedding_backward_positions_kernel(Embedding<S> a) {
  at_place<N>(a.time * a.channels, [&](auto i) {
    const std::int64_t t = i.index / a.channels;
    const At<N> c{i.index % a.channels};
    decltype(a.dy[c]) sum(0);
    for (std::int64_t b = 0; b < a.batch; ++b) sum = sum + gradient(a, b * a.time + t, c);
    add(a.dwpe, i, sum);
  });
}

// A run that ends in window w with its sum: it is whole, or the first or a later piece of one that crosses windows.
// Later pieces lie in row 2w of `pieces`, first ones in row 2w + 1.
template <class S, class Place, class V>
DEVICE void leave_run(const Embedding<S>& a, View<Acc<S>> pieces, std::int64_t w, bool later, bool first,
                      std::int32_t token, Place c, V sum) {
  if (later) pieces.row(2 * w, a.channels).store(c, sum);
  else if (first) pieces.row(2 * w + 1, a.channels).store(c, sum);
  else add(a.dwte, embedding::at_row(a, token, c), sum);
}

template <int N, class S>
__global__ void embedding_backward_runs_kernel(Embedding<S> a, const Keyed* sorted, View<Acc<S>> pieces) {
  const Warp<N> team;
  const auto w = number_of_warp();
  if (w * kWindow >= rows_of(a)) return;
  const Window window(sorted, w, rows_of(a));
  const int count = static_cast<int>(window.end - window.first), lane = static_cast<int>(threadIdx.x);
  const Keyed mine = sorted[window.first + std::min(lane, count - 1)];
  const auto c = channel_of_lane<N>();
  const bool idle = c.index >= a.channels;

  using V = decltype(a.dy[c]);
  V sum(0);
  bool later = window.enters;
  for (int i = 0; i < count; i += kAhead) {
    V g[kAhead];
    for (int j = 0; j < kAhead; ++j) {
      const auto r = team.of_lane(mine.index, i + j);
      g[j] = idle || i + j >= count ? V(0) : gradient(a, r, c);
    }
    for (int j = 0; j < kAhead; ++j) {
      const int end = i + j + 1;
      const auto token = team.of_lane(mine.key, i + j), next = team.of_lane(mine.key, end % kWindow);
      sum = sum + g[j];
      if (end > count || (end < count && next == token)) continue;
      if (!idle) leave_run(a, pieces, w, later, end == count && window.leaves, token, c, sum);
      sum = V(0);
      later = false;
    }
  }
}

// The runs that begin in window w and cross into others.
template <int N, class S>
__global__ void embedding_backward_crossing_kernel(Embedding<S> a, const Keyed* sorted, View<Acc<S>> pieces) {
  const auto w = number_of_warp(), rows = rows_of(a);
  const auto c = channel_of_lane<N>();
  if (w * kWindow >= rows || c.index >= a.channels) return;
  Window window(sorted, w, rows);
  const auto token = sorted[window.end - 1].key;
  if (!window.leaves || (window.enters && sorted[window.first].key == token)) return;
  auto sum = pieces.row(2 * w + 1, a.channels)[c];
  for (auto v = w + 1; window.leaves && sorted[window.end - 1].key == token; ++v) {
    sum = sum + pieces.row(2 * v, a.channels)[c];
    window = Window(sorted, v, rows);
  }
  add(a.dwte, embedding::at_row(a, token, c), sum);
}

namespace {

// What the backward pass needs besides the layer, in one stretch of scratch memory.
template <class S>
struct Sorting {
  Keyed *sorted, *other;
  View<Acc<S>> pieces;
  std::int32_t* counts;

  Sorting(Cuda& on, const Embedding<S>& a, std::int64_t windows) {
    const std::int64_t rows = rows_of(a), numbers = 2 * windows * a.channels;
    const std::int64_t keyed = sizeof(Keyed) * rows, sums = sizeof(Number<S>) * kHalves<S> * numbers;
    auto* const memory = on.scratch<std::byte>(2 * keyed + sums + sizeof(std::int32_t) * order_counts(rows));
    sorted = reinterpret_cast<Keyed*>(memory);  // an even number of Keyed: what follows is aligned to 16 bytes
    other = sorted + rows;
    pieces = view_of(reinterpret_cast<Number<S>*>(memory + 2 * keyed), numbers, a.dwte);
    counts = reinterpret_cast<std::int32_t*>(memory + 2 * keyed + sums);
  }
};

}  // namespace

template <class S>
void forward(Cuda& on, const Embedding<S>& a) {
  const auto launch = [&]<int N>() {
    on.launch("embedding_forward", {blocks_for(rows_of(a), kWarps), {32, kWarps}}, embedding_forward_kernel<N, S>, a);
  };
  with_width(a.channels, launch, a.wte, a.wpe, a.y);
}

template <class S>
void backward(Cuda& on, const Embedding<S>& a) {
  const std::int64_t rows = rows_of(a), windows = (rows + kWindow - 1) / kWindow;
  const Sorting<S> memory(on, a, windows);
  order(on, {a.tokens, rows, a.vocabulary, memory.sorted, memory.other, memory.counts});
  const auto launch = [&]<int N>() {
    const Grid strips{{blocks_for(windows, kWarps), blocks_for(a.channels, N * Warp<N>::kLanes)}, {32, kWarps}};
    on.launch("embedding_backward_positions", flat_grid<N>(a.time * a.channels),
              embedding_backward_positions_kernel<N, S>, a);
    on.launch("embedding_backward_runs", strips, embedding_backward_runs_kernel<N, S>, a, memory.sorted, memory.pieces);
    on.launch("embedding_backward_crossing", strips, embedding_backward_crossing_kernel<N, S>, a, memory.sorted,
              memory.pieces);
  };
  with_width(a.channels, launch, a.dy, a.dwte, a.dwpe);
}

template void forward(Cuda&, const Embedding<float>&);
template void forward(Cuda&, const Embedding<Dual<float>>&);
template void forward(Cuda&, const Embedding<Bf16>&);
template void backward(Cuda&, const Embedding<float>&);
template void backward(Cuda&, const Embedding<Dual<float>>&);
template void backward(Cuda&, const Embedding<Bf16>&);

}  // namespace sophia
