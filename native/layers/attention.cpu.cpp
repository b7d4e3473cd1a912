// Attention on the CPU: a head of a sequence to a task, block of queries after block. Tiles of scores are (keys,
// queries): queries lie along the lanes, so that a softmax runs down a column and all its statistics are packs.
#include <utility>
#include "../cpu/cpu.h"
#include "../linalg/copy.h"
#include "../linalg/small_product.h"
#include "attention.h"

namespace sophia {

namespace {

constexpr int kQueries = 64;   // of a tile: whole packs on every machine
constexpr int kKeys = 64;      // of a tile left of the diagonal
constexpr int kDiagonal = 16;  // of a tile on the diagonal: half of its square of queries is computed in vain

// The keys of a tile, and the first of its block's queries, a whole number of packs from the left, that sees one.
struct Keys {
  int first, count, from;
};

// The tiles of the queries [first, first + count), without those that are only for queries before first + from.
template <class F>
void each_tile(int first, int count, int from, F f) {
  for (int j = 0; j < first; j += kKeys) f(Keys{j, kKeys, from});
  for (int j = 0; j < count; j += kDiagonal) f(Keys{first + j, std::min(kDiagonal, count - j), std::max(j, from)});
}

// The scratch of a task. The rows of a head may lie a multiple of 4096 bytes apart, and would then push each other out
// of the caches: they are worked on as copies that lie together, made up to whole packs. S is Acc: what is Bf16 in
// memory is copied to floats.
template <class S>
struct HeadTiles {
  std::ptrdiff_t width;         // of a copied row
  View<S> q, dy;                // (kQueries, width)
  View<S> qt, dyt, y;           // (D, kQueries)   q scaled, dy and y, transposed; y becomes dq
  View<S> p, dp;                // (kKeys, kQueries)
  View<S> sum, max;             // (kQueries)      backward: dy·y, and lse
  View<Number<S>> mask, drawn;  // (kKeys, kQueries), (kQueries, kKeys)
  View<S> k, v, dk, dv;         // (T, width)      the last two for backward only

  template <class Isa>
  HeadTiles(Cpu<Isa>& on, int thread, int T, int D, bool backward)
      : width((D + Isa::kLanes - 1) / Isa::kLanes * Isa::kLanes) {
    const std::ptrdiff_t rows = width * kQueries, tall = D * kQueries, square = kKeys * kQueries, whole = width * T;
    const std::ptrdiff_t size = 2 * rows + 3 * tall + 4 * square + 2 * kQueries + (backward ? 4 : 2) * whole;
    auto next = twins(on.template scratch<Number<S>>(thread, Slot::kTile, 2 * static_cast<std::size_t>(size)), size);
    for (View<S>* tile : {&q, &dy}) *tile = std::exchange(next, next + rows);
    for (View<S>* tile : {&qt, &dyt, &y}) *tile = std::exchange(next, next + tall);
    for (View<S>* tile : {&p, &dp}) *tile = std::exchange(next, next + square);
    for (View<S>* tile : {&sum, &max}) *tile = std::exchange(next, next + kQueries);
    for (auto* tile : {&mask, &drawn}) *tile = primal(std::exchange(next, next + square));
    for (View<S>* tile : {&k, &v}) *tile = std::exchange(next, next + whole);
    if (backward)
      for (View<S>* tile : {&dk, &dv}) *tile = std::exchange(next, next + whole);
  }

 private:
  static View<S> twins(Number<S>* room, std::ptrdiff_t size) {
    if constexpr (!kIsDual<S>) return {room};
    else return {room, room + size};
  }
};

// The mask where there is no dropout.
template <class T>
struct Ones {
  template <class Place> HD T operator[](Place) const { return T(1); }
};

// One block of queries of one head.
template <int N, class S>
class Block {
 public:
  using T = Number<S>;
  using V = decltype(View<Acc<S>>()[At<N>{}]);

  Block(const Attention<S>& a, const attention::Head<S>& head, const HeadTiles<Acc<S>>& tiles, int first)
      : a_(a),
        head_(head),
        t_(tiles),
        first_(first),
        D_(a.channels / a.heads),
        stride_(3 * a.channels),
        count_(static_cast<int>(std::min<std::int64_t>(kQueries, a.time - first))),
        from_(static_cast<int>(std::max<std::int64_t>(a.past - first, 0)) / N * N),
        end_((count_ + N - 1) / N * N) {
    copy_transposed<N>(count_, D_, head.q.row(first, stride_), stride_, t_.qt, kQueries, true);
    for (int d = 0; d < D_; ++d)
      for (int c = 0; c < end_; c += N) t_.qt.store(at(d, c), t_.qt[at(d, c)] * static_cast<T>(a_.scale));
  }

