// Passes over the pieces of an arena (linalg/pieces.h): a warp per piece; then a warp per tensor adds up what its
// pieces have summed.
//
// A pass A has `table` and the sums `totals` and `partial`. Where it has `now`, nothing is written when the flag
// `finite` there is off.
#pragma once
#include "team.h"
#include "width.h"

namespace sophia {

inline constexpr int kPieceWarps = 8;  // of a block: 256 threads, several times which fit a multiprocessor's registers

DEVICE std::int64_t number_of_piece_warp() { return static_cast<std::int64_t>(blockIdx.x) * kPieceWarps + threadIdx.y; }
inline Grid piece_warps(std::int64_t count) { return {blocks_for(count, kPieceWarps), {32, kPieceWarps}}; }

template <class A>
DEVICE bool wanted(const A& a) {
  if constexpr (requires { a.now->finite; }) return a.now->finite;
  else return true;
}

// f(team, piece) with a team as wide as the piece's address allows; `aligned` says that the arenas begin at multiples
// of 128 bits. All lanes of a warp have the same piece.
template <class A, class F>
DEVICE void with_piece(const A& a, bool aligned, F f) {
  const std::int64_t p = number_of_piece_warp();
  if (p >= a.table.piece_count || !wanted(a)) return;
  if (aligned && a.table.pieces[p].offset % kWide == 0) f(Warp<kWide>{}, p);
  else f(Warp<1>{}, p);
}

// Of sums that are taken together: each by itself.
template <class Sums>
  requires requires(Sums x) { x.sum[0]; }
DEVICE Sums shuffle_xor(Sums x, int lanes) {
  for (auto& sum : x.sum) sum = shuffle_xor(sum, lanes);
  return x;
}

template <class Sums>
DEVICE Sums add_up_by_warp(const Sums* partial, std::int64_t first, std::int64_t end) {
  Sums total(0);
  for (std::int64_t p = first + threadIdx.x; p < end; p += Warp<1>::kLanes) total = total + partial[p];
  return Warp<1>{}.sum_of_lanes(total);
}

// totals[s] of every tensor, from its pieces; then the last, of all, from those.
template <class A>
__global__ void piece_totals_kernel(A a) {
  const std::int64_t s = number_of_piece_warp();
  if (s >= a.table.span_count || !wanted(a)) return;
  const auto total = add_up_by_warp(a.partial, a.table.spans[s].first_piece, a.table.spans[s].end_piece);
  if (threadIdx.x == 0) a.totals[s] = total;
}
template <class A>
__global__ void piece_total_kernel(A a) {
  if (!wanted(a)) return;
  const auto total = add_up_by_warp(a.totals, 0, a.table.span_count);
  if (threadIdx.x == 0) a.totals[a.table.span_count] = total;
}

template <class A>
void add_totals(Cuda& on, const A& a) {
  on.launch("piece_totals", piece_warps(a.table.span_count), piece_totals_kernel<A>, a);
  on.launch("piece_total", {1, Warp<1>::kLanes}, piece_total_kernel<A>, a);
}

}  // namespace sophia
