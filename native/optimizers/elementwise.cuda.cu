// The fused step on the GPU: a warp per piece of the arena; then a warp per tensor adds up what its pieces have summed.
#include "elementwise.h"
#include "../cuda/pieces.h"
#include "registry.h"

namespace sophia {

namespace {

[[maybe_unused]] constexpr int kGroupThreads = 128;  // today no optimizer asks for statistics

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

template <bool kScattered, class O, class T>
__global__ void elementwise_step_kernel(Update<O, T> a, bool aligned) {
  with_piece(a, aligned, [&](auto team, std::int64_t p) { elementwise::step_piece<kScattered>(team, a, p); });
}

template <class F, class O, class T>
__global__ void elementwise_gather_kernel(Update<O, T> a, bool aligned) {
  with_piece(a, aligned, [&](auto team, std::int64_t p) { elementwise::sum_piece<true>(team, a, p, F{}); });
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
  on.launch("elementwise_gather", piece_warps(a.table.piece_count), elementwise_gather_kernel<F, O, T>, a, aligned);
  on.launch("elementwise_statistic", {blocks_for(a.table.group_count, kGroupThreads), kGroupThreads},
            elementwise_statistic_kernel<O, T>, a, groups);
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
  if constexpr (Measures<O>) gather<Measure>(on, a, aligned, a.measured);
  if constexpr (Judges<O>) gather<Judge>(on, a, aligned, a.judged);
  const auto kernel = a.thetas ? elementwise_step_kernel<true, O, T> : elementwise_step_kernel<false, O, T>;
  on.launch("elementwise_step", piece_warps(a.table.piece_count), kernel, a, aligned);
  add_totals(on, a);
}

#define SOPHIA_INSTANTIATE_STEP(O) template void step(Cuda&, const Update<O, float>&);
SOPHIA_OPTIMIZERS(SOPHIA_INSTANTIATE_STEP)

}  // namespace sophia
