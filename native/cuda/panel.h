// Panels: what a step of a matrix product needs of one operand, moved from memory through registers to shared memory.
//
//   rows of op(A), or columns of op(B)   kLength of them, at kDepth depths of the inner dimension k
//
// A block keeps two of each operand, and fetches the next into registers while it multiplies the last.
#pragma once
#include <algorithm>
#include "team.h"
#include "width.h"

namespace sophia {

// A row that lies along k gives 8 floats to a step: 32 bytes, the least that a GPU moves.
inline constexpr int kDepth = 8;
// Whether a row of memory lies along k, as in A and Bᵀ, or across it, as in Aᵀ and B; the narrow kernel serves both.
enum class Storage { kAlong, kAcross, kEither };

// Part of an operand: `count` rows of op(A), or columns of op(B), at all depths.
template <class T>
struct Operand {
  View<T> x;
  std::int64_t stride, depths;
  int count;
  bool along;
};

// In shared memory a panel has a row for each depth. The 4 floats behind it send lanes that store different depths to
// different banks.
template <int kLength> inline constexpr int kPanelRow = kLength + kWide;
template <int kLength> inline constexpr int kPanel = kDepth * kPanelRow<kLength>;

// This thread's share of a panel on its way from memory to shared memory, in pieces of N numbers. Lanes that follow
// each other take pieces that do in memory; numbers beyond the operand are zeros.
template <class T, int kLength, int kThreads, Storage kStorage, int N>
class PanelShare {
 public:
  DEVICE void fetch(const Operand<T>& from, std::int64_t first_depth) {
    const bool along = is_along(from);
    UNROLL
    for (int p = 0; p < kPieces; ++p) {
      const std::int64_t i = index(p, along), d = first_depth + depth(p, along);
      const std::int64_t left = along ? (i < from.count ? from.depths - d : 0) : d < from.depths ? from.count - i : 0;
      const View<T> at = from.x + (along ? i * from.stride + d : d * from.stride + i);
      if (left >= N) piece_[p] = at[At<N>{0}];
      else piece_[p] = at[Part<N>{0, static_cast<int>(std::max<std::int64_t>(left, 0))}];
    }
  }
  DEVICE void put(const Operand<T>& from, float* panel) const {
    const bool along = is_along(from);
    UNROLL
    for (int p = 0; p < kPieces; ++p) {
      float* const to = panel + depth(p, along) * kPanelRow<kLength> + index(p, along);
      if (along) {
        UNROLL
        for (int l = 0; l < N; ++l) to[l * kPanelRow<kLength>] = piece_[p][l];
      } else {
        store(to, piece_[p]);
      }
    }
  }

 private:
  static constexpr int kPieces = kLength * kDepth / (N * kThreads);
  static constexpr int kAlong = kDepth / N, kAcross = kLength / N;  // pieces of a row of memory

  DEVICE static bool is_along(const Operand<T>& from) {
    return kStorage == Storage::kEither ? from.along : kStorage == Storage::kAlong;
  }
  DEVICE static int number(int p) { return static_cast<int>(threadIdx.x) + p * kThreads; }
  DEVICE static int index(int p, bool along) { return along ? number(p) / kAlong : number(p) % kAcross * N; }
  DEVICE static int depth(int p, bool along) { return along ? number(p) % kAlong * N : number(p) / kAcross; }

  Pack<float, N> piece_[kPieces];
};

}  // namespace sophia
