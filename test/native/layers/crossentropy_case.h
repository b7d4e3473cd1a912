// The softmax cross-entropy under test, on any backend.
#pragma once
#include "../../../native/layers/crossentropy.h"
#include "../law.h"

namespace crossentropy_case {

using namespace sophia;
using Targets = std::vector<std::int32_t>;

inline auto declare(int vocabulary, const Targets& targets, int stride, bool in_place = false) {
  const size_t R = targets.size(), numbers = R * stride;
  return [=]<template <class> class B, class S>(B<S>& t) {
    const auto logits = t.input("logits");
    return CrossEntropy<S>{.rows = static_cast<std::int64_t>(R),
                           .vocabulary = vocabulary,
                           .stride = stride,
                           .logits = logits,
                           .targets = t.integers(targets),
                           .losses = t.output("y", R),
                           .peak = t.output("peak", R),
                           .lse = t.output("lse", R),
                           .dlosses = t.input("dy"),
                           .dlogits = in_place ? logits : t.output("dlogits", numbers)};
  };
}

// Every third row is not counted.
inline Targets targets_of(int rows, int vocabulary) {
  std::mt19937 random(3);
  Targets targets(rows);
  for (int r = 0; r < rows; ++r) targets[r] = r % 3 == 1 ? -1 : static_cast<int>(random() % vocabulary);
  return targets;
}

// Random logits, with columns up to the stride, for the rows of these targets.
inline auto random_case(int vocabulary, const Targets& targets, int stride, bool in_place = false) {
  const size_t R = targets.size(), numbers = R * stride;
  return law::random_case(text("CrossEntropy ", R, "×", stride), {{"logits", numbers}}, R,
                          declare(vocabulary, targets, stride, in_place));
}
inline auto random_case(int vocabulary, const Targets& targets) { return random_case(vocabulary, targets, vocabulary); }

}  // namespace crossentropy_case
