// The matrix product on the CPU: blocks of C among the threads; within a block, panels of A and B are copied into
// scratch memory and multiplied tile by tile.
//
//   for columns of C, as many as keep their B in the second-level cache
//     for the inner dimension, in runs of at most kMostDepth      copy the B panels
//       for rows of C, kRows at a time                            copy one A panel
//         for columns, kColumns at a time                         one tile, in registers
//
// After Goto & van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), with one change:
// A is copied just before it is used, one panel at a time, so that it is still in the first-level cache.
#include "matmul.h"
#include <type_traits>
#include "../cpu/cpu.h"
#include "panel.h"
#include "partition.h"
#include "tile.h"

namespace sophia {

namespace {

// Floats of B that stay in the second-level cache beside what streams through it: half of 1 MB, or of 256 KB.
template <class Isa> constexpr std::int64_t kBlockOfB = Isa::kLanes == 16 ? 1 << 17 : 1 << 15;

template <class T>
using Terms = std::initializer_list<Factors<T>>;

Matmul with_strides(Matmul s) {
  if (s.lda == 0) s.lda = s.transpose_a ? s.m : s.k;
  if (s.ldb == 0) s.ldb = s.transpose_b ? s.k : s.n;
  if (s.ldc == 0) s.ldc = s.n;
  return s;
}

// The reference arithmetic: the definition, one element after the other.
template <class T, class Epilogue>
void plain_product(Cpu<Float64>& on, const Matmul& s, Terms<T> terms, View<T> c, const Epilogue& epilogue) {
  on.parallel(s.m, [&](std::int64_t i) {
    for (std::int64_t j = 0; j < s.n; ++j) {
      T sum = s.add ? c[i * s.ldc + j] : T(0);
      for (const auto& [a, b] : terms)
        for (std::int64_t d = 0; d < s.k; ++d)
          sum += a[s.transpose_a ? d * s.lda + i : i * s.lda + d] * b[s.transpose_b ? j * s.ldb + d : d * s.ldb + j];
      const View<T> row = c.row(i, s.ldc);
      row.store(At<1>{j}, epilogue(Pack<T, 1>(sum), i, At<1>{j}));
    }
  });
}

// A range of C and the scratch of the thread that computes it.
struct Block {
  std::int64_t row, rows, column, columns;
  float *a, *b;
};

// One run over the inner dimension: depth begin … begin + depth of one term.
struct Run {
  const Factors<float>& term;
  std::int64_t begin, depth;
  bool first, last;
};

template <class Isa>
void copy_b(const Matmul& s, const Run& run, const Block& block) {
  constexpr int kColumns = Tile<Isa>::kColumns;
  for (std::int64_t j = 0; j < block.columns; j += kColumns) {
    const int columns = static_cast<int>(std::min<std::int64_t>(kColumns, block.columns - j));
    const float* b = run.term.b.value;
    float* to = block.b + j * run.depth;
    if (s.transpose_b)
      ColumnPanel<Isa>::pack_transposed(columns, run.depth, b + (block.column + j) * s.ldb + run.begin, s.ldb, to);
    else ColumnPanel<Isa>::pack(columns, run.depth, b + run.begin * s.ldb + block.column + j, s.ldb, to);
  }
}

template <class Isa, class Panel, class Epilogue>
void multiply_run(const Matmul& s, const Run& run, const Block& block, View<float> c, const Epilogue& epilogue) {
  constexpr int kRows = Tile<Isa>::kRows, kColumns = Tile<Isa>::kColumns;
  const std::int64_t panels = (block.rows + kRows - 1) / kRows;
  for (std::int64_t panel = 0, i = block.row; panel < panels; ++panel) {
    // Panels of nearly equal height: a thin last one would leave most of the multipliers idle.
    const int rows = static_cast<int>(block.rows / panels + (panel < block.rows % panels ? 1 : 0));
    const float* a = run.term.a.value + (s.transpose_a ? run.begin * s.lda + i : i * s.lda + run.begin);
    Panel::pack(rows, run.depth, a, s.lda, s.m - i, block.a);
    for (std::int64_t j = 0; j < block.columns; j += kColumns) {
      const int columns = static_cast<int>(std::min<std::int64_t>(kColumns, block.columns - j));
      const std::int64_t column = block.column + j;
      Kernels<Isa, Panel, Epilogue>::kernels[rows - 1][columns > Isa::kLanes](
          run.depth, block.a, block.b + j * run.depth,
          {c.value + i * s.ldc + column, s.ldc, i, column, columns, s.add || !run.first, run.last, epilogue});
    }
    i += rows;
  }
}

// The runs over the inner dimension, of nearly equal depth; without any, one of depth 0 still writes C.
template <class F>
void each_run(const Matmul& s, Terms<float> terms, std::int64_t most_depth, F f) {
  const std::int64_t runs = std::max<std::int64_t>(1, (s.k + most_depth - 1) / most_depth);
  for (const auto& term : terms)
    for (std::int64_t r = 0; r < runs; ++r) {
      const std::int64_t begin = s.k / runs * r + std::min(r, s.k % runs);
      const std::int64_t end = s.k / runs * (r + 1) + std::min(r + 1, s.k % runs);
      f(Run{term, begin, end - begin, &term == terms.begin() && r == 0, &term + 1 == terms.end() && r + 1 == runs});
    }
}

template <class Isa>
std::int64_t columns_at_once(const Matmul& s) {
  constexpr std::int64_t kColumns = Tile<Isa>::kColumns;
  const std::int64_t depth = std::clamp<std::int64_t>(s.k, 1, kMostDepth<Isa>);
  return std::max(kColumns, kBlockOfB<Isa> / depth / kColumns * kColumns);
}

template <class Isa, class Epilogue>
void packed_product(Cpu<Isa>& on, const Matmul& s, Terms<float> terms, View<float> c, const Epilogue& epilogue) {
  constexpr std::size_t kPanelOfA = std::max(RowPanel<Isa>::kSize, DepthPanel<Isa>::kSize);
  const Grid grid = partition<Tile<Isa>>(s.m, s.n, s.k, on.threads());
  const std::int64_t most_columns = columns_at_once<Isa>(s);
  const auto panel_of_b =
      static_cast<std::size_t>(std::min<std::int64_t>(most_columns, grid.columns.longest() + Tile<Isa>::kColumns) *
                               std::min<std::int64_t>(s.k, kMostDepth<Isa>));

  on.parallel(grid.rows.parts * grid.columns.parts, [&](std::int64_t task, int thread) {
    const std::int64_t i = task % grid.rows.parts, j = task / grid.rows.parts;
    float* scratch = on.template scratch<float>(thread, Slot::kPack, kPanelOfA + panel_of_b);
    const std::int64_t row = grid.rows.begin(i), end = grid.columns.begin(j + 1);
    for (std::int64_t column = grid.columns.begin(j); column < end; column += most_columns) {
      const Block block{row,     grid.rows.begin(i + 1) - row, column, std::min(most_columns, end - column),
                        scratch, scratch + kPanelOfA};
      each_run(s, terms, kMostDepth<Isa>, [&](const Run& run) {
        copy_b<Isa>(s, run, block);
        if (s.transpose_a) multiply_run<Isa, DepthPanel<Isa>>(s, run, block, c, epilogue);
        else multiply_run<Isa, RowPanel<Isa>>(s, run, block, c, epilogue);
      });
    }
  });
}

}  // namespace

template <class Isa, class T, class Epilogue>
void sum_of_products(Cpu<Isa>& on, const Matmul& shape, Terms<T> terms, View<T> c, Epilogue epilogue) {
  const Matmul s = with_strides(shape);
  if (s.m <= 0 || s.n <= 0) return;
  if constexpr (std::is_same_v<Isa, Float64>) plain_product(on, s, terms, c, epilogue);
  else packed_product(on, s, terms, c, epilogue);
}

using T = Real<Isa>;
template void sum_of_products(Cpu<Isa>&, const Matmul&, Terms<T>, View<T>, Plain);
template void sum_of_products(Cpu<Isa>&, const Matmul&, Terms<T>, View<T>, AddBias<T>);

}  // namespace sophia
