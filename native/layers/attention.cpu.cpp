// Attention on the CPU: forward, a block of queries to a task; backward, a head to a task. Queries lie along the lanes:
// tiles of scores are (keys, queries), so that a softmax runs down a column and every statistic is a pack.
#include "../cpu/cpu.h"
#include "../linalg/small_product.h"
#include "../linalg/transpose.h"
#include "attention.h"

namespace sophia {

namespace {

constexpr int kQueries = 64;   // of a tile: whole packs on every machine
constexpr int kKeys = 64;      // of a tile left of the diagonal
constexpr int kDiagonal = 16;  // of a tile on the diagonal: half of it is computed in vain
constexpr int kDrawn = 16;     // masks drawn at once

// The keys of a tile, and the first of its queries (a whole number of packs from the left) that sees any of them.
struct Keys {
  int first, count, from;
};

// Every tile of scores right of column 0 and left of the diagonal, for the queries [first, first + count).
template <class F>
void each_tile(int first, int count, F f) {
  for (int j = 0; j < first; j += kKeys) f(Keys{j, kKeys, 0});
  for (int j = 0; j < count; j += kDiagonal) f(Keys{first + j, std::min(kDiagonal, count - j), j});
}

// A thread's tiles. The rows of all of them are kQueries long, except those of `drawn`.
template <class S>
struct Tiles {
  View<S> q, y, dy;   // (D, kQueries); y becomes dq
  View<S> p, dp;      // (kKeys, kQueries)
  View<S> sum, max;   // (kQueries)
  View<Number<S>> mask, drawn;  // (kKeys, kQueries), (kQueries, kKeys)

  template <class Isa>
  Tiles(Cpu<Isa>& on, int thread, int D) {
    const std::size_t wide = static_cast<std::size_t>(D) * kQueries, square = kKeys * kQueries;
    const std::size_t size = 3 * wide + 4 * square + 2 * kQueries;
    View<S> next = twins(on.template scratch<Number<S>>(thread, Slot::kTile, 2 * size), size);
    const auto take = [&](std::size_t count) { return std::exchange(next, next + static_cast<std::ptrdiff_t>(count)); };
    q = take(wide);
    y = take(wide);
    dy = take(wide);
    p = take(square);
    dp = take(square);
    mask = primal(take(square));
    drawn = primal(take(square));
    sum = take(kQueries);
    max = take(kQueries);
  }

 private:
  static View<S> twins(Number<S>* room, std::size_t size) {
    if constexpr (std::is_same_v<S, Number<S>>) return {room};
    else return {room, room + size};
  }
};

template <int N, class S>
class Block {
 public:
  using T = Number<S>;
  using V = decltype(View<S>()[At<N>{}]);

  Block(const Attention<S>& a, const attention::Head<S>& head, const Tiles<S>& tiles, int first)
      : a_(a), head_(head), t_(tiles), first_(first), D_(a.channels / a.heads), stride_(3 * a.channels),
        count_(static_cast<int>(std::min<std::int64_t>(kQueries, a.time - first))), columns_((count_ + N - 1) / N * N) {
    copy_transposed<N>(count_, D_, head.q.row(first, stride_), stride_, t_.q, kQueries, true);
    each(t_.q, D_, 0, [&](V q) { return q * T(a_.scale); });
  }

  void forward() {
    each(t_.y, D_, 0, [](V) { return V(T(0)); });
    each(t_.sum, 1, 0, [](V) { return V(T(0)); });
    each(t_.max, 1, 0, [](V) { return V(-std::numeric_limits<T>::infinity()); });
    each_tile(first_, count_, [&](Keys keys) {
      multiply<N>(scores(keys), head_.k.row(keys.first, stride_), t_.q + keys.from, t_.p + keys.from);
      for (int c = keys.from; c < columns_; c += N) absorb(keys, c);
      if (a_.dropout > 0) {
        draw(keys);
        for (int j = 0; j < keys.count; ++j) for (int c = keys.from; c < columns_; c += N) {
          const At<N> at{j * kQueries + c};
          t_.p.store(at, t_.p[at] * t_.mask[at]);
        }
      }
      multiply<N>(sums(keys, true), head_.v.row(keys.first, stride_), t_.p + keys.from, t_.y + keys.from);
    });
    for (int c = 0; c < columns_; c += N) finish(c);
    copy_transposed<N>(D_, count_, t_.y, kQueries, head_.y.row(first_, a_.channels), a_.channels);
  }