  void forward() {
    each_tile(first_, count_, from_, [&](Keys keys) {
      const auto k = t_.k.row(keys.first, t_.width), v = t_.v.row(keys.first, t_.width);
      multiply<N>(over_width(keys), k, t_.qt + keys.from, t_.p + keys.from);
      with_mask(keys, [&](auto mask) {
        for (int c = keys.from; c < end_; c += N) absorb(keys, c, mask);
      });
      multiply<N>(over_keys(keys), v, t_.p + keys.from, t_.y + keys.from);
    });
    for (int c = from_; c < end_; c += N) finish(c);
    copy_transposed<N>(D_, count_ - from_, t_.y + from_, kQueries, head_.y.row(first_ + from_, a_.channels),
                       a_.channels);
  }

  void backward() {
    prepare();
    each_tile(first_, count_, 0, [&](Keys keys) {
      const auto k = t_.k.row(keys.first, t_.width), v = t_.v.row(keys.first, t_.width);
      multiply<N>(over_width(keys), k, t_.qt + keys.from, t_.p + keys.from);
      multiply<N>(over_width(keys), v, t_.dyt + keys.from, t_.dp + keys.from);
      with_mask(keys, [&](auto mask) {
        for (int c = keys.from; c < end_; c += N) differentiate(keys, c, mask);
      });
      multiply<N>(over_keys(keys), k, t_.dp + keys.from, t_.y + keys.from);
      multiply<N>(over_queries(keys), t_.dp + keys.from, t_.q.row(keys.from, t_.width),
                  t_.dk.row(keys.first, t_.width));
      multiply<N>(over_queries(keys), t_.p + keys.from, t_.dy.row(keys.from, t_.width),
                  t_.dv.row(keys.first, t_.width));
    });
    copy_transposed<N>(D_, count_, t_.y, kQueries, head_.dq.row(first_, stride_), stride_);
  }

 private:
  static At<N> at(int row, int column) { return {row * kQueries + column}; }

  // p = k · qt,   dp = v · dyt
  SmallProduct over_width(Keys keys) const {
    return {.m = keys.count, .n = end_ - keys.from, .k = D_, .lda = t_.width, .ldb = kQueries, .ldc = kQueries};
  }
  // y += vᵀ · p,   dq += kᵀ · dp
  SmallProduct over_keys(Keys keys) const {
    return {.m = D_,
            .n = end_ - keys.from,
            .k = keys.count,
            .lda = t_.width,
            .ldb = kQueries,
            .ldc = kQueries,
            .transpose_a = true,
            .add = keys.first > 0};
  }
  // dk += dp · q,   dv += p · dy. The tile on the diagonal is the first that meets a key.
  SmallProduct over_queries(Keys keys) const {
    return {.m = keys.count,
            .n = static_cast<int>(t_.width),
            .k = count_ - keys.from,
            .lda = kQueries,
            .ldb = t_.width,
            .ldc = t_.width,
            .add = keys.first < first_};
  }

  // How many lanes from column c on are queries that come before the first key; one more for every further key.
  int hidden(Keys keys, int c) const { return keys.first - first_ - c; }

  // f(the mask of a tile). A whole tile is drawn at once, the small ones on the diagonal share it.
  template <class F>
  void with_mask(Keys keys, F f) {
    if (a_.dropout == 0) return f(Ones<T>());
    const int offset = keys.first % kKeys;
    if (offset == 0) {
      for (int i = 0; i < count_; ++i) {
        const auto position = head_.position + static_cast<std::uint64_t>(first_ + i) * a_.time + keys.first;
        t_.drawn.store(At<kKeys>{i * kKeys}, mask<Pack<T, kKeys>>(a_.dropout, a_.draw, position));
      }
    }
    copy_transposed<N>(count_ - keys.from, keys.count, t_.drawn.row(keys.from, kKeys) + offset, kKeys,
                       t_.mask + keys.from, kQueries, true);
    f(t_.mask);
  }

  // Takes the scores p of N queries into their softmax and puts the weights of the keys in their place.
  template <class Mask>
  void absorb(Keys keys, int c, Mask mask) {
    constexpr T kLowest = -std::numeric_limits<T>::infinity();
    const auto p = t_.p, y = t_.y;
    const int count = keys.count, before = hidden(keys, c), D = keys.first > 0 ? D_ : 0;
    attention::Softmax<V> softmax{kLowest, V(T(0))};
    if (keys.first > 0) softmax = {primal(t_.max[at(0, c)]), t_.sum[at(0, c)]};
    auto most = softmax.max;
    for (int j = 0; j < count; ++j) most = max(attention::causal(primal(p[at(j, c)]), before + j, kLowest), most);
    const auto shrink = softmax.raise(most);
    for (int d = 0; d < D; ++d) y.store(at(d, c), y[at(d, c)] * shrink);
    for (int j = 0; j < count; ++j) {
      const V weight = attention::causal(softmax.weight(p[at(j, c)]), before + j, T(0));
      softmax.sum = softmax.sum + weight;
      p.store(at(j, c), weight * mask[at(j, c)]);
    }
    primal(t_.max).store(at(0, c), softmax.max);
    t_.sum.store(at(0, c), softmax.sum);
  }

