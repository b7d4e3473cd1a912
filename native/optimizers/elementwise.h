// One fused pass of an elementwise optimizer over a flat arena.
//
//   g ← clip · gradient         the coefficient of optimizers/clip.h
//   θ ← (1 − ηλ) θ              decoupled decay, only in tensors that decay
//   d ← direction(g, slots)     the optimizer's own formula, see optimizer.h; the slots move on
//   θ ← θ − η d                 rounded once
//
//   theta, gradient, slots   arenas with the same offsets; the gaps between tensors are not touched
//   now                      the step's constants; nothing at all is written when its `finite` is false
//   totals                   (tensors + 1) what StepSum lists, after the step: of each tensor and, last, of all
//   partial                  (pieces) the same of each piece
//   measured, judged         (groups) statistics, for the optimizers that ask for them
#pragma once
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
  Statistic *measured = nullptr, *judged = nullptr;
};

template <class Isa, class O, class T>
void step(Cpu<Isa>&, const Update<O, T>&);
template <class O, class T>
void step(Cuda&, const Update<O, T>&);

namespace elementwise {

// One pack of the arena: what is read there, and the direction that follows. The slots move on with it.
template <class O, class T, class V>
struct Local {
  V g, slot[kSlotCount<O>], direction;

  template <class Place>
  HD Local(const Update<O, T>& a, const Now<O, T>& now, Place i) : g(a.gradient[i] * now.clip) {
    for (int s = 0; s < kSlotCount<O>; ++s) slot[s] = a.slot[s][i];
  }
  HD void move(const Update<O, T>& a, const Now<O, T>& now, const Piece& piece) {
    if constexpr (Measures<O>) direction = O::direction(now.constants, g, slot, a.measured[piece.group]);
    else direction = O::direction(now.constants, g, slot);
  }
};
template <class O, class T, class Place>
using LocalAt = Local<O, T, decltype(View<T>{}[Place{}])>;

template <class O, class T, class Place>
HD auto measure_at(const Update<O, T>& a, const Now<O, T>& now, const Piece&, Place i) {
  LocalAt<O, T, Place> at(a, now, i);
  return O::measure(now.constants, at.g, at.slot);
}

template <class O, class T, class Place>
HD auto judge_at(const Update<O, T>& a, const Now<O, T>& now, const Piece& piece, Place i) {
  LocalAt<O, T, Place> at(a, now, i);
  at.move(a, now, piece);
  return O::judge(now.constants, at.direction, at.g);
}

// The step itself; `keep` is 1 − ηλ, or 1 in a tensor that does not decay. Returns what StepSum lists.
template <class O, class T, class Place>
HD auto step_at(const Update<O, T>& a, const Now<O, T>& now, const Piece& piece, T keep, Place i) {
  using V = decltype(a.theta[i]);
  LocalAt<O, T, Place> at(a, now, i);
  at.move(a, now, piece);
  if constexpr (Judges<O>) at.direction = O::finish(now.constants, at.direction, at.g, a.judged[piece.group]);
  const V theta = fma(V(now.minus_rate), at.direction, a.theta[i] * keep);
  a.theta.store(i, theta);
  for (int s = 0; s < O::kWritten; ++s) a.slot[s].store(i, at.slot[s]);

  Tally<V, static_cast<int>(StepSum::kSums)> sums(0);
  if constexpr (Clips<O>) sums[StepSum::kUnclipped] = O::unclipped(now.constants, at.slot);
  sums[StepSum::kParameters] = square(theta);
  sums[StepSum::kMomentum] = square(at.slot[0]);
  return sums;
}

// The same for a whole piece; a team is a thread on the CPU. Everything is read by value: the compiler cannot know that
// the stores leave the table alone.
template <class Team, class O, class T>
HD void step_piece(Team team, const Update<O, T> a, std::int64_t p) {
  const Now<O, T> now = *a.now;
  const Piece piece = a.table.pieces[p];
  const T keep = a.table.spans[piece.span].decay ? now.keep : T(1);
  const auto sums = team.sum(piece.count, [&](auto i) {
    i.index += piece.offset;
    return step_at(a, now, piece, keep, i);
  });
  if (team.leads()) a.partial[p] = widen(sums);
}

// partial[p] = the sum of f(a, now, piece, place) over a piece, for the two statistics.
template <class Team, class O, class T, class F>
HD void sum_piece(Team team, const Update<O, T> a, std::int64_t p, F f) {
  const Now<O, T> now = *a.now;
  const Piece piece = a.table.pieces[p];
  const auto sum = team.sum(piece.count, [&](auto i) {
    i.index += piece.offset;
    return f(a, now, piece, i);
  });
  if (team.leads()) a.partial[p][StepSum{}] = widen(sum);
}
template <class O, class T>
HD Statistic statistic(const Update<O, T>& a, std::int64_t g) {
  const Group group = a.table.groups[g];
  return {add_up(a.partial, group.first_piece, group.end_piece)[StepSum{}], static_cast<double>(group.count)};
}

}  // namespace elementwise
}  // namespace sophia
