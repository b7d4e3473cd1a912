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
#include "../core/error.h"
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
  Stream draw;
  std::int64_t first;  // the number of the first row in the batch, which may be sampled in parts
  const std::int32_t* targets;
  std::int32_t* labels;
};

template <class Isa, class S> void sample(Cpu<Isa>&, const SampleLabels<S>&);
template <class S> void sample(Cuda&, const SampleLabels<S>&);

namespace gnb {

inline constexpr int kMostColumns = 1 << 17;  // their weights, each at most 1, sum to at most 2⁵² times 2⁻³⁵
inline void expect_few_columns(int vocabulary) {
  require(vocabulary <= kMostColumns, "Expected at most ", kMostColumns, " columns to draw labels from, got ",
          vocabulary);
}

inline constexpr int kBlock = 512;  // columns stepped over at once, then 64, 8 and 1, until the label is met

// To the nearest multiple of 2⁻³⁵, as the unit in the last place of 2¹⁷ + w is.
template <class V>
HD V rounded(V w) {
  return w + 0x1p17 - 0x1p17;
}

// Where a search for the label stands: at column v, below which lies the weight `below`.
struct Search {
  int v = 0;
  double below = 0;

  // Steps over blocks of columns until the next would reach the aim; weigh(v) is the weight of the block from v on. The
  // last column is never stepped over.
  template <class F>
  HD void step(int block, int vocabulary, double aim, F weigh) {
    for (; v + block < vocabulary; v += block) {
      const double here = weigh(v);
      if (below + here > aim) break;
      below += here;
    }
  }
};

template <class T>
struct Weights {
  View<T> z;
  T peak;

  // Of the columns [first, first + count).
  template <class Team>
  HD double sum(Team team, int first, int count) const {
    return team.sum(count, [&](auto v) {
      v.index += first;
      return rounded(widen(exp(z[v] - peak)));
    });
  }
};

template <class T, class Team>
HD Weights<T> weights(Team team, View<T> z, int vocabulary) {
  return {z, team.max(vocabulary, [&](auto v) { return z[v]; })};
}
HD double aim(double total, std::uint32_t word) { return total * (word * 0x1p-32); }

// The label at the uniform number word/2³².
template <class T, class Team>
HD std::int32_t label(Team team, View<T> z, int vocabulary, std::uint32_t word) {
  const auto w = weights(team, z, vocabulary);
  const double at = aim(w.sum(team, 0, vocabulary), word);
  Search search;
  for (int block = kBlock; block > 0; block /= 8)
    search.step(block, vocabulary, at, [&](int v) { return w.sum(team, v, block); });
  return search.v;
}

template <class S>
HD bool counted(const SampleLabels<S>& a, std::int64_t r) {
  return !a.targets || a.targets[r] >= 0;
}

template <class S, class Team>
HD void sample_row(Team team, const SampleLabels<S>& a, std::int64_t r) {
  const auto z = primal(a.logits.row(r, a.stride));
  const auto drawn = counted(a, r) ? label(team, z, a.vocabulary, bits(a.draw, a.first + r)) : -1;
  if (team.leads()) a.labels[r] = drawn;
}

}  // namespace gnb
}  // namespace sophia
