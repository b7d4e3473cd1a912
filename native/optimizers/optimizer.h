// What an elementwise optimizer is: a struct of static members. lion.h is the shortest, sophiag.h reads a slot that
// others write.
//
//   kName, kSlots         its native name and those of its slots; slot 0 is the momentum
//   kWritten              so many slots are written, the ones behind them (Sophia's h) are only read
//   Hyper, kFields        hyperparameters, in double, and their names; their defaults live in TypeScript
//   check(hyper)          throws kInvalidArgument
//   Constants<T>          what the formula needs of them, made by
//   prepare<T>(hyper, step)   once per step, in double until the last cast
//   direction(c, g, slots)    d of θ ← θ − η d, and the new slots; c are the constants
//   unclipped(c, slots)       optional: 1 where the step was not clipped, else 0
//   refresh(hyper, step)      for those that read a Hessian
//
// And, for optimizers that need a statistic, in passes of their own that the others do not pay for:
//
//   measure(c, g, slots)      is summed before the direction (MARS, Adam-mini) over each tensor, or over each group of
//                             it (Span::block, columns) by an optimizer with kBlockSlots; a slot is read when asked
//   global(c)                 optional: where it is true, over all tensors instead
//   settle(c, measured)       what follows from a group's Statistic, once; it becomes the direction's fourth argument
//   kBlockSlots               optional: names of state that has one number for each group; then it is
//   settle(c, measured, kept)     which moves them on
//   judge(c, d, g)            is summed after the direction, over each tensor (Cautious)
//   weigh(c, judged)          what follows from that, once for each tensor, and then
//   finish(c, d, g, weight)   is the direction
//
// settle and weigh see constants of type T and compute in double until the last cast.
#pragma once
#include <cmath>
#include <iterator>
#include "../core/error.h"
#include "../core/field.h"
#include "../math/average.h"

namespace sophia {

// One step's numbers, as the trainer knows them.
struct Step {
  std::int64_t number = 1;  // the updates made, this one included
  double learning_rate = 0, weight_decay = 0;
  double clip = 1;     // the gradient's factor
  bool finite = true;  // of the gradient; otherwise nothing is stored
  double tokens = 0;   // B: averaged in the sampled loss of the last refresh of the Hessian
  double scale = 1;    // of Sophia's ρ or γ, which the trainer may move
};

// How an optimizer wants its Hessian (curvature/hessian.h):  h ← β₂ h + (1 − β₂) scale ĝ², and a coordinate counts as
// unclipped where |m| < max(threshold · h, floor).
struct Refresh {
  double beta2, scale, threshold, floor;
};

// A sum over `count` numbers.
struct Statistic {
  double sum, count;
  HD double mean() const { return sum / count; }
};

template <class O>
inline constexpr int kSlotCount = static_cast<int>(std::size(O::kSlots));
template <class O>
inline constexpr int kBlockSlotCount = 0;
template <class O>
  requires requires { O::kBlockSlots; }
inline constexpr int kBlockSlotCount<O> = static_cast<int>(std::size(O::kBlockSlots));

template <class O>
concept Clips =
    requires(typename O::template Constants<float> c, float (&slot)[kSlotCount<O>]) { O::unclipped(c, slot); };
template <class O>
concept Measures = requires(typename O::template Constants<float> c, float g, float (&slot)[kSlotCount<O>]) {
  O::measure(c, g, slot);
};
template <class O>
concept Judges = requires(typename O::template Constants<float> c, float d, float g) { O::judge(c, d, g); };
template <class O>
concept KeepsBlocks = Measures<O> && kBlockSlotCount<O> > 0;
template <class O>
concept MeasuresAll = Measures<O> && requires(typename O::template Constants<float> c) { O::global(c); };
template <class O>
concept ReadsHessian = requires(typename O::Hyper h) { O::refresh(h, Step{}); };

inline void require_fraction(const char* name, double x) {
  require(x >= 0 && x < 1, "Expected `", name, "` to be in [0, 1), got ", x);
}
inline void require_positive(const char* name, double x) {
  require(x > 0 && x < __builtin_inf(), "Expected `", name, "` to be positive and finite, got ", x);
}
// One of the numbers 0, 1, … below `count`.
inline void require_choice(const char* name, double x, int count) {
  bool known = false;
  for (int i = 0; i < count; ++i) known |= x == i;
  require(known, "Expected `", name, "` to be a whole number from 0 to ", count - 1, ", got ", x);
}
inline void require_count(const char* name, double x, double least, double most) {
  require(x >= least && x <= most && x == static_cast<double>(static_cast<std::int64_t>(x)), "Expected `", name,
          "` to be a whole number from ", least, " to ", most, ", got ", x);
}
inline void require_not_negative(const char* name, double x) {
  require(x >= 0 && x < __builtin_inf(), "Expected `", name, "` to be 0 or more and finite, got ", x);
}
inline void require_flag(const char* name, double x) {
  require(x == 0 || x == 1, "Expected `", name, "` to be 0 or 1, got ", x);
}

// What a moving average that began at 0 is multiplied by:  1/(1 − βᵗ).
inline double bias_correction(double beta, const Step& step) {
  return 1 / (1 - std::pow(beta, static_cast<double>(step.number)));
}

}  // namespace sophia
