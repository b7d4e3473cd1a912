// Softmax cross-entropy:  loss = ln Σᵥ exp(zᵥ) − z_target   in nats,   for each row z of V logits.
//
//   logits    (R, stride)   stride ≥ V; columns from V on are neither read nor written
//   targets   (R)           −1: the row is not counted, its loss and its gradient are 0 whatever its logits are
//   losses    (R)
//   lse       (R)           ln Σ exp(z − peak), saved by forward, read by backward
//   dlosses   (R)           the weight of each row: 1/n for the mean of n counted rows
//   dlogits   (R, stride)   written with =; may be the logits themselves
//
// The row's largest logit, the peak, is taken off with its tangent: softmax does not change, exponentials cannot
// overflow, and where one probability is nearly 1 its tangent is not a difference of large numbers (float32 error
// 3·10⁻⁶ instead of 5·10⁻³). A row with a NaN, or with +∞, has the loss NaN.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"
#include "../math/functions.h"

namespace sophia {

template <class S>
struct CrossEntropy {
  std::int64_t rows;
  int vocabulary;
  std::int64_t stride;
  View<Acc<S>> logits;
  const std::int32_t* targets;
  View<Acc<S>> losses, lse;
  View<Acc<S>> dlosses, dlogits;
};

template <class Isa, class S> void forward(Cpu<Isa>&, const CrossEntropy<S>&);
template <class Isa, class S> void backward(Cpu<Isa>&, const CrossEntropy<S>&);
template <class S> void forward(Cuda&, const CrossEntropy<S>&);
template <class S> void backward(Cuda&, const CrossEntropy<S>&);

namespace crossentropy {

template <class S, class Team>
HD S peak(Team team, View<S> z, int vocabulary) {
  return team.max(vocabulary, [&](auto v) { return z[v]; });
}

template <class S, class Team>
HD void forward_row(Team team, const CrossEntropy<S>& a, std::int64_t r) {
  const auto target = a.targets[r];
  Acc<S> lse(0), loss(0);
  if (target >= 0) {
    const auto z = a.logits.row(r, a.stride);
    const auto top = peak(team, z, a.vocabulary);
    lse = log(team.sum(a.vocabulary, [&](auto v) { return exp(z[v] - top); }));
    loss = lse - (z[target] - top);
  }
  if (team.leads()) {
    a.lse.store(r, lse);
    a.losses.store(r, loss);
  }
}

// p − 1 at the target, if it is among these columns.
template <class V, class Place>
HD void subtract_onehot(V& p, Place v, std::int32_t target) {
  for (int i = 0; i < V::kWidth; ++i)
    if (v.index + i == target) p.set(i, p[i] - 1);
}
template <class V, class Place>
HD void subtract_onehot(Dual<V>& p, Place v, std::int32_t target) {
  subtract_onehot(p.value, v, target);
}

// dlogits = dloss · (p − onehot(target)),   p = exp(z − peak − lse). Each column is read before it is written and by
// the same lane, so that dlogits may be the logits.
template <class S, class Team>
HD void backward_row(Team team, const CrossEntropy<S>& a, std::int64_t r) {
  const auto z = a.logits.row(r, a.stride), dlogits = a.dlogits.row(r, a.stride);
  const auto target = a.targets[r];
  if (target < 0) return team.each(a.vocabulary, [&](auto v) { dlogits.store(v, decltype(z[v])(0)); });

  const auto top = peak(team, z, a.vocabulary), lse = a.lse[r], dloss = a.dlosses[r];
  team.each(a.vocabulary, [&](auto v) {
    auto p = exp(z[v] - top - lse);
    subtract_onehot(p, v, target);
    dlogits.store(v, p * dloss);
  });
}

}  // namespace crossentropy

// What a batch's losses come to, in nats. The mean of no counted rows is 0.
struct Loss {
  double nats = 0, tangent = 0;  // the sum and, for Dual, its derivative along the direction: gradient·u of the sum
  std::int64_t counted = 0;      // rows whose target is not −1, or all
  double mean() const { return counted ? nats / static_cast<double>(counted) : 0; }
  double slope() const { return counted ? tangent / static_cast<double>(counted) : 0; }

  Loss& operator+=(const Loss& other) {
    nats += other.nats;
    tangent += other.tangent;
    counted += other.counted;
    return *this;
  }
};

// In row order and in double: the same bits for any number of threads. Without targets every row is counted.
template <class S>
Loss total(View<S> losses, const std::int32_t* targets, std::int64_t rows) {
  Loss sum;
  for (std::int64_t r = 0; r < rows; ++r) {
    sum.counted += !targets || targets[r] >= 0;
    sum.nats += static_cast<double>(primal(losses[r]));
    if constexpr (!std::is_same_v<S, Number<S>>) sum.tangent += static_cast<double>(losses[r].tangent);
  }
  return sum;
}

}  // namespace sophia
