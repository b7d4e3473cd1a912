// Softmax cross-entropy:  loss = ln Σᵥ exp(zᵥ) − z_target   in nats,   for each row z of V logits.
//
//   logits    (R, stride)   stride ≥ V; columns from V on are neither read nor written
//   targets   (R)           −1: the row is not counted, its loss and its gradient are 0 whatever its logits are
//   losses    (R)
//   peak      (R)           the largest logit, saved by forward, read by backward; 0 where the row is not counted
//   lse       (R)           ln Σ exp(z − peak), saved by forward, read by backward
//   dlosses   (R)           the weight of each row: 1/n for the mean of n counted rows
//   dlogits   (R, stride)   written with =; may be the logits themselves where both have one type: as Bf16 it is a
//                           tensor of its own, and all the others are floats
//
// The row's largest logit, the peak, is taken off with its tangent: softmax does not change, exponentials cannot
// overflow, and where one probability is nearly 1 its tangent is not a difference of large numbers (float32 error
// 3·10⁻⁶ instead of 5·10⁻³). A row with a NaN, or with +∞, has the loss NaN.
#pragma once
#include <limits>
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
  View<Acc<S>> losses, peak, lse;
  View<Acc<S>> dlosses;
  View<Act<S>> dlogits;
};

template <class Isa, class S> void forward(Cpu<Isa>&, const CrossEntropy<S>&);
template <class Isa, class S> void backward(Cpu<Isa>&, const CrossEntropy<S>&);
template <class S> void forward(Cuda&, const CrossEntropy<S>&);
template <class S> void backward(Cuda&, const CrossEntropy<S>&);

namespace crossentropy {

// The row's peak and Σ exp(z − peak) while its logits arrive: a pack at a time or, added, those of two parts of the
// row. The peak begins as the least number instead of −∞, which a column may hold. Milakov & Gimelshein 2018,
// https://arxiv.org/abs/1805.02867.
template <class S>
struct Mass {
  S peak, sum;

  HD static Mass none() { return {S(-std::numeric_limits<Number<S>>::max()), S(Number<S>(0))}; }
  HD void raise(S to) {
    if (!(primal(peak) < primal(to))) return;
    sum = sum * exp(peak - to);
    peak = to;
  }
  template <class V>
  HD void take(V z) {
    raise(across_max(z));
    sum = sum + across(exp(z - peak));
  }
};
template <class S>
HD Mass<S> operator+(Mass<S> a, Mass<S> b) {
  a.raise(b.peak);
  b.raise(a.peak);
  a.sum = a.sum + b.sum;
  return a;
}

// What forward leaves of a row.
template <class S, class Team>
HD void save(Team team, const CrossEntropy<S>& a, std::int64_t r, Mass<Acc<S>> mass) {
  if (!team.leads()) return;
  const auto target = a.targets[r];
  const bool counted = target >= 0;
  const Acc<S> zero(0), lse = counted ? log(mass.sum) : zero;
  a.peak.store(r, counted ? mass.peak : zero);
  a.lse.store(r, lse);
  a.losses.store(r, counted ? lse - (a.logits.row(r, a.stride)[target] - mass.peak) : zero);
}

// In two passes over the row.
template <class S, class Team>
HD void forward_row(Team team, const CrossEntropy<S>& a, std::int64_t r) {
  auto mass = Mass<Acc<S>>::none();
  if (a.targets[r] >= 0) {
    const auto z = a.logits.row(r, a.stride);
    mass.peak = team.max(a.vocabulary, [&](auto v) { return z[v]; });
    mass.sum = team.sum(a.vocabulary, [&](auto v) { return exp(z[v] - mass.peak); });
  }
  save(team, a, r, mass);
}

// In one pass, where memory is slow and exponentials are cheap.
template <class S, class Team>
HD void forward_row_once(Team team, const CrossEntropy<S>& a, std::int64_t r) {
  auto mass = Mass<Acc<S>>::none();
  if (a.targets[r] >= 0) {
    constexpr auto kLowest = -std::numeric_limits<Number<S>>::infinity();
    const auto z = a.logits.row(r, a.stride);
    team.each(a.vocabulary, [&](auto v) { mass.take(within(v, z[v], kLowest)); });
    mass = team.sum_of_lanes(mass);
  }
  save(team, a, r, mass);
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
  const auto z = a.logits.row(r, a.stride);
  const auto dlogits = a.dlogits.row(r, a.stride);
  const auto target = a.targets[r];
  if (target < 0) return team.each(a.vocabulary, [&](auto v) { dlogits.store(v, decltype(z[v])(0)); });

  const auto top = a.peak[r], lse = a.lse[r], dloss = a.dlosses[r];
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
    if constexpr (kIsDual<S>) sum.tangent += static_cast<double>(losses[r].tangent);
  }
  return sum;
}

}  // namespace sophia
