// Attention on the GPU: a block per head and tile of rows, a few rows to each of its warps; 32 rows of the other side
// go by at a time, one to each lane, so that the lanes reduce a softmax, and then the head's columns lie along the
// lanes. Backward runs twice, once with queries as the rows, for dq, and once with keys, for dk and dv: nothing is
// added to from two sides.
#include <algorithm>
#include "../core/error.h"
#include "../cuda/tile.h"
#include "attention_tensor.h"

namespace sophia {

namespace {

constexpr int kWidest = 256;  // of a head: 8 times the lanes

// What fits registers, and the shared memory of every GPU, 64 KB at least: W warps of R rows. Only Dual at heads of
// more than 128 channels needs 99 KB, those of compute capability 8.0 and newer.
template <class S, int K> inline constexpr int kWarps = kHalves<S> == 2 || K > 4 ? 4 : 8;
template <class S, int K> inline constexpr int kForwardRows = 8 / kHalves<S> / (K > 4 ? 2 : 1);
template <class S, int K> inline constexpr int kBackwardRows = 4 / (K > 4 ? 2 * kHalves<S> : K > 3 ? kHalves<S> : 1);

template <class S>
struct Task {
  Attention<S> a;
  View<Acc<S>> dy_y;  // (B, H, T), from the first part of backward to the second
  bool wide;          // rows of a head may be read in packs of four
};

// One block: its head, its first row and that of this warp, of R rows each.
template <int R, class S>
struct Rows {
  const Attention<S>& a;
  attention::Head<S> head;
  bool wide;
  int D, first, mine, end;  // end: behind the block's last row of the head

  DEVICE Rows(const Task<S>& t, unsigned tile) : a(t.a), head(attention::head(t.a, blockIdx.x)), wide(t.wide) {
    D = a.channels / a.heads;
    first = static_cast<int>(tile) * R * static_cast<int>(blockDim.y);
    mine = first + R * static_cast<int>(threadIdx.y);
    end = first + std::min(R * static_cast<int>(blockDim.y), left(first));
  }
  DEVICE int left(int row) const { return static_cast<int>(a.time) - row; }  // rows of the head from `row` on
  DEVICE Number<S> scale() const { return static_cast<Number<S>>(a.scale); }

  // The rows of q, k, v or their gradients from `row` on, and those of y or dy.
  DEVICE Matrix<Act<S>> qkv_rows(View<Act<S>> x, int row) const { return rows(x, row, 3 * std::int64_t{a.channels}); }
  DEVICE Matrix<Act<S>> y_rows(View<Act<S>> x, int row) const { return rows(x, row, a.channels); }

  DEVICE std::uint64_t position(int i, int j) const {
    return head.position + static_cast<std::uint64_t>(i) * a.time + j;
  }

