// The ratios: how far every coordinate of Sophia is from being clipped,  r = |m| / max(threshold · h, floor).
// A coordinate is clipped where r ≥ 1 (Liu et al. 2023, section 2.2, https://arxiv.org/abs/2305.14342), so that their
// distribution tells what win rate any other ρ or γ would have.
//
//   momentum, hessian   arenas with the same offsets
//   now                 (sets) the refresh's constants, as in hessian.h, for their threshold and floor
//   partial             (parts, kRatioBins) counts of every parts-th piece
//   counts              (kRatioBins) of all
//
// The bins are half octaves, [2ᵏ, 1.5·2ᵏ) and [1.5·2ᵏ, 2ᵏ⁺¹): the leading bits of a float. The first holds all that is
// smaller, the last but one all that is larger. The last is for coordinates without a positive h: no ρ or γ reaches
// them.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include "../core/backend.h"
#include "../linalg/pieces.h"
#include "../math/compare.h"
#include "hessian.h"

namespace sophia {

inline constexpr int kRatioBins = 64;

template <class T>
struct Ratios {
  View<T> momentum, hessian;
  PieceTable table;
  const HessianNow<T>* now;
  std::int64_t parts;
  std::uint32_t* partial;
  std::uint64_t* counts;
};

template <class Isa, class T>
void count_ratios(Cpu<Isa>&, const Ratios<T>&);
template <class T>
void count_ratios(Cuda&, const Ratios<T>&);

namespace ratios {

inline constexpr int kOne = kRatioBins / 2;   // the bin that begins at 1
inline constexpr int kNone = kRatioBins - 1;  // that of no ratio
inline constexpr std::int64_t kMostParts = 1024;

// As many parts as there are pieces to give them.
inline std::int64_t parts(std::int64_t pieces) { return std::clamp<std::int64_t>(pieces, 1, kMostParts); }

HD int bin(float ratio) {                           // of a positive h
  constexpr int kHalfOctave = 22, kBias = 2 * 127;  // bits below those that count; those of 1.0f
  const int place = static_cast<int>(std::bit_cast<std::uint32_t>(ratio) >> kHalfOctave) - kBias + kOne;
  return place < 0 ? 0 : place < kNone ? place : kNone - 1;
}

template <class T>
HD int bin_at(const Ratios<T>& a, const HessianNow<T>& now, std::int64_t i) {
  const T m = a.momentum[i], h = a.hessian[i];
  if (!(h > 0)) return kNone;
  return bin(static_cast<float>(abs(m) / max(h * now.threshold, now.floor)));
}

// Where a bin begins.
inline double edge(int bin) { return std::ldexp(bin % 2 == 0 ? 1.0 : 1.5, bin / 2 - kOne / 2); }

// The ratio that a part p of the coordinates lies below, taken as even within a bin; infinite where so many have none.
inline double quantile(std::span<const double> fractions, double p) {
  double below = 0;
  for (int b = 0; b < kNone; ++b) {
    const double here = fractions[static_cast<std::size_t>(b)];
    if (below + here >= p) return edge(b) + (edge(b + 1) - edge(b)) * (here > 0 ? (p - below) / here : 0);
    below += here;
  }
  return std::numeric_limits<double>::infinity();
}

// What ρ or γ is to be multiplied by, so that a part p of the coordinates would not have been clipped; not more than
// ten times either way, because the first estimates of h are far from what it will be. Where so many have no positive h
// that none would do, it stays.
inline double factor(std::span<const double> fractions, double p) {
  constexpr double kMost = 10;
  const double ratio = quantile(fractions, p);
  return std::isfinite(ratio) ? std::clamp(ratio, 1 / kMost, kMost) : 1;
}

}  // namespace ratios
}  // namespace sophia
