// The fused step on the GPU: a warp per piece of the arena; then a warp per tensor adds up what its pieces have summed.
// Before it, for a statistic: a warp per piece, or a block per part of a strip of columns; then a warp per tensor or
// group, or a thread where the group is small.
#include "../cuda/pieces.h"
#include "registry.h"
#include "statistics.h"

namespace sophia {

namespace {

// Of a block: warps, which share the rows, and columns, a pack of kWide for each lane.
constexpr int kStripWarps = 8;
constexpr std::int64_t kBlockColumns = 128;
constexpr int kGroupThreads = 128;

// Whether packs that begin at a multiple of their length do so in every row of the warp's piece.
template <class O, class T>
DEVICE bool rows_aligned(const Update<O, T>& a) {
  const std::int64_t p = number_of_piece_warp();
  if constexpr (!KeepsBlocks<O>) return true;
  else return p < a.table.piece_count && a.table.spans[a.table.pieces[p].span].columns % kWide == 0;
}

// Each warp's rows by themselves, then over the warps in order.
template <int N, class O, class T>
DEVICE void sum_strip(const Update<O, T>& a, View<T> of_warps) {
  const elementwise::StripRows<O, T> rows(a, blockIdx.x);
  const std::int64_t first = blockIdx.y * kBlockColumns;
  const auto each_column = [&](auto f) {
    Warp<N>{}.each(std::min(std::int64_t{kBlockColumns}, rows.strip.columns - first), f);
  };
  each_column([&](auto c) {
    auto at = c;
    at.index += first;
    decltype(rows.measure(0, at)) sum(0);
    for (std::int64_t r = threadIdx.y; r < rows.strip.rows; r += kStripWarps) sum = sum + rows.measure(r, at);
    of_warps.row(threadIdx.y, kBlockColumns).store(c, sum);
  });
  __syncthreads();
  if (threadIdx.y > 0) return;
  each_column([&](auto c) {
    auto sum = of_warps[c];
    for (int warp = 1; warp < kStripWarps; ++warp) sum = sum + of_warps.row(warp, kBlockColumns)[c];
    (a.column_work + (rows.strip.sums + first)).store(c, sum);
  });
}

}  // namespace

template <bool kScattered, class O, class T>
__global__ void elementwise_step_kernel(Update<O, T> a, bool aligned) {
  with_piece(a, aligned && rows_aligned(a),
             [&](auto team, std::int64_t p) { elementwise::step_piece<kScattered>(team, a, p); });
}

template <class Sum, class O, class T>
__global__ void elementwise_gather_kernel(Update<O, T> a, bool aligned) {
  with_piece(a, aligned && rows_aligned(a),
             [&](auto team, std::int64_t p) { elementwise::sum_piece<Sum>(team, a, p); });
}
template <class O, class T>
__global__ void elementwise_columns_kernel(Update<O, T> a, bool aligned) {
  __shared__ __align__(16) T memory[kStripWarps * kBlockColumns];
  const Strip strip = a.table.strips[blockIdx.x];
  if (!wanted(a) || blockIdx.y * kBlockColumns >= strip.columns) return;
  const bool wide = aligned && strip.offset % kWide == 0 && a.table.spans[strip.span].columns % kWide == 0;
  if (wide) sum_strip<kWide>(a, View<T>{memory});
  else sum_strip<1>(a, View<T>{memory});
}
template <class O, class T>
__global__ void elementwise_settle_kernel(Update<O, T> a) {
  const std::int64_t i = number_of_piece_warp();
  if (i >= elementwise::settled_count(a) || !wanted(a)) return;
  if (!elementwise::is_small(a, i)) elementwise::settle(Warp<1>{}, a, i);
}
template <class O, class T>
__global__ void elementwise_settle_small_kernel(Update<O, T> a) {
  const std::int64_t g = static_cast<std::int64_t>(blockIdx.x) * kGroupThreads + threadIdx.x;
  if (g >= a.table.group_count || !wanted(a)) return;
  if (elementwise::is_small(a, g)) elementwise::settle(Thread{}, a, g);
}
template <class O, class T>
__global__ void elementwise_weigh_kernel(Update<O, T> a) {
  const std::int64_t s = number_of_piece_warp();
  if (s < a.table.span_count && wanted(a)) elementwise::weigh(Warp<1>{}, a, s);
}

namespace {

template <class Sum, class O, class T>
void gather(Cuda& on, const Update<O, T>& a, bool aligned) {
  on.launch("elementwise_gather", piece_warps(a.table.piece_count), elementwise_gather_kernel<Sum, O, T>, a, aligned);
}
template <class O, class T>
void measure(Cuda& on, const Update<O, T>& a, bool aligned) {
  gather<elementwise::Measuring>(on, a, aligned);
  if constexpr (KeepsBlocks<O>)
    on.launch(
        "elementwise_columns",
        {{blocks_for(a.table.strip_count, 1), blocks_for(a.table.strip_columns, kBlockColumns)}, {32, kStripWarps}},
        elementwise_columns_kernel<O, T>, a, aligned);
  if constexpr (MeasuresAll<O>) add_totals(on, a);
  on.launch("elementwise_settle", piece_warps(elementwise::settled_count(a)), elementwise_settle_kernel<O, T>, a);
  if constexpr (KeepsBlocks<O>)
    on.launch("elementwise_settle_small", {blocks_for(a.table.group_count, kGroupThreads), kGroupThreads},
              elementwise_settle_small_kernel<O, T>, a);
}
template <class O, class T>
void judge(Cuda& on, const Update<O, T>& a, bool aligned) {
  gather<elementwise::Judging>(on, a, aligned);
  on.launch("elementwise_weigh", piece_warps(a.table.span_count), elementwise_weigh_kernel<O, T>, a);
}

template <class O, class T>
bool arenas_aligned(const Update<O, T>& a) {
  bool all = (a.thetas || aligned(a.theta)) && (a.gradients || aligned(a.gradient)) && a.aligned;
  for (const auto& slot : a.slot) all &= aligned(slot);
  return all && aligned(a.column_work);
}

}  // namespace

template <class O, class T>
void step(Cuda& on, const Update<O, T>& a) {
  const bool aligned = arenas_aligned(a);
  if constexpr (Measures<O>) measure(on, a, aligned);
  if constexpr (Judges<O>) judge(on, a, aligned);
  const auto kernel = a.thetas ? elementwise_step_kernel<true, O, T> : elementwise_step_kernel<false, O, T>;
  on.launch("elementwise_step", piece_warps(a.table.piece_count), kernel, a, aligned);
  add_totals(on, a);
}

#define SOPHIA_INSTANTIATE_STEP(O) template void step(Cuda&, const Update<O, float>&);
SOPHIA_OPTIMIZERS(SOPHIA_INSTANTIATE_STEP)

}  // namespace sophia