 private:
  DEVICE Matrix<Act<S>> rows(View<Act<S>> x, int row, std::int64_t stride) const {
    return {x.row(row, stride), stride, left(row), D, wide};
  }
};

DEVICE int lane() { return static_cast<int>(threadIdx.x); }
DEVICE int warp() { return static_cast<int>(threadIdx.y); }

// R numbers of every lane to the rows of weights that the warp multiplies a tile by.
template <int R, class S>
DEVICE void put(View<S> weights, const S (&x)[R]) {
  UNROLL for (int r = 0; r < R; ++r) weights.store(r * kLanes + lane(), x[r]);
}

// Dropout's masks of R rows, kept where the weights will be: drawing takes many registers, and one row's are enough.
// position(r) is that of the lane's number of row r.
template <int R, class S, class F>
DEVICE void draw_masks(const Attention<S>& a, View<Acc<S>> weights, F position) {
  if (a.dropout == 0) return;
  KEEP_LOOP for (int r = 0; r < R; ++r) {
    const auto drawn = mask<Pack<Number<S>, 1>>(a.dropout, a.draw, position(r));
    primal(weights).store(r * kLanes + lane(), drawn[0]);
  }
}
template <class S>
DEVICE Number<S> drawn_mask(const Attention<S>& a, View<Acc<S>> weights, int r) {
  return a.dropout == 0 ? Number<S>(1) : Number<S>(primal(weights)[r * kLanes + lane()]);
}

// R queries while their keys arrive: the softmax, whose sum is one lane's share, and the weighted sum of the values.
template <int R, int K, class A>
struct Queries {
  attention::Softmax<A> softmax[R];
  A y[R][K];
};

// The scores of 32 keys into the softmax of R queries; their masked weights take the masks' place.
template <int R, class S, class A, int K>
DEVICE void absorb(const Rows<R, S>& rows, int key, const A (&score)[R], View<A> weights, Queries<R, K, A>& of) {
  constexpr auto kLowest = -std::numeric_limits<Number<S>>::infinity();
  const int j = key + lane();
  A masked[R];
  draw_masks<R>(rows.a, weights, [&](int r) { return rows.position(rows.mine + r, j); });
  UNROLL for (int r = 0; r < R; ++r) {
    auto& softmax = of.softmax[r];
    const bool seen = j <= rows.mine + r;
    const A scaled = score[r] * rows.scale();
    const auto most = Warp<1>().max_of_lanes(seen ? primal(scaled) : kLowest);
    const auto shrink = softmax.raise(max(most, softmax.max));
    UNROLL for (int c = 0; c < K; ++c) of.y[r][c] = of.y[r][c] * shrink;
    const A weight = seen ? softmax.weight(scaled) : A(Number<S>(0));
    softmax.sum = softmax.sum + weight;
    masked[r] = weight * drawn_mask(rows.a, weights, r);
  }
  put(weights, masked);
}

// y and lse of R queries that have seen all their keys.
template <int R, class S, class A, int K>
DEVICE void finish(const Rows<R, S>& rows, Queries<R, K, A>& of) {
  A lse[R];
  UNROLL for (int r = 0; r < R; ++r) {
    of.softmax[r].sum = Warp<1>().sum_of_lanes(of.softmax[r].sum);
    lse[r] = of.softmax[r].lse();
    const A share = of.softmax[r].share();
    UNROLL for (int c = 0; c < K; ++c) of.y[r][c] = of.y[r][c] * share;
  }
  store_rows(rows.y_rows(rows.head.y, rows.mine), of.y);
  store_numbers(rows.head.lse + rows.mine, rows.left(rows.mine), lse);
}

// P of query i and key j, masked, and dS, from their score and dp.
template <int R, class S, class A>
DEVICE void differentiate(const Rows<R, S>& rows, int i, int j, A lse, A dy_y, Number<S> mask, A& score, A& dp) {
  const bool seen = j <= i && i < static_cast<int>(rows.a.time);
  const A p = seen ? attention::probability(score * rows.scale(), lse) : A(Number<S>(0));
  dp = seen ? attention::dscore(p, dp, dy_y, mask, rows.scale()) : A(Number<S>(0));
  score = p * mask;
}

}  // namespace

template <int K, class S>
__global__ void __launch_bounds__(kLanes* kWarps<S, K>, 1) attention_forward_kernel(Task<S> task) {
  using A = Acc<S>;
  constexpr int R = kForwardRows<S, K>, W = kWarps<S, K>;
  const Rows<R, S> rows(task, static_cast<unsigned>(task.a.time - 1) / (R * W) - blockIdx.y);  // the longest first
  Room room;
  const auto q = room.tile<A, K>(R * W), other = room.tile<A, K>(kLanes);
  const auto weights = room.take<A>(R * W * kLanes) + R * kLanes * warp();
  Queries<R, K, A> of;
  clear(of.y);
  UNROLL for (auto& softmax : of.softmax) softmax = {-std::numeric_limits<Number<S>>::infinity(), A(Number<S>(0))};

  fill(q, R * W, rows.qkv_rows(rows.head.q, rows.first));
  for (int key = 0; key < rows.end; key += kLanes) {
    const bool seen = key < rows.mine + R;
    refill(other, rows.qkv_rows(rows.head.k, key));
    if (seen) {
      A score[R];
      dots(q.from(R * warp()), other, rows.D, score);
      absorb(rows, key, score, weights, of);
    }
    refill(other, rows.qkv_rows(rows.head.v, key));
    if (seen) add_products(weights, other, of.y);
  }
  finish(rows, of);
}

template <int K, class S>
__global__ void __launch_bounds__(kLanes* kWarps<S, K>, 1) attention_backward_query_kernel(Task<S> task) {
  using A = Acc<S>;
  constexpr int R = kBackwardRows<S, K>, W = kWarps<S, K>;
  const Attention<S>& a = task.a;
  const Rows<R, S> rows(task, gridDim.y - 1 - blockIdx.y);  // the longest first
  Room room;
  const auto q = room.tile<A, K>(R * W), dy = room.tile<A, K>(R * W), other = room.tile<A, K>(kLanes);
  const auto weights = room.take<A>(R * W * kLanes) + R * kLanes * warp();
  A dq[R][K], score[R], dp[R] = {}, dy_y[R], lse[R];
  clear(dq);
  UNROLL for (int r = 0; r < R; ++r) lse[r] = rows.left(rows.mine) > r ? rows.head.lse[rows.mine + r] : A(Number<S>(0));

  fill(q, R * W, rows.qkv_rows(rows.head.q, rows.first));
  fill(dy, R * W, rows.y_rows(rows.head.dy, rows.first));
  refill(other, rows.y_rows(rows.head.y, rows.first));
  dots_of_rows(dy.from(R * warp()), other.from(R * warp()), rows.D, dy_y);  // in the order of dy·v, see attention.h
  store_numbers(task.dy_y.row(blockIdx.x, rows.a.time) + rows.mine, rows.left(rows.mine), dy_y);

  for (int key = 0; key < rows.end; key += kLanes) {
    const bool seen = key < rows.mine + R;
    refill(other, rows.qkv_rows(rows.head.v, key));
    if (seen) dots(dy.from(R * warp()), other, rows.D, dp);
    refill(other, rows.qkv_rows(rows.head.k, key));
    if (!seen) continue;
    dots(q.from(R * warp()), other, rows.D, score);
    const int j = key + lane();
    draw_masks<R>(a, weights, [&](int r) { return rows.position(rows.mine + r, j); });
    UNROLL for (int r = 0; r < R; ++r)
        differentiate(rows, rows.mine + r, j, lse[r], dy_y[r], drawn_mask(a, weights, r), score[r], dp[r]);
    put(weights, dp);
    Warp<1>::meet();
    add_products(weights, other, dq);
  }
  store_rows(rows.qkv_rows(rows.head.dq, rows.mine), dq);
}

template <int K, class S>
__global__ void __launch_bounds__(kLanes* kWarps<S, K>, 1) attention_backward_key_kernel(Task<S> task) {
  using A = Acc<S>;
  constexpr int R = kBackwardRows<S, K>, W = kWarps<S, K>;
  const Attention<S>& a = task.a;
  const Rows<R, S> rows(task, blockIdx.y);  // the same
  Room room;
  const auto k = room.tile<A, K>(R * W), v = room.tile<A, K>(R * W), other = room.tile<A, K>(kLanes);
  const auto p = room.take<A>(R * W * kLanes) + R * kLanes * warp();
  const auto ds = room.take<A>(R * W * kLanes) + R * kLanes * warp();
  A dk[R][K], dv[R][K], score[R], dp[R];
  clear(dk);
  clear(dv);

  fill(k, R * W, rows.qkv_rows(rows.head.k, rows.first));
  fill(v, R * W, rows.qkv_rows(rows.head.v, rows.first));
  for (int query = rows.first; rows.left(query) > 0; query += kLanes) {
    const bool there = rows.left(query + lane()) > 0;
    const A lse = there ? rows.head.lse[query + lane()] : A(Number<S>(0));
    const A dy_y = there ? task.dy_y.row(blockIdx.x, rows.a.time)[query + lane()] : A(Number<S>(0));
    refill(other, rows.qkv_rows(rows.head.q, query));
    dots(k.from(R * warp()), other, rows.D, score);
    refill(other, rows.y_rows(rows.head.dy, query));
    dots(v.from(R * warp()), other, rows.D, dp);
    const int i = query + lane();
    draw_masks<R>(a, p, [&](int r) { return rows.position(i, rows.mine + r); });
    UNROLL for (int r = 0; r < R; ++r)
        differentiate(rows, i, rows.mine + r, lse, dy_y, drawn_mask(a, p, r), score[r], dp[r]);
    put(p, score);
    put(ds, dp);
    Warp<1>::meet();
    add_products(p, other, dv);
    refill(other, rows.qkv_rows(rows.head.q, query));
    add_products(ds, other, dk);
  }
  store_rows(rows.qkv_rows(rows.head.dk, rows.mine), dk);
  store_rows(rows.qkv_rows(rows.head.dv, rows.mine), dv);
}

namespace {

// A block per head and `rows` rows; shared memory for so many tiles of as many rows, one of 32, and rows of weights.
template <class S, int K>
Grid grid_of(const Attention<S>& a, int rows, int tiles, int weights) {
  const int numbers = (tiles * rows + kLanes) * Tile<Acc<S>, K>::kStride + weights * rows * kLanes;
  return {{blocks_for(a.batch * a.heads, 1), blocks_for(a.time - a.past / rows * rows, rows)},
          {kLanes, kWarps<S, K>},
          sizeof(float) * kHalves<S> * static_cast<std::size_t>(numbers)};
}

// f.template operator()<K>() with the K that holds a row of a head.
template <class S, class F>
void with_columns(const Attention<S>& a, F f) {
  const int D = a.channels / a.heads;
  require(D <= kWidest, "Expected heads of at most ", kWidest, " channels on cuda, got ", D);
  if (D <= 32) f.template operator()<1>();
  else if (D <= 64) f.template operator()<2>();
  else if (D <= 96) f.template operator()<3>();
  else if (D <= 128) f.template operator()<4>();
  else f.template operator()<8>();
}

template <class S>
bool rows_aligned(const Attention<S>& a) {
  return a.channels / a.heads % kWide == 0 && aligned(a.qkv, kWide) && aligned(a.y, kWide) && aligned(a.dy, kWide);
}

}  // namespace

template <class S>
void forward(Cuda& on, const Attention<S>& a) {
  if (forward_on_tensor_cores(on, a)) return;
  with_columns(a, [&]<int K>() {
    on.launch("attention_forward", grid_of<S, K>(a, kForwardRows<S, K> * kWarps<S, K>, 1, 1),
              attention_forward_kernel<K, S>, Task<S>{a, {}, rows_aligned(a)});
  });
}

template <class S>
void backward(Cuda& on, const Attention<S>& a) {
  const std::int64_t queries = a.batch * a.heads * a.time;
  const auto dy_y = view_of(on.scratch<Number<S>>(kHalves<S> * queries), queries, View<Acc<S>>());
  if (backward_on_tensor_cores(on, a, dy_y)) return;
  with_columns(a, [&]<int K>() {
    const Task<S> task{a, dy_y, rows_aligned(a)};
    const int rows = kBackwardRows<S, K> * kWarps<S, K>;
    on.launch("attention_backward_query", grid_of<S, K>(a, rows, 2, 1), attention_backward_query_kernel<K, S>, task);
    on.launch("attention_backward_key", grid_of<S, K>(a, rows, 2, 2), attention_backward_key_kernel<K, S>, task);
  });
}

template void forward(Cuda&, const Attention<float>&);
template void forward(Cuda&, const Attention<Dual<float>>&);
template void forward(Cuda&, const Attention<Bf16>&);
template void backward(Cuda&, const Attention<float>&);
template void backward(Cuda&, const Attention<Dual<float>>&);
template void backward(Cuda&, const Attention<Bf16>&);

}  // namespace sophia
