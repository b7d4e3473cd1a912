// Column sums on the CPU: blocks of rows among threads, then packs of columns among threads.
#include "reduce.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

namespace {

constexpr std::int64_t kBlock = 128;  // rows that are summed one after the other
constexpr std::int64_t kStrip = 256;  // columns of a task of the second pass

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

// out[c] = start + the sum of `rows` rows of x, for one pack of columns.
template <class S, class Place, class V>
HD V sum_rows(std::int64_t rows, std::int64_t columns, View<S> x, Place c, V start) {
  for (std::int64_t r = 0; r < rows; ++r) start = start + x.row(r, columns)[c];
  return start;
}

}  // namespace

template <class Isa, class S>
void add_column_sums(Cpu<Isa>& on, std::int64_t rows, std::int64_t columns, View<S> x, View<S> sums) {
  const std::int64_t blocks = (rows + kBlock - 1) / kBlock;
  const View<S> partial = partial_sums(on, blocks * columns, x);
  const Solo<Isa::kLanes> team;

  on.parallel(blocks, [&](std::int64_t block) {
    const View<S> from = x.row(block * kBlock, columns), to = partial.row(block, columns);
    const std::int64_t count = std::min(kBlock, rows - block * kBlock);
    team.each(columns, [&](auto c) { to.store(c, sum_rows(count - 1, columns, from + columns, c, from[c])); });
  });
  on.parallel_blocks(columns, kStrip, [&](std::int64_t begin, std::int64_t end) {
    team.each(end - begin, [&](auto c) {
      c.index += begin;
      sums.store(c, sum_rows(blocks, columns, partial, c, sums[c]));
    });
  });
}

template void add_column_sums(Cpu<Isa>&, std::int64_t, std::int64_t, View<Real<Isa>>, View<Real<Isa>>);
template void add_column_sums(Cpu<Isa>&, std::int64_t, std::int64_t, View<Dual<Real<Isa>>>, View<Dual<Real<Isa>>>);

}  // namespace sophia
