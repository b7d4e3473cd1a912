// The labels of the Gauss-Newton-Bartlett estimator: one for each row, drawn from the model's own softmax.
// Liu et al. 2023, Algorithm 2, https://arxiv.org/abs/2305.14342
//
//   logits    (R, stride)   stride ≥ V; columns from V on are neither read nor drawn
//   targets   (R)           rows whose target is −1 get the label −1; absent: every row gets a label
//   labels    (R)           written with =
//
// A row's label is the number of columns v with  w₀ + … + w_v ≤ u·Σw,   w = exp(z − peak),   u uniform in [0, 1). Its
// 32 bits are a function of the draw and of the row's number in the batch alone. The weights are rounded to multiples
// of 2⁻³⁵, so that their sums are exact in double and every order of summation gives the same label: backends may
// differ only where the last bit of exp does. A column of weight 0 is never drawn. Where a logit is NaN, the label is
// some column: the row's loss is NaN anyway.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"
#include "../math/functions.h"
#include "../math/random.h"

namespace sophia {

template <class S>
struct SampleLabels {
  std::int64_t rows;
  int vocabulary;
  std::int64_t stride;
  View<Acc<S>> logits;
  Draw draw;
  std::int64_t first;  // the number of the first row in the batch, which may be sampled in parts
  const std::int32_t* targets;
  std::int32_t* labels;
};

template <class Isa, class S> void sample(Cpu<Isa>&, const SampleLabels<S>&);
template <class S> void sample(Cuda&, const SampleLabels<S>&);

namespace gnb {

inline constexpr int kMostColumns = 1 << 17;  // their weights, each at most 1, sum to at most 2⁵² times 2⁻³⁵
inline constexpr int kBlock = 512;            // columns stepped over at once, then 64, 8 and 1, until the label is met

// To the nearest multiple of 2⁻³⁵, as the unit in the last place of 2¹⁷ + w is.
template <class V>
HD V rounded(V w) {
  return w + 0x1p17 - 0x1p17;
}

// The label at the uniform number word/2³².
template <class T, class Team>
HD std::int32_t label(Team team, View<T> z, int vocabulary, std::uint32_t word) {
  const T peak = team.max(vocabulary, [&](auto v) { return z[v]; });
  const auto weight = [&](auto v) { return rounded(widen(exp(z[v] - peak))); };
  const double aim = team.sum(vocabulary, weight) * (word * 0x1p-32);

  double below = 0;
  int v = 0;
  for (int block = kBlock; block > 0; block /= 8) {
    for (; v + block < vocabulary; v += block) {
      const double here = team.sum(block, [&](auto i) {
        i.index += v;
        return weight(i);
      });
      if (below + here > aim) break;
      below += here;
    }
  }
  return v;
}

template <class S, class Team>
HD void sample_row(Team team, const SampleLabels<S>& a, std::int64_t r) {
  const bool counted = !a.targets || a.targets[r] >= 0;
  const auto z = primal(a.logits.row(r, a.stride));
  const auto drawn = counted ? label(team, z, a.vocabulary, bits(a.draw, a.first + r)) : -1;
  if (team.leads()) a.labels[r] = drawn;
}

}  // namespace gnb
}  // namespace sophia
