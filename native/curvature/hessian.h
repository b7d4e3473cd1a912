// The moving average of the Hessian's diagonal, and how much of the next step it leaves unclipped.
// Liu et al. 2023, Algorithms 2 and 3, https://arxiv.org/abs/2305.14342
//
//   h ← β₂ h + (1 − β₂) · scale · (clip · ĝ)²      Gauss-Newton-Bartlett: ĝ is the gradient at sampled labels
//   h ← β₂ h + (1 − β₂) · scale · clip · ĥ         an estimate of the diagonal itself (Hutchinson's)
//
//   hessian, estimate, momentum   arenas with the same offsets; momentum is only read, for the win rate, and may be
//                                 absent: 12 bytes of memory traffic per number then instead of 16
//   estimates                     (tensors) instead of the arena: where the estimate of each tensor lies by itself
//   now                           (sets) the refresh's constants for the tensors of each set (Span::set); clip, squared
//                                 and finite are the first's, and nothing at all is written when it is not finite
//   totals                        (tensors + 1) what HessianSum lists, of each tensor and, last, of all
//   partial                       (pieces) the same of each piece
//
// h is not corrected for its start at 0. The authors' code keeps B out of h (scale 1) and brings it in at the step, the
// paper has scale = B; B is the number of predictions that ĝ is the mean of.
#pragma once
#include <limits>
#include "../core/backend.h"
#include "../linalg/pieces.h"
#include "../math/average.h"

namespace sophia {

// How the diagonal is estimated: by the gradient at sampled labels (gnb.h), or by a product with a random vector
// (hutchinson.h).
enum class Estimator { kGaussNewtonBartlett, kHutchinson };

// Coordinates with |m| < max(threshold · h, floor), those with h < 0, Σ|h| and Σh². The first, strict and without the ε
// of the step, is the win rate of the authors' code; without a momentum it is 0.
enum class HessianSum { kUnclipped, kNegative, kL1, kL2, kSums };
using HessianSums = Tally<double, static_cast<int>(HessianSum::kSums)>;

template <class T>
struct HessianNow {
  MovingAverage<T> average;  // of β₂ and the scale
  T clip, threshold, floor;
  bool squared;  // the estimate is ĝ
  bool finite;
};

template <class T>
struct HessianUpdate {
  View<T> hessian, estimate, momentum;
  PieceTable table;
  const HessianNow<T>* now;
  HessianSums *totals, *partial;
  const View<T>* estimates = nullptr;
  bool aligned = true;  // on the GPU: every estimate that lies by itself begins at a multiple of 128 bits
};

template <class Isa, class T>
void update_hessian(Cpu<Isa>&, const HessianUpdate<T>&);
template <class T>
void update_hessian(Cuda&, const HessianUpdate<T>&);

namespace hessian {

// A piece: where its numbers are, and the constants for them; see optimizers/elementwise.h.
template <bool kScattered, class T>
struct Stretch {
  Piece piece;
  HessianNow<T> now;
  View<T> hessian, estimate, momentum;

  HD Stretch(const HessianUpdate<T>& a, std::int64_t p)
      : piece(a.table.pieces[p]),
        now(a.now[a.table.spans[piece.span].set]),
        hessian(a.hessian),
        estimate(a.estimate),
        momentum(a.momentum) {
    if constexpr (kScattered) estimate = at_piece(a.estimate, a.estimates, a.table, piece);
    now.clip = a.now->clip;
    now.squared = a.now->squared;
  }

  template <class Place>
  HD Place in_arena(Place i) const {
    i.index += piece.offset;
    return i;
  }
  template <class Place>
  HD Place in_estimate(Place i) const {
    return kScattered ? i : in_arena(i);
  }
};

// The new h at place i, and what HessianSum lists. The sums are doubles: h² of a float may underflow.
template <bool kScattered, class T, class Place>
HD auto update_at(const Stretch<kScattered, T>& a, Place place) {
  const Place i = a.in_arena(place);
  using V = decltype(a.hessian[i]);
  const V x = a.estimate[a.in_estimate(place)] * a.now.clip, old = a.hessian[i];
  const V h = a.now.squared ? a.now.average.next_square(old, x) : a.now.average.next(old, x);
  a.hessian.store(i, h);
  const auto wide = widen(h);
  Tally<std::decay_t<decltype(wide)>, static_cast<int>(HessianSum::kSums)> sums;
  const V m = a.momentum ? abs(a.momentum[i]) : V(std::numeric_limits<T>::infinity());
  sums[HessianSum::kUnclipped] = widen(less(m, max(h * a.now.threshold, V(a.now.floor))));
  sums[HessianSum::kNegative] = widen(less(h, V(0)));
  sums[HessianSum::kL1] = abs(wide);
  sums[HessianSum::kL2] = square(wide);
  return sums;
}

// The same for a whole piece, everything read by value: see step_piece in optimizers/elementwise.h.
template <bool kScattered, class Team, class T>
HD void update_piece(Team team, const HessianUpdate<T> a, std::int64_t p) {
  const Stretch<kScattered, T> here(a, p);
  const auto sums = team.sum(here.piece.count, [&](auto i) { return update_at(here, i); });
  if (team.leads()) a.partial[p] = sums;
}

}  // namespace hessian
}  // namespace sophia
