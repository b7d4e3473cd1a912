// Column sums on the CPU: blocks of rows among threads, then the few sums of the blocks by one.
#include "reduce.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

namespace {

constexpr std::int64_t kBlock = 128;  // rows that are summed one after the other

// Memory for one row of sums per block.
template <class Isa, class T>
View<T> partial_sums(Cpu<Isa>& on, std::int64_t count, View<T>) {
  return {on.template scratch<T>(0, Slot::kPartial, static_cast<std::size_t>(count))};
}
template <class Isa, class T>
View<Dual<T>> partial_sums(Cpu<Isa>& on, std::int64_t count, View<Dual<T>>) {
  T* memory = on.template scratch<T>(0, Slot::kPartial, static_cast<std::size_t>(2 * count));
  return {memory, memory + count};
}

// sums += rows `begin` to `end` of x, row by row: memory is read as it lies, and the sums stay in the first-level
// cache.
template <int N, class T, class S>
void add_rows(std::int64_t begin, std::int64_t end, std::int64_t columns, View<T> x, View<S> sums) {
  for (std::int64_t r = begin; r < end; ++r) reduce::add_row(Solo<N>{}, columns, x.row(r, columns), sums);
}

}  // namespace

template <class Isa, class T, class S>
void add_column_sums(Cpu<Isa>& on, std::int64_t rows, std::int64_t columns, View<T> x, View<S> sums) {
  const std::int64_t blocks = (rows + kBlock - 1) / kBlock;
  const View<S> partial = partial_sums(on, blocks * columns, sums);
  constexpr int N = Isa::kLanes;

  on.parallel(blocks, [&](std::int64_t block) {
    const std::int64_t first = block * kBlock;
    const View<T> row = x.row(first, columns);
    const View<S> to = partial.row(block, columns);
    Solo<N>{}.each(columns, [&](auto c) { to.store(c, row[c]); });
    add_rows<N>(first + 1, std::min(rows, first + kBlock), columns, x, to);
  });
  add_rows<N>(0, blocks, columns, partial, sums);
}

template void add_column_sums(Cpu<Isa>&, std::int64_t, std::int64_t, View<Real<Isa>>, View<Real<Isa>>);
template void add_column_sums(Cpu<Isa>&, std::int64_t, std::int64_t, View<Dual<Real<Isa>>>, View<Dual<Real<Isa>>>);
#if !SOPHIA_IS_REFERENCE
template void add_column_sums(Cpu<Isa>&, std::int64_t, std::int64_t, View<Bf16>, View<float>);
#endif

}  // namespace sophia
