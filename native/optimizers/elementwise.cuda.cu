// The fused step on the GPU: a warp per piece of the arena; then a warp per tensor adds up what its pieces have summed.
#include "../cuda/pieces.h"
#include "registry.h"
#include "statistics.h"

namespace sophia {

template <bool kScattered, class O, class T>
__global__ void elementwise_step_kernel(Update<O, T> a, bool aligned) {
  with_piece(a, aligned, [&](auto team, std::int64_t p) { elementwise::step_piece<kScattered>(team, a, p); });
}

template <class Sum, class O, class T>
__global__ void elementwise_gather_kernel(Update<O, T> a, bool aligned) {
  with_piece(a, aligned, [&](auto team, std::int64_t p) { elementwise::sum_piece<Sum>(team, a, p); });
}
template <class O, class T>
__global__ void elementwise_settle_kernel(Update<O, T> a) {
  const std::int64_t i = number_of_piece_warp();
  if (i < elementwise::settled_count(a) && wanted(a)) elementwise::settle(Warp<1>{}, a, i);
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
  if constexpr (MeasuresAll<O>) add_totals(on, a);
  on.launch("elementwise_settle", piece_warps(elementwise::settled_count(a)), elementwise_settle_kernel<O, T>, a);
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
  return all;
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
