// Attention on tensor cores: a block per head and 64 rows of it, 16 to each warp, as A of every product; tiles of the
// other side go by, the next on its way while the last is multiplied. The sums of one product, rounded, are the factor
// of the next as they lie in the registers. Dao 2023 (FlashAttention-2), https://arxiv.org/abs/2307.08691.
//
// Backward runs twice, once with queries as the rows, for dq, and once with keys, for dk and dv: nothing is added to
// from two sides.
#include "attention_tensor.h"
#include "../cuda/row_tile.h"
#include "../cuda/width.h"

namespace sophia {

namespace {

constexpr int kWarps = 4, kRowsOfWarp = 16, kRows = kWarps * kRowsOfWarp;
constexpr int kOthers = 32;  // rows of the other side at once; more would not fit the registers of heads of 128

// One block: its head and its rows, those of this warp being the 16 from `mine` on.
struct Rows {
  const Attention<Bf16>& a;
  attention::Head<Bf16> head;
  int time, first, mine;

  DEVICE Rows(const Attention<Bf16>& a, unsigned tile)
      : a(a),
        head(attention::head(a, blockIdx.x)),
        time(static_cast<int>(a.time)),
        first(static_cast<int>(tile) * kRows),
        mine(first + static_cast<int>(threadIdx.y) * kRowsOfWarp) {}
  DEVICE int row(int half) const { return mine + 8 * half + static_cast<int>(threadIdx.x) / 4; }
  DEVICE bool leads_row() const { return threadIdx.x % 4 == 0; }  // of the lanes that share one
  DEVICE float scale() const { return static_cast<float>(a.scale); }

  // Rows of q, k, v or their gradients from `row` on, and those of y or dy.
  DEVICE BfRows<const Bf16> wide(View<Bf16> x, int row) const { return rows<const Bf16>(x, row, 3 * a.channels); }
  DEVICE BfRows<const Bf16> narrow(View<Bf16> x, int row) const { return rows<const Bf16>(x, row, a.channels); }
  DEVICE BfRows<Bf16> mine_of(View<Bf16> x, int stride) const { return rows<Bf16>(x, mine, stride); }

 private:
  template <class T>
  DEVICE BfRows<T> rows(View<Bf16> x, int row, std::int64_t stride) const {
    return {x.row(row, stride).value, stride, time - row};
  }
};

// Shared memory: two tiles of the block's rows, then twice two of the other side's, one pair of which is on its way;
// behind each pair what is known of its rows.
template <int D>
struct Room {
  static constexpr int kPair = 2 * kOthers * D + 2 * kOthers * 2, kBytes = 2 * (2 * kRows * D + 2 * kPair);
  Bf16* const numbers = dynamic_shared<Bf16>();

  DEVICE RowTile<D> rows(int which) const { return {numbers + which * kRows * D}; }
  DEVICE RowTile<D> mine(int which) const { return rows(which).from(static_cast<int>(threadIdx.y) * kRowsOfWarp); }
  DEVICE RowTile<D> other(int step, int which) const { return {pair(step) + which * kOthers * D}; }
  DEVICE float* known(int step, int which) const {
    return reinterpret_cast<float*>(pair(step) + 2 * kOthers * D) + which * kOthers;
  }

