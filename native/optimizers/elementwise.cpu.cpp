// The fused step on the CPU: pieces among threads, numbers among SIMD lanes.
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "registry.h"
#include "statistics.h"

namespace sophia {

namespace {

template <class Isa, class O, class T>
void measure(Cpu<Isa>& on, const Update<O, T>& a) {
  using namespace elementwise;
  each_piece(on, a.table, [&](auto p) { sum_piece<Measuring>(Solo<Isa::kLanes>{}, a, p); });
  if constexpr (MeasuresAll<O>) add_totals(a.table, a.partial, a.totals);
  for (std::int64_t i = 0; i < settled_count(a); ++i) settle(Solo<1>{}, a, i);
}
template <class Isa, class O, class T>
void judge(Cpu<Isa>& on, const Update<O, T>& a) {
  using namespace elementwise;
  each_piece(on, a.table, [&](auto p) { sum_piece<Judging>(Solo<Isa::kLanes>{}, a, p); });
  for (std::int64_t s = 0; s < a.table.span_count; ++s) weigh(Solo<1>{}, a, s);
}

}  // namespace

template <class Isa, class O, class T>
void step(Cpu<Isa>& on, const Update<O, T>& a) {
  if (!a.now->finite) return;
  if constexpr (Measures<O>) measure(on, a);
  if constexpr (Judges<O>) judge(on, a);
  each_piece(on, a.table, [&](auto p) { elementwise::step_piece<true>(Solo<Isa::kLanes>{}, a, p); });
  add_totals(a.table, a.partial, a.totals);
}

#define SOPHIA_INSTANTIATE_STEP(O) template void step(Cpu<Isa>&, const Update<O, Real<Isa>>&);
SOPHIA_OPTIMIZERS(SOPHIA_INSTANTIATE_STEP)

}  // namespace sophia
