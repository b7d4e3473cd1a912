// One fused pass of an elementwise optimizer over a flat arena.
//
//   g ← clip · gradient         the coefficient of optimizers/clip.h
//   θ ← (1 − ηλ) θ              decoupled decay, only in tensors that decay
//   d ← direction(g, slots)     the optimizer's own formula, see optimizer.h; the slots move on
//   θ ← θ − η d                 rounded once
//
//   theta, gradient, slots   arenas with the same offsets; the gaps between tensors are not touched
//   thetas, gradients        (tensors) instead of the arenas: where each tensor lies by itself
//   now                      (sets) the step's constants for the tensors of each set (Span::set); the first has clip
//   and
//                            finite, and nothing at all is written when that is false
//   totals                   (tensors + 1) what StepSum lists, after the step: of each tensor and, last, of all
//   partial                  (pieces) the same of each piece
//   settled                  (tensors, or groups for an optimizer with block slots) what follows from the measure, and
//   weights                  (tensors) from the judgement: workspace of the optimizers that ask for statistics
//   block_slot               (groups) state that has one number for each group
//   column_work              (table.column_work) workspace of tensors that are divided by columns: linalg/strips.h
#pragma once
#include <algorithm>
#include "../core/backend.h"
#include "../linalg/pieces.h"
#include "optimizer.h"

namespace sophia {

// A Step as the formula needs it. It lies in the memory of the device, where a captured graph finds new values.
template <class O, class T>
struct Now {
  typename O::template Constants<T> constants;
  T minus_rate, keep, clip;  // −η, 1 − ηλ, the gradient's factor
  bool finite;
};

template <class O, class T>
Now<O, T> now(const typename O::Hyper& hyper, const Step& step) {
  return {O::template prepare<T>(hyper, step), static_cast<T>(-step.learning_rate),
          static_cast<T>(1 - step.learning_rate * step.weight_decay), static_cast<T>(step.clip), step.finite};
}

// Unclipped coordinates, Σθ² and Σm².
enum class StepSum { kUnclipped, kParameters, kMomentum, kSums };
using StepSums = Tally<double, static_cast<int>(StepSum::kSums)>;

template <class O, class T>
struct Update {
  View<T> theta, gradient, slot[kSlotCount<O>];
  PieceTable table;
  const Now<O, T>* now;
  StepSums *totals, *partial;
  View<T> settled = {}, weights = {}, block_slot[std::max(kBlockSlotCount<O>, 1)] = {}, column_work = {};
  const View<T>*thetas = nullptr, *gradients = nullptr;
  bool aligned = true;  // on the GPU: every tensor that lies by itself begins at a multiple of 128 bits
};

template <class Isa, class O, class T>
void step(Cpu<Isa>&, const Update<O, T>&);
template <class O, class T>
void step(Cuda&, const Update<O, T>&);

namespace elementwise {

// A piece: where its numbers are, and the constants for them. Where tensors lie by themselves, θ and the gradient of a
// place have other addresses than the slots; where they do not, a GPU is spared the registers of the two.
template <bool kScattered, class O, class T>
struct Stretch {
  Piece piece;
  Now<O, T> now;
  View<T> theta, gradient, slot[kSlotCount<O>];
  T settled{}, weight{};  // of the tensor or group, once they are known
  View<T> by_column{};    // or of each column, in rows of `columns`; the piece begins in `column`
  std::uint32_t column = 0, columns = 0;

