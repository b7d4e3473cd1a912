// Adam-mini: AdamW with one second moment for a block.  Zhang et al. 2024, Algorithm 1,
// https://arxiv.org/abs/2406.16793
//
//   m ← β₁ m + (1 − β₁) g
//   v ← β₂ v + (1 − β₂) mean(g²)            one number for each block
//   d ← m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)        t counts steps from 1
//
// Blocks are the groups of the spans (linalg/pieces.h): consecutive numbers, or columns. The authors' are the heads of
// queries and keys, the output neurons of other weights, and the tokens of embeddings; a tensor that is not divided is
// one block.
#pragma once
#include "../math/compare.h"
#include "adamw.h"

namespace sophia {

struct AdamMini : AdamW {
  static constexpr const char* kName = "adam-mini";
  static constexpr const char *kSlots[] = {"momentum"}, *kBlockSlots[] = {"variance"};
  static constexpr int kWritten = 1;

  template <class C, class V, class Slots>
  HD static V measure(const C&, V g, const Slots&) {
    return square(g);
  }
  template <class T>
  HD static T settle(const Constants<T>& c, const Statistic& squares, T (&kept)[1]) {
    const double take = c.variance.take, keep = c.variance.keep;
    kept[0] = static_cast<T>(keep * kept[0] + take * squares.mean());
    return static_cast<T>(sqrt(double{kept[0]}) * c.second + c.epsilon);
  }

  template <class C, class V>
  HD static V direction(const C& c, V g, V (&slot)[1], V denominator) {
    slot[0] = c.momentum.next(slot[0], g);
    return slot[0] * c.first / denominator;
  }
};

}  // namespace sophia
