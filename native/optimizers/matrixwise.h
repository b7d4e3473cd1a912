// What a matrix optimizer is: a struct of static members, as an elementwise one (optimizer.h), but for its direction,
// which it composes of verbs on matrices. muon.h is the shortest.
//
//   kName, kSlots, Hyper, kFields, check, Constants, prepare   as in optimizer.h
//   kNumberSlots                  so many of the slots, the first, have a number for each of the tensor's; slot 0 is
//   the
//                                 momentum
//   tile_numbers(hyper, tile, s)  how many numbers another slot s has for a tile
//   kWorks                        so many copies of a round's numbers it needs, tile by tile (linalg/tiles.h)
//   block(hyper)                  the most rows and columns of a tile; 0: any
//   factor(hyper, division)       of the learning rate, for a tensor that is divided like that
//   scratch(hyper, class)         numbers that move() computes with beside the copies, for one class at a time
//   sums(class)                   optional: doubles that it sums in
//   move(on, room)                makes the last copy the direction of a round
//   adjust(here)                  optional: other constants for a piece
//   course(hyper, step)           optional: which launches a step makes, where they are not always the same
//
// A pass is a formula for one place of a piece; `here` says where its numbers lie:
//
//   here.now                      the step's constants
//   here.theta, here.gradient, here.slot[s], here.work[w]   views of the piece; work[w] of copy w
//   here.statistic                what the last pass that returned sums came to in the tensor, if add_sums() followed
//   it
//
//   θ ← (1 − ηλ) θ − η factor direction                     the last pass, Apply
#pragma once
#include "../linalg/tiles.h"
#include "elementwise.h"

namespace sophia {

template <class O>
concept MovesMatrices = requires { O::kWorks; };

// What the passes of a round see.
template <class O, class T>
struct Sheet {
  PieceTable table;  // the round's pieces, and all spans
  const Now<O, T>* now;
  const View<T>*thetas, *gradients;  // (tensors)
  View<T> slot[O::kNumberSlots], work[O::kWorks];
  const T* factors;            // (spans)
  const StepSums* statistics;  // (spans) what take_sums() found last, its first sum
  StepSums* partial;           // (the round's pieces)
  bool aligned;                // every tensor begins at a multiple of 128 bits
};

// The pass of a formula over a round; and, when Apply was the last of every round, what its sums come to.
template <class Formula, class Isa, class O, class T>
void pass(Cpu<Isa>&, const Sheet<O, T>&);
template <class Formula, class O, class T>
void pass(Cuda&, const Sheet<O, T>&);

template <class O, class T>
struct SheetSums {
  PieceTable table;
  const Now<O, T>* now;
  StepSums *totals, *partial;
};
template <class Isa, class O, class T>
void add_sums(Cpu<Isa>&, const SheetSums<O, T>&);
template <class O, class T>
void add_sums(Cuda&, const SheetSums<O, T>&);

// A round on a backend: what move() works with.
template <class On, class O>
struct Room {
  using T = typename On::Real;
  const typename O::Hyper& hyper;
  const Step& step;
  const Round& round;
  Sheet<O, T> sheet;
  View<T> scratch;
  double* doubles;
  SheetSums<O, T> sums;       // of the round's tensors
  const View<T>* tile_slots;  // (classes, slots) of the first tile of a class, in each slot that tiles have

  View<T> slot(std::size_t c, int s) const {
    return tile_slots[c * std::size(O::kSlots) + static_cast<std::size_t>(s)];
  }
};

namespace matrixwise {

template <class O, class T>
struct Spot {
  Now<O, T> now;
  T factor;
  Statistic statistic;
  std::int32_t site;
  std::int64_t first;  // the place of the piece in its tensor
  View<T> theta, gradient, slot[O::kNumberSlots], work[O::kWorks];

  HD Spot(const Sheet<O, T>& a, const Piece& piece) : now(a.now[a.table.spans[piece.span].set]) {
    const Span& span = a.table.spans[piece.span];
    statistic = {a.statistics[piece.span][StepSum{}], static_cast<double>(span.count)};
    site = span.site;
    first = piece.offset - span.offset;
    theta = a.thetas[span.tensor] + first;
    gradient = a.gradients[span.tensor] + first;
    for (int s = 0; s < O::kNumberSlots; ++s) slot[s] = a.slot[s] + piece.offset;
    for (int w = 0; w < O::kWorks; ++w) work[w] = a.work[w] + piece.work;
    factor = a.factors[piece.span];
    now.clip = a.now->clip;
    if (!span.decay) now.keep = T(1);
    if constexpr (requires { O::adjust(*this); }) O::adjust(*this);
  }
};

// θ moves along the last copy.
struct Apply {
  template <class O, class T, class Place>
  HD auto operator()(const Spot<O, T>& here, Place i) const {
    using V = decltype(here.theta[i]);
    const V direction = here.work[O::kWorks - 1][i] * here.factor;
    const V theta = fma(V(here.now.minus_rate), direction, here.theta[i] * here.now.keep);
    here.theta.store(i, theta);
    Tally<V, static_cast<int>(StepSum::kSums)> sums(0);
    sums[StepSum::kParameters] = square(theta);
    sums[StepSum::kMomentum] = square(here.slot[0][i]);
    return sums;
  }
};

template <class Formula, class Team, class O, class T>
HD void pass_piece(Team team, const Sheet<O, T> a, std::int64_t p) {
  const Piece piece = a.table.pieces[p];
  const Spot<O, T> here(a, piece);
  const Formula formula{};
  if constexpr (std::is_void_v<decltype(formula(here, At<1>{0}))>) {
    team.each(piece.count, [&](auto i) { formula(here, i); });
  } else {
    const auto sums = team.sum(piece.count, [&](auto i) { return formula(here, i); });
    if (team.leads()) a.partial[p] = widen(sums);
  }
}

}  // namespace matrixwise
}  // namespace sophia