  HD Stretch(const Update<O, T>& a, const Piece& at)
      : piece(at), now(a.now[a.table.spans[piece.span].set]), theta(a.theta), gradient(a.gradient) {
    if constexpr (kScattered) {
      theta = at_piece(a.theta, a.thetas, a.table, piece);
      gradient = at_piece(a.gradient, a.gradients, a.table, piece);
    }
    now.clip = a.now->clip;
    if (!a.table.spans[piece.span].decay) now.keep = T(1);
    for (int s = 0; s < kSlotCount<O>; ++s) slot[s] = a.slot[s];
  }
  HD void read_settled(const Update<O, T>& a) {
    if constexpr (KeepsBlocks<O>) {
      const Span& span = a.table.spans[piece.span];
      columns = static_cast<std::uint32_t>(span.columns);
      if (columns == 0) return void(settled = a.settled[piece.group]);
      column = static_cast<std::uint32_t>((piece.offset - span.offset) % span.columns);
      by_column = a.column_work + span.column_work;
    } else if constexpr (Measures<O>) {
      settled = a.settled[piece.span];
    }
  }
  HD void read_weight(const Update<O, T>& a) {
    if constexpr (Judges<O>) weight = a.weights[piece.span];
  }

  // Place i of the piece in the slots, and in θ and the gradient.
  template <class Place>
  HD Place in_slot(Place i) const {
    i.index += piece.offset;
    return i;
  }
  template <class Place>
  HD Place in_tensor(Place i) const {
    return kScattered ? i : in_slot(i);
  }
  // What is settled for the pack of a place. Beyond the last column stands the first again.
  template <class V, class Place>
  HD V settled_at(Place i) const {
    if constexpr (KeepsBlocks<O>) {
      const auto place = column + static_cast<std::uint32_t>(i.index);
      if (columns > 0) return by_column[At<V::kWidth>{static_cast<std::ptrdiff_t>(place % columns)}];
    }
    return V(settled);
  }
  template <class Place>
  HD auto gradient_at(Place i) const {
    return gradient[in_tensor(i)] * now.clip;
  }
};

// One pack of it: what is read there, and the direction that follows. The slots move on with it.
template <class Stretch, class O, class V>
struct Local {
  V g, slot[kSlotCount<O>], direction;

  template <class Place>
  HD Local(const Stretch& a, Place i) : g(a.gradient_at(i)) {
    for (int s = 0; s < kSlotCount<O>; ++s) slot[s] = a.slot[s][a.in_slot(i)];
  }
  template <class Place>
  HD void move(const Stretch& a, Place i) {
    if constexpr (Measures<O>) direction = O::direction(a.now.constants, g, slot, a.template settled_at<V>(i));
    else direction = O::direction(a.now.constants, g, slot);
  }
};
template <bool kScattered, class O, class T, class Place>
using LocalAt = Local<Stretch<kScattered, O, T>, O, decltype(View<T>{}[Place{}])>;

// The step itself. Returns what StepSum lists.
template <bool kScattered, class O, class T, class Place>
HD auto step_at(const Stretch<kScattered, O, T>& a, Place i) {
  using V = decltype(a.theta[i]);
  LocalAt<kScattered, O, T, Place> at(a, i);
  at.move(a, i);
  if constexpr (Judges<O>) at.direction = O::finish(a.now.constants, at.direction, at.g, V(a.weight));
  const V theta = fma(V(a.now.minus_rate), at.direction, a.theta[a.in_tensor(i)] * a.now.keep);
  a.theta.store(a.in_tensor(i), theta);
  for (int s = 0; s < O::kWritten; ++s) a.slot[s].store(a.in_slot(i), at.slot[s]);

  Tally<V, static_cast<int>(StepSum::kSums)> sums(0);
  if constexpr (Clips<O>) sums[StepSum::kUnclipped] = O::unclipped(a.now.constants, at.slot);
  sums[StepSum::kParameters] = square(theta);
  sums[StepSum::kMomentum] = square(at.slot[0]);
  return sums;
}

// The same for a whole piece; a team is a thread on the CPU. Everything is read by value: the compiler cannot know that
// the stores leave the table alone.
template <bool kScattered, class Team, class O, class T>
HD void step_piece(Team team, const Update<O, T> a, std::int64_t p) {
  Stretch<kScattered, O, T> here(a, a.table.pieces[p]);
  here.read_settled(a);
  here.read_weight(a);
  const auto sums = team.sum(here.piece.count, [&](auto i) { return step_at(here, i); });
  if (team.leads()) a.partial[p] = widen(sums);
}

}  // namespace elementwise
}  // namespace sophia
