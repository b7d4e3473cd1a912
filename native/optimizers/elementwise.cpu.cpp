// The fused step on the CPU: pieces among threads, numbers among SIMD lanes.
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "registry.h"
#include "statistics.h"

namespace sophia {

namespace {

constexpr std::int64_t kSettledTogether = 256;  // groups: some microseconds of work
constexpr int kRowsTogether = 4;

// Memory is read as it lies, some rows at a time, and the sums stay in the first-level cache.
template <int N, class O, class T>
void sum_strip(const Update<O, T>& a, std::int64_t s) {
  const elementwise::StripRows<O, T> rows(a, s);
  const View<T> sums = a.column_work + rows.strip.sums;
  const auto add_rows = [&]<int... r>(std::int64_t first, std::integer_sequence<int, r...>) {
    Solo<N>{}.each(rows.strip.columns, [&](auto c) {
      auto sum = rows.measure(first, c);
      if (first > 0) sum = sums[c] + sum;
      ((sum = sum + rows.measure(first + 1 + r, c)), ...);
      sums.store(c, sum);
    });
  };
  std::int64_t r = 0;
  for (; r + kRowsTogether <= rows.strip.rows; r += kRowsTogether)
    add_rows(r, std::make_integer_sequence<int, kRowsTogether - 1>());
  for (; r < rows.strip.rows; ++r) add_rows(r, std::integer_sequence<int>());
}

template <class Isa, class O, class T>
void measure(Cpu<Isa>& on, const Update<O, T>& a) {
  using namespace elementwise;
  constexpr int N = kMeasuresInDouble<O, T> ? Isa::kLanes / 2 : Isa::kLanes;
  each_piece(on, a.table, [&](auto p) { sum_piece<Measuring>(Solo<N>{}, a, p); });
  if constexpr (KeepsBlocks<O>) each_task(on, a.table, a.table.strip_count, [&](auto s) { sum_strip<N>(a, s); });
  if constexpr (MeasuresAll<O>) add_totals(a.table, a.partial, a.totals);
  const std::int64_t count = settled_count(a);
  each_task(on, a.table, (count + kSettledTogether - 1) / kSettledTogether, [&](auto task) {
    const std::int64_t end = std::min(count, (task + 1) * kSettledTogether);
    for (std::int64_t i = task * kSettledTogether; i < end; ++i) settle(Solo<1>{}, a, i);
  });
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