  void backward() {
    copy_transposed<N>(count_, D_, head_.dy.row(first_, a_.channels), a_.channels, t_.dy, kQueries, true);
    copy_transposed<N>(count_, D_, head_.y.row(first_, a_.channels), a_.channels, t_.y, kQueries, true);
    for (int c = 0; c < columns_; c += N) {
      V sum(T(0));
      for (int d = 0; d < D_; ++d) sum = multiply_add(t_.y[At<N>{d * kQueries + c}], t_.dy[At<N>{d * kQueries + c}], sum);
      t_.sum.store(At<N>{c}, sum);
      const int left = count_ - c;
      t_.max.store(At<N>{c}, left >= N ? head_.lse[At<N>{first_ + c}] : head_.lse[Part<N>{first_ + c, left}]);
    }
    each_tile(first_, count_, [&](Keys keys) {
      multiply<N>(scores(keys), head_.k.row(keys.first, stride_), t_.q + keys.from, t_.p + keys.from);
      multiply<N>(scores(keys), head_.v.row(keys.first, stride_), t_.dy + keys.from, t_.dp + keys.from);
      if (a_.dropout > 0) draw(keys);
      for (int c = keys.from; c < columns_; c += N) differentiate(keys, c);
      multiply<N>(sums(keys, keys.first > 0), head_.k.row(keys.first, stride_), t_.dp + keys.from, t_.y + keys.from);
      const int q = first_ + keys.from;
      multiply<N>(totals(keys, stride_), t_.dp + keys.from, head_.q.row(q, stride_), head_.dk.row(keys.first, stride_));
      multiply<N>(totals(keys, a_.channels), t_.p + keys.from, head_.dy.row(q, a_.channels),
                  head_.dv.row(keys.first, stride_));
    });
    copy_transposed<N>(D_, count_, t_.y, kQueries, head_.dq.row(first_, stride_), stride_);
  }

 private:
  // (keys, queries) = rows of k or v · columns of q or dy
  SmallProduct scores(Keys keys) const {
    return {.m = keys.count, .n = columns_ - keys.from, .k = D_, .lda = stride_, .ldb = kQueries, .ldc = kQueries};
  }
  // (D, queries) from rows of v or k and a tile: the sum over the keys
  SmallProduct sums(Keys keys, bool add) const {
    return {.m = D_, .n = columns_ - keys.from, .k = keys.count, .lda = stride_, .ldb = kQueries, .ldc = kQueries,
            .transpose_a = true, .add = add};
  }
  // (keys, D) from a tile and rows of q or dy: the sum over the queries. The tile on the diagonal is a key's first.
  SmallProduct totals(Keys keys, std::ptrdiff_t stride) const {
    return {.m = keys.count, .n = D_, .k = count_ - keys.from, .lda = kQueries, .ldb = stride, .ldc = stride_,
            .add = keys.first < first_};
  }
  int hidden(Keys keys, int j, int c) const { return keys.first + j - first_ - c; }

  template <class F>
  void each(View<S> tile, int rows, int from, F f) {
    for (int r = 0; r < rows; ++r)
      for (int c = from; c < columns_; c += N) tile.store(At<N>{r * kQueries + c}, f(tile[At<N>{r * kQueries + c}]));
  }

