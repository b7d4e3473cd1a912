// The fused step on the GPU: a warp per piece of the arena; then a warp per tensor adds up what its pieces have summed.
#include "elementwise.h"
#include "../cuda/team.h"
#include "../cuda/width.h"
#include "registry.h"

namespace sophia {

template <class V, int K>
DEVICE Tally<V, K> shuffle_xor(Tally<V, K> x, int lanes) {
  for (auto& sum : x.sum) sum = shuffle_xor(sum, lanes);
  return x;
}

namespace {

constexpr int kWarps = 8;  // of a block: 256 threads, several times which fit a multiprocessor's registers
[[maybe_unused]] constexpr int kGroupThreads = 128;  // today no optimizer asks for statistics

DEVICE std::int64_t number_of_warp() { return static_cast<std::int64_t>(blockIdx.x) * kWarps + threadIdx.y; }
Grid warps(std::int64_t count) { return {blocks_for(count, kWarps), {32, kWarps}}; }

// f(team, piece) with a team as wide as the piece's address allows; `aligned` says that the arenas begin at multiples
// of 128 bits. All lanes of a warp have the same piece.
template <class O, class T, class F>
DEVICE void with_piece(const Update<O, T>& a, bool aligned, F f) {
  const std::int64_t p = number_of_warp();
  if (p >= a.table.piece_count || !a.now->finite) return;
  if (aligned && a.table.pieces[p].offset % kWide == 0) f(Warp<kWide>{}, p);
  else f(Warp<1>{}, p);
}

template <int K>
DEVICE Tally<double, K> add_up_by_warp(const Tally<double, K>* partial, std::int64_t first, std::int64_t end) {
  Tally<double, K> total(0);
  for (std::int64_t p = first + threadIdx.x; p < end; p += Warp<1>::kLanes) total = total + partial[p];
  return Warp<1>{}.sum_of_lanes(total);
}

struct Measure {
  template <class... Places>
  DEVICE auto operator()(Places&... x) const {
    return elementwise::measure_at(x...);
  }
};
struct Judge {
  template <class... Places>
  DEVICE auto operator()(Places&... x) const {
    return elementwise::judge_at(x...);
  }
};

}  // namespace

template <class O, class T>
__global__ void elementwise_step_kernel(Update<O, T> a, bool aligned) {
  with_piece(a, aligned, [&](auto team, std::int64_t p) { elementwise::step_piece(team, a, p); });
}

// totals[s] of every tensor, from its pieces; then the last, of all, from those.
template <class O, class T>
__global__ void elementwise_totals_kernel(Update<O, T> a) {
  const std::int64_t s = number_of_warp();
  if (s >= a.table.span_count || !a.now->finite) return;
  const auto total = add_up_by_warp(a.partial, a.table.spans[s].first_piece, a.table.spans[s].end_piece);
  if (threadIdx.x == 0) a.totals[s] = total;
}
template <class O, class T>
__global__ void elementwise_total_kernel(Update<O, T> a) {
  if (!a.now->finite) return;
  const auto total = add_up_by_warp(a.totals, 0, a.table.span_count);
  if (threadIdx.x == 0) a.totals[a.table.span_count] = total;
}

template <class F, class O, class T>
__global__ void elementwise_gather_kernel(Update<O, T> a, bool aligned) {
  with_piece(a, aligned, [&](auto team, std::int64_t p) { elementwise::sum_piece(team, a, p, F{}); });
}
template <class O, class T>
__global__ void elementwise_statistic_kernel(Update<O, T> a, Statistic* groups) {
  const std::int64_t g = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (g < a.table.group_count && a.now->finite) groups[g] = elementwise::statistic(a, g);
}

namespace {

// Σ F over every group, where F belongs to one place of the arena.
template <class F, class O, class T>
void gather(Cuda& on, const Update<O, T>& a, bool aligned, Statistic* groups) {
  on.launch("elementwise_gather", warps(a.table.piece_count), elementwise_gather_kernel<F, O, T>, a, aligned);
  on.launch("elementwise_statistic", {blocks_for(a.table.group_count, kGroupThreads), kGroupThreads},
            elementwise_statistic_kernel<O, T>, a, groups);
}

template <class O, class T>
bool arenas_aligned(const Update<O, T>& a) {
  bool all = aligned(a.theta) && aligned(a.gradient);
  for (const auto& slot : a.slot) all &= aligned(slot);
  return all;
}

}  // namespace

template <class O, class T>
void step(Cuda& on, const Update<O, T>& a) {
  const bool aligned = arenas_aligned(a);
  if constexpr (Measures<O>) gather<Measure>(on, a, aligned, a.measured);
  if constexpr (Judges<O>) gather<Judge>(on, a, aligned, a.judged);
  on.launch("elementwise_step", warps(a.table.piece_count), elementwise_step_kernel<O, T>, a, aligned);
  on.launch("elementwise_totals", warps(a.table.span_count), elementwise_totals_kernel<O, T>, a);
  on.launch("elementwise_total", {1, Warp<1>::kLanes}, elementwise_total_kernel<O, T>, a);
}

#define SOPHIA_INSTANTIATE_STEP(O) template void step(Cuda&, const Update<O, float>&);
SOPHIA_OPTIMIZERS(SOPHIA_INSTANTIATE_STEP)

}  // namespace sophia