  // y and lse of N queries that have seen all their keys.
  void finish(int c) {
    const attention::Softmax<V> softmax{primal(t_.max[at(0, c)]), t_.sum[at(0, c)]};
    const V share = softmax.share();
    for (int d = 0; d < D_; ++d) t_.y.store(at(d, c), t_.y[at(d, c)] * share);
    if (c + N <= count_) head_.lse.store(At<N>{first_ + c}, softmax.lse());
    else head_.lse.store(Part<N>{first_ + c, count_ - c}, softmax.lse());
  }

  // Transposed copies, and what is known of every query before its keys come.
  void prepare() {
    copy_rows<N>(count_, D_, head_.q.row(first_, stride_), stride_, t_.q, t_.width, true);
    copy_rows<N>(count_, D_, head_.dy.row(first_, a_.channels), a_.channels, t_.dy, t_.width, true);
    copy_transposed<N>(count_, D_, t_.dy, t_.width, t_.dyt, kQueries, true);
    copy_transposed<N>(count_, D_, head_.y.row(first_, a_.channels), a_.channels, t_.y, kQueries, true);
    for (int c = 0; c < end_; c += N) {
      V sum(T(0));  // in the order of the product dy·v, so that dp − dy·y is exactly 0 where y is v
      for (int d = 0; d < D_; ++d) sum = multiply_add(t_.y[at(d, c)], t_.dyt[at(d, c)], sum);
      t_.sum.store(at(0, c), sum);
      const auto lse = head_.lse + first_;
      t_.max.store(at(0, c), c + N <= count_ ? lse[At<N>{c}] : lse[Part<N>{c, count_ - c}]);
    }
  }

  // From the scores p and the products dp: the masked probabilities and the gradients with respect to q·k.
  template <class Mask>
  void differentiate(Keys keys, int c, Mask mask) {
    const auto p = t_.p, dp = t_.dp;
    const V lse = t_.max[at(0, c)], dy_y = t_.sum[at(0, c)];
    const T scale = static_cast<T>(a_.scale);
    const int count = keys.count, before = hidden(keys, c);
    for (int j = 0; j < count; ++j) {
      const V probability = attention::causal(attention::probability(p[at(j, c)], lse), before + j, T(0));
      p.store(at(j, c), probability * mask[at(j, c)]);
      dp.store(at(j, c), attention::dscore(probability, dp[at(j, c)], dy_y, mask[at(j, c)], scale));
    }
  }

  const Attention<S>& a_;
  const attention::Head<S>& head_;
  const HeadTiles<Acc<S>>& t_;
  const int first_, D_;
  const std::ptrdiff_t stride_;   // of q, k, v and their gradients
  const int count_, from_, end_;  // queries, the first column that is computed, and columns up to a whole pack
};

}  // namespace

template <class Isa, class S>
void forward(Cpu<Isa>& on, const Attention<S>& a) {
  constexpr int N = Isa::kLanes;
  const int T = static_cast<int>(a.time), D = a.channels / a.heads, stride = 3 * a.channels;
  on.parallel(a.batch * a.heads, [&](std::int64_t task, int thread) {
    const auto head = attention::head(a, task);
    const HeadTiles<Acc<S>> tiles(on, thread, T, D, false);
    copy_rows<N>(T, D, head.k, stride, tiles.k, tiles.width, true);
    copy_rows<N>(T, D, head.v, stride, tiles.v, tiles.width, true);
    const int begin = static_cast<int>(a.past) / kQueries * kQueries;
    for (int first = begin; first < T; first += kQueries) Block<N, S>(a, head, tiles, first).forward();
  });
}

template <class Isa, class S>
void backward(Cpu<Isa>& on, const Attention<S>& a) {
  constexpr int N = Isa::kLanes;
  const int T = static_cast<int>(a.time), D = a.channels / a.heads, stride = 3 * a.channels;
  on.parallel(a.batch * a.heads, [&](std::int64_t task, int thread) {
    const auto head = attention::head(a, task);
    const HeadTiles<Acc<S>> tiles(on, thread, T, D, true);
    copy_rows<N>(T, D, head.k, stride, tiles.k, tiles.width, true);
    copy_rows<N>(T, D, head.v, stride, tiles.v, tiles.width, true);
    for (int first = 0; first < T; first += kQueries) Block<N, S>(a, head, tiles, first).backward();
    copy_rows<N>(T, D, tiles.dk, tiles.width, head.dk, stride);
    copy_rows<N>(T, D, tiles.dv, tiles.width, head.dv, stride);
  });
}

SOPHIA_INSTANTIATE(forward, Attention);
SOPHIA_INSTANTIATE(backward, Attention);

}  // namespace sophia