 private:
  DEVICE Bf16* pair(int step) const { return numbers + 2 * kRows * D + step % 2 * kPair; }
};

// fetch(step, row) begins to copy the rows of the other side from `row` on, and compute(step, row) is given them.
template <class Fetch, class Compute>
DEVICE void each_tile(int begin, int end, Fetch fetch, Compute compute) {
  fetch(0, begin);
  commit_copies();
  for (int row = begin, step = 0; row < end; row += kOthers, ++step) {
    wait_for_copies<0>();
    __syncthreads();  // this step's tiles are there, and nobody reads the other ones any more
    if (row + kOthers < end) fetch(step + 1, row + kOthers);
    commit_copies();
    compute(step, row);
  }
}

template <int D>
DEVICE auto keys_and_values(const Rows& rows, const Room<D>& room) {
  return [&](int step, int key) {
    fetch(room.other(step, 0), kOthers, rows.wide(rows.head.k, key));
    fetch(room.other(step, 1), kOthers, rows.wide(rows.head.v, key));
  };
}

// As many floats as a tile has rows, with zeros behind the head's last.
DEVICE void fetch_numbers(float* to, View<float> from, int count) {
  const int i = static_cast<int>(threadIdx.y * 32 + threadIdx.x);
  if (i >= kOthers) return;
  if (i < count) copy_async<4>(to + i, from.value + i);
  else to[i] = 0;
}

// What a query has seen so far: its softmax, whose sum is one lane's share, and the weighted sum of the values.
template <int D>
struct Queries {
  attention::Softmax<float> softmax[2];
  Sums<D> y;
};

// The scores of a tile's keys into the softmax; their weights take their place.
template <int D>
DEVICE void absorb(const Rows& rows, int key, Sums<kOthers>& score, Queries<D>& of) {
  constexpr float kLowest = -std::numeric_limits<float>::infinity();
  float most[2] = {kLowest, kLowest}, shrink[2];
  score.each([&](int half, int c, float& s) {
    s = key + c <= rows.row(half) ? s * rows.scale() : kLowest;
    most[half] = max(s, most[half]);
  });
  UNROLL for (int half = 0; half < 2; ++half) {
    auto& softmax = of.softmax[half];
    most[half] = over_row(most[half], [](float x, float y) { return max(x, y); });
    shrink[half] = softmax.raise(max(most[half], softmax.max));
  }
  of.y.each([&](int half, int, float& y) { y = y * shrink[half]; });
  score.each([&](int half, int, float& s) {
    s = of.softmax[half].weight(s);
    of.softmax[half].sum = of.softmax[half].sum + s;
  });
}

// y and lse of queries that have seen all their keys.
template <int D>
DEVICE void finish(const Rows& rows, RowTile<D> by, Queries<D>& of) {
  float share[2];
  UNROLL for (int half = 0; half < 2; ++half) {
    auto& softmax = of.softmax[half];
    softmax.sum = over_row(softmax.sum, [](float x, float y) { return x + y; });
    share[half] = softmax.share();
    if (rows.leads_row() && rows.row(half) < rows.time) rows.head.lse.store(rows.row(half), softmax.lse());
  }
  of.y.each([&](int half, int, float& y) { y = y * share[half]; });
  store_sums(by, of.y, rows.mine_of(rows.head.y, rows.a.channels));
}

// Of a lane's two queries.
struct Known {
  float lse[2], dy_y[2];
};

// dy·y of the warp's queries, kept for the second part of backward: the diagonal of dy·yᵀ, whose sums are in the order
// of dy·v, so that dp − dy·y is exactly 0 where y is v. Lane 4g + g/2 has those of rows g and g + 8.
template <int D>
DEVICE Known of_queries(const Rows& rows, const Room<D>& room, View<float> dy_y) {
  commit_copies();
  wait_for_copies<0>();
  __syncthreads();
  Sums<kRowsOfWarp> products;
  dots(room.mine(1), room.other(1, 0).from(static_cast<int>(threadIdx.y) * kRowsOfWarp), products);
  const int g = products.group();
  Known known;
  UNROLL for (int half = 0; half < 2; ++half) {
    const float* const two = products.of[half] + 2 * half;
    known.dy_y[half] = Warp<1>().of_lane(g % 2 ? two[1] : two[0], 4 * g + g / 2);
    const int row = rows.row(half);
    known.lse[half] = row < rows.time ? rows.head.lse[row] : 0.0f;
    if (rows.leads_row() && row < rows.time) dy_y.row(blockIdx.x, rows.time).store(row, known.dy_y[half]);
  }
  __syncthreads();  // the tiles of the second step take y's place
  return known;
}

// P of query i and key j, and dS, in the place of their score and dp.
DEVICE void differentiate(const Rows& rows, int i, int j, float lse, float dy_y, float& score, float& dp) {
  const bool seen = j <= i && i < rows.time;
  score = seen ? attention::probability(score * rows.scale(), lse) : 0.0f;
  dp = seen ? attention::dscore(score, dp, dy_y, 1.0f, rows.scale()) : 0.0f;
}

}  // namespace

// Three blocks to a multiprocessor: for more, the newest GPUs' compiler spills.
template <int D>
__global__ void __launch_bounds__(32 * kWarps, 3) attention_tensor_forward_kernel(Attention<Bf16> a) {
  const Rows rows(a, static_cast<unsigned>(a.time - 1) / kRows - blockIdx.y);  // the longest first
  const Room<D> room;
  Queries<D> of;
  UNROLL for (auto& softmax : of.softmax) softmax = {-std::numeric_limits<float>::infinity(), 0.0f};
  fetch(room.rows(0), kRows, rows.wide(rows.head.q, rows.first));
  each_tile(0, std::min(rows.first + kRows, rows.time), keys_and_values<D>(rows, room), [&](int step, int key) {
    if (key >= rows.mine + kRowsOfWarp) return;
    Sums<kOthers> score;
    dots(room.mine(0), room.other(step, 0), score);
    absorb(rows, key, score, of);
    add_products(score, room.other(step, 1), of.y);
  });
  finish(rows, room.mine(0), of);
}

template <int D>
__global__ void __launch_bounds__(32 * kWarps) attention_tensor_query_kernel(Attention<Bf16> a, View<float> dy_y) {
  const Rows rows(a, static_cast<unsigned>(a.time - 1) / kRows - blockIdx.y);
  const Room<D> room;
  fetch(room.rows(0), kRows, rows.wide(rows.head.q, rows.first));
  fetch(room.rows(1), kRows, rows.narrow(rows.head.dy, rows.first));
  fetch(room.other(1, 0), kRows, rows.narrow(rows.head.y, rows.first));  // in the room of both tiles of a step
  const Known known = of_queries<D>(rows, room, dy_y);
  Sums<D> dq;
  each_tile(0, std::min(rows.first + kRows, rows.time), keys_and_values<D>(rows, room), [&](int step, int key) {
    if (key >= rows.mine + kRowsOfWarp) return;
    Sums<kOthers> score, dp;
    dots(room.mine(0), room.other(step, 0), score);
    dots(room.mine(1), room.other(step, 1), dp);
    score.each_with(dp, [&](int half, int c, float& s, float& d) {
      differentiate(rows, rows.row(half), key + c, known.lse[half], known.dy_y[half], s, d);
    });
    add_products(dp, room.other(step, 0), dq);
  });
  store_sums(room.mine(0), dq, rows.mine_of(rows.head.dq, 3 * a.channels));
}

template <int D>
__global__ void __launch_bounds__(32 * kWarps) attention_tensor_key_kernel(Attention<Bf16> a, View<float> dy_y) {
  const Rows rows(a, blockIdx.y);
  const Room<D> room;
  const View<float> of_head = dy_y.row(blockIdx.x, a.time);
  const auto queries = [&](int step, int query) {
    fetch(room.other(step, 0), kOthers, rows.wide(rows.head.q, query));
    fetch(room.other(step, 1), kOthers, rows.narrow(rows.head.dy, query));
    fetch_numbers(room.known(step, 0), rows.head.lse + query, rows.time - query);
    fetch_numbers(room.known(step, 1), of_head + query, rows.time - query);
  };
  fetch(room.rows(0), kRows, rows.wide(rows.head.k, rows.first));
  fetch(room.rows(1), kRows, rows.wide(rows.head.v, rows.first));
  Sums<D> dk, dv;
  each_tile(rows.first, rows.time, queries, [&](int step, int query) {
    if (query + kOthers <= rows.mine) return;
    const float *const lse = room.known(step, 0), *const known = room.known(step, 1);
    Sums<kOthers> score, dp;
    dots(room.mine(0), room.other(step, 0), score);
    dots(room.mine(1), room.other(step, 1), dp);
    score.each_with(dp, [&](int half, int c, float& s, float& d) {
      differentiate(rows, query + c, rows.row(half), lse[c], known[c], s, d);
    });
    add_products(score, room.other(step, 1), dv);
    add_products(dp, room.other(step, 0), dk);
  });
  store_sums(room.mine(0), dk, rows.mine_of(rows.head.dk, 3 * a.channels));
  store_sums(room.mine(1), dv, rows.mine_of(rows.head.dv, 3 * a.channels));
}

namespace {

template <int D>
Grid grid_of(const Attention<Bf16>& a) {
  const std::int64_t rows = a.time - a.past / kRows * kRows;
  return {{blocks_for(a.batch * a.heads, 1), blocks_for(rows, kRows)}, {32, kWarps}, Room<D>::kBytes};
}

// f.template operator()<D>() with the width of a head.
template <class F>
void with_head(const Attention<Bf16>& a, F f) {
  if (a.channels / a.heads == 64) f.template operator()<64>();
  else f.template operator()<128>();
}

}  // namespace

bool suits_tensor_cores(const Cuda& on, const Attention<Bf16>& a) {
  const int D = a.channels / a.heads;
  return on.bf16() && a.dropout == 0 && (D == 64 || D == 128) && aligned(a.qkv) && aligned(a.y) && aligned(a.dy) &&
         aligned(a.dqkv);
}

bool forward_on_tensor_cores(Cuda& on, const Attention<Bf16>& a) {
  if (!suits_tensor_cores(on, a)) return false;
  with_head(
      a, [&]<int D>() { on.launch("attention_tensor_forward", grid_of<D>(a), attention_tensor_forward_kernel<D>, a); });
  return true;
}

bool backward_on_tensor_cores(Cuda& on, const Attention<Bf16>& a, View<float> dy_y) {
  if (!suits_tensor_cores(on, a)) return false;
  with_head(a, [&]<int D>() {
    on.launch("attention_tensor_query", grid_of<D>(a), attention_tensor_query_kernel<D>, a, dy_y);
    on.launch("attention_tensor_key", grid_of<D>(a), attention_tensor_key_kernel<D>, a, dy_y);
  });
  return true;
}

}  // namespace sophia