  void absorb(Keys keys, int c) {
    const auto score = [&](int j) { return attention::causal(t_.p[At<N>{j * kQueries + c}], hidden(keys, j, c)); };
    attention::Softmax<V> softmax{primal(t_.max[At<N>{c}]), t_.sum[At<N>{c}]};
    auto most = softmax.max;
    for (int j = 0; j < keys.count; ++j) most = max(primal(score(j)), most);
    const auto shrink = softmax.raise(most);
    for (int d = 0; d < D_; ++d) t_.y.store(At<N>{d * kQueries + c}, t_.y[At<N>{d * kQueries + c}] * shrink);
    for (int j = 0; j < keys.count; ++j) t_.p.store(At<N>{j * kQueries + c}, softmax.add(score(j)));
    primal(t_.max).store(At<N>{c}, softmax.max);
    t_.sum.store(At<N>{c}, softmax.sum);
  }

  void finish(int c) {
    const attention::Softmax<V> softmax{primal(t_.max[At<N>{c}]), t_.sum[At<N>{c}]};
    for (int d = 0; d < D_; ++d) t_.y.store(At<N>{d * kQueries + c}, t_.y[At<N>{d * kQueries + c}] / softmax.sum);
    const int left = count_ - c;
    if (left >= N) head_.lse.store(At<N>{first_ + c}, softmax.lse());
    else head_.lse.store(Part<N>{first_ + c, left}, softmax.lse());
  }

  void differentiate(Keys keys, int c) {
    const auto lse = t_.max[At<N>{c}], dy_y = t_.sum[At<N>{c}];
    for (int j = 0; j < keys.count; ++j) {
      const At<N> at{j * kQueries + c};
      const auto p = exp(attention::causal(t_.p[at], hidden(keys, j, c)) - lse);
      if (a_.dropout > 0) {
        t_.p.store(at, p * t_.mask[at]);
        t_.dp.store(at, attention::dscore(p, t_.dp[at], dy_y, t_.mask[at], static_cast<T>(a_.scale)));
      } else {
        t_.p.store(at, p);
        t_.dp.store(at, attention::dscore(p, t_.dp[at], dy_y, T(1), static_cast<T>(a_.scale)));
      }
    }
  }

  void draw(Keys keys) {
    for (int i = keys.from; i < count_; ++i)
      for (int j = 0; j < keys.count; j += kDrawn)
        t_.drawn.store(At<kDrawn>{i * kKeys + j}, mask<Pack<T, kDrawn>>(a_.dropout, a_.draw, head_.position +
                       static_cast<std::uint64_t>(first_ + i) * a_.time + keys.first + j));
    copy_transposed<N>(count_ - keys.from, keys.count, t_.drawn + keys.from * kKeys, kKeys, t_.mask + keys.from, kQueries, true);
  }

  const Attention<S>& a_;
  const attention::Head<S>& head_;
  const Tiles<S>& t_;
  const int first_, D_;
  const std::ptrdiff_t stride_;
  const int count_, columns_;
};

}  // namespace

template <class Isa, class S>
void forward(Cpu<Isa>& on, const Attention<S>& a) {
  const std::int64_t blocks = (a.time + kQueries - 1) / kQueries;
  on.parallel(a.batch * a.heads * blocks, [&](std::int64_t task, int thread) {
    const auto head = attention::head(a, task / blocks);
    const Tiles<S> tiles(on, thread, a.channels / a.heads);
    Block<Isa::kLanes, S>(a, head, tiles, static_cast<int>(task % blocks) * kQueries).forward();
  });
}

template <class Isa, class S>
void backward(Cpu<Isa>& on, const Attention<S>& a) {
  on.parallel(a.batch * a.heads, [&](std::int64_t task, int thread) {
    const auto head = attention::head(a, task);
    const Tiles<S> tiles(on, thread, a.channels / a.heads);
    for (int first = 0; first < a.time; first += kQueries) Block<Isa::kLanes, S>(a, head, tiles, first).backward();
  });
}

SOPHIA_INSTANTIATE(forward, Attention);
SOPHIA_INSTANTIATE(backward, Attention);

}  // namespace sophia
