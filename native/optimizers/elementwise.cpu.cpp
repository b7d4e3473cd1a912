// The fused step on the CPU: pieces among threads, numbers among SIMD lanes.
#include "elementwise.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "registry.h"

namespace sophia {

namespace {

// Σ f over every group, where f belongs to one place of the arena.
template <class Isa, class O, class T, class F>
void gather(Cpu<Isa>& on, const Update<O, T>& a, Statistic* groups, F f) {
  each_piece(on, a.table, [&](auto p) { elementwise::sum_piece<true>(Solo<Isa::kLanes>{}, a, p, f); });
  for (std::int64_t g = 0; g < a.table.group_count; ++g) groups[g] = elementwise::statistic(a, g);
}

}  // namespace

template <class Isa, class O, class T>
void step(Cpu<Isa>& on, const Update<O, T>& a) {
  if (!a.now->finite) return;
  if constexpr (Measures<O>) gather(on, a, a.measured, [](auto&... x) { return elementwise::measure_at(x...); });
  if constexpr (Judges<O>) gather(on, a, a.judged, [](auto&... x) { return elementwise::judge_at(x...); });
  each_piece(on, a.table, [&](auto p) { elementwise::step_piece<true>(Solo<Isa::kLanes>{}, a, p); });
  add_totals(a.table, a.partial, a.totals);
}

#define SOPHIA_INSTANTIATE_STEP(O) template void step(Cpu<Isa>&, const Update<O, Real<Isa>>&);
SOPHIA_OPTIMIZERS(SOPHIA_INSTANTIATE_STEP)

}  // namespace sophia
