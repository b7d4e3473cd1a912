// A block of the matrix product on one thread: B and A are copied into scratch memory and multiplied tile by tile.
//
//   for columns of C and runs over the inner dimension, as many as keep their B in the second-level cache
//     for strips of C, kRows rows each
//       for those runs: copy A
//         for those columns, kColumns at a time: copy B, in the first strip; one tile, in registers
//
// After Goto & van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), with three
// changes. A and B are copied just before they are used, a strip of one and a panel of the other, and A not at all
// where it is stored transposed, because a tile then reads it in order. What will be copied next is on its way from
// memory under the tiles. And where several runs fit, a strip of C stays in the first-level cache over all of them.
#pragma once
#include <type_traits>
#include "matmul.h"
#include "panel.h"
#include "partition.h"
#include "tile.h"

namespace sophia::packed {

// Floats of B that stay in the second-level cache beside what streams through it: half of 1 MB, or of 256 KB.
template <class Isa> inline constexpr std::int64_t kBlockOfB = Isa::kLanes == 16 ? 3 << 15 : 1 << 15;

template <class Isa, class Epilogue>
class PackedProduct {
 public:
  PackedProduct(const Matmul& shape, std::initializer_list<Factors<float>> terms, View<float> c, Epilogue epilogue,
                Grid grid)
      : s_(shape), terms_(terms.begin()), c_(c), epilogue_(epilogue), grid_(grid) {
    runs_per_term_ = std::max<std::int64_t>(1, ceil_divide(s_.k, kMostDepth<Isa>));
    runs_ = runs_per_term_ * static_cast<std::int64_t>(terms.size());
    const std::int64_t depth = std::max<std::int64_t>(1, ceil_divide(s_.k, runs_per_term_));
    panel_ = (depth + 1) * kColumns;
    const std::int64_t panels = std::max<std::int64_t>(1, kBlockOfB<Isa> / (depth * kColumns));
    panels_ = std::min(panels, ceil_divide(grid.columns.longest(), kColumns));
    group_ = std::min(panels / panels_, runs_);
    groups_ = ceil_divide(runs_, group_);
  }

  std::int64_t tasks() const { return grid_.rows.parts * grid_.columns.parts; }
  // How many floats multiply() needs.
  std::size_t scratch() const { return static_cast<std::size_t>(kCopyOfA + group_ * panels_ * panel_); }

  void multiply(std::int64_t task, float* scratch) const {
    const Range rows = grid_.rows.range(task % grid_.rows.parts);
    const std::int64_t blocks = columns_of(task).parts.parts * groups_;
    for (std::int64_t i = 0; i < blocks; ++i)
      multiply_block(rows, block(task, i), i + 1 < blocks ? block(task, i + 1) : Block{}, scratch);
  }

 private:
  static constexpr int kRows = Tile<Isa>::kRows, kColumns = Tile<Isa>::kColumns, N = Isa::kLanes;
  static constexpr std::int64_t kCopyOfA = kRows * kRowStep<Isa>;

  static std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

  // One run over the inner dimension: where it begins in A and B.
  struct Run {
    const float *a, *b;
    std::int64_t depth;
    bool first, last;
  };
  Run run(std::int64_t index) const {
    const Factors<float>& term = terms_[index / runs_per_term_];
    const Range depths = Cut{s_.k, runs_per_term_, 1}.range(index % runs_per_term_);
    return {term.a.value + depths.begin * (s_.transpose_a ? s_.lda : 1),
            term.b.value + depths.begin * (s_.transpose_b ? 1 : s_.ldb), depths.count, index == 0, index + 1 == runs_};
  }

  // A part of C and the runs that are added to it together.
  struct Block {
    Range columns, runs;
  };
  struct Columns {
    Range all;
    Cut parts;
  };
  Columns columns_of(std::int64_t task) const {
    const Range all = grid_.columns.range(task / grid_.rows.parts);
    return {all, {all.count, ceil_divide(all.count, panels_ * kColumns), kColumns}};
  }
  Block block(std::int64_t task, std::int64_t index) const {
    const Columns columns = columns_of(task);
    const Range part = columns.parts.range(index / groups_);
    return {{columns.all.begin + part.begin, part.count}, Cut{runs_, groups_, 1}.range(index % groups_)};
  }

  // Rows of op(A), or columns of op(B), of a run, as they are stored.
  Region part_of_a(const Run& run, Range rows) const {
    if (s_.transpose_a) return {run.a + rows.begin, run.depth, rows.count, s_.lda};
    return {run.a + rows.begin * s_.lda, rows.count, run.depth, s_.lda};
  }
  Region part_of_b(const Run& run, Range columns) const {
    if (s_.transpose_b) return {run.b + columns.begin * s_.ldb, columns.count, run.depth, s_.ldb};
    return {run.b + columns.begin, run.depth, columns.count, s_.ldb};
  }

  // `next` is the block after this one: its B is fetched meanwhile.
  void multiply_block(Range rows, const Block& block, const Block& next, float* scratch) const {
    const Cut strips{rows.count, ceil_divide(rows.count, kRows), 1};  // of equal height: a thin one would be slow
    for (std::int64_t i = 0; i < strips.parts; ++i)
      for (std::int64_t r = 0; r < block.runs.count; ++r) {
        const Range strip = strips.range(i);
        multiply_strip({rows.begin + strip.begin, strip.count}, block.columns, run(block.runs.begin + r), i,
                       r < next.runs.count ? part_of_b(run(next.runs.begin + r), next.columns) : Region{}, strips.parts,
                       scratch, scratch + kCopyOfA + r * panels_ * panel_);
      }
  }

  void multiply_strip(Range rows, Range columns, const Run& run, std::int64_t strip, const Region& next_b,
                      std::int64_t strips, float* copy, float* b) const {
    const std::int64_t tiles = ceil_divide(columns.count, kColumns), next = rows.begin + rows.count;
    const Region next_a = part_of_a(run, {next, std::min<std::int64_t>(kRows, s_.m - next)});
    const Region strip_of_a = part_of_a(run, rows);
    if (!s_.transpose_a) copy_rows<Isa>(strip_of_a, copy);
    const float* const a = s_.transpose_a ? strip_of_a.from : copy;
    for (std::int64_t t = 0; t < tiles; ++t, b += panel_) {
      const Range part{columns.begin + t * kColumns, std::min<std::int64_t>(kColumns, columns.count - t * kColumns)};
      multiply_tile(rows, part, run, strip == 0,
                    {next_a.ahead(t, tiles), next_b.ahead(strip * tiles + t, strips * tiles)}, a, b);
    }
  }

  // `first` to read these columns of B: they are copied to b, by the tile itself where they need not be transposed.
  void multiply_tile(Range rows, Range columns, const Run& run, bool first, const Agenda& agenda, const float* a,
                     float* b) const {
    const Region lies = part_of_b(run, columns);
    const bool whole = columns.count % N == 0, copies = first && whole && !s_.transpose_b;
    if (first && !copies) copy_panel(lies, b);
    const Source source{run.depth, a, s_.transpose_a ? s_.lda : 1, copies ? lies.from : b, s_.ldb, b};
    const auto kernel = kernel_for(rows.count, columns.count, copies);
    const bool add = s_.add || !run.first;
    float* const c = c_.value + rows.begin * s_.ldc + columns.begin;
    if (whole) {
      kernel(source, agenda, c, s_.ldc, add);
    } else {  // whole packs would reach beyond C
      alignas(64) float edge[kRows * kColumns];
      kernel(source, agenda, edge, kColumns, false);
      each_pack(rows, columns, [&](std::int64_t i, auto at) {
        const auto sum = View<float>{edge + i * kColumns}[at];
        const View<float> to{c + i * s_.ldc};
        to.store(at, add ? to[at] + sum : sum);
      });
    }
    if constexpr (!std::is_same_v<Epilogue, Plain>)
      if (run.last) finish(rows, columns);
  }

  void copy_panel(const Region& b, float* to) const {
    if (s_.transpose_b) copy_panel_transposed<Isa>(b, to);
    else packed::copy_panel<Isa>(b, to);
  }

  Kernel kernel_for(std::int64_t rows, std::int64_t columns, bool copies) const {
    const auto row = static_cast<std::size_t>(rows - 1);
    const std::size_t pack = columns > N;
    if (s_.transpose_a)
      return copies ? Kernels<Isa, 1, true>::kTable[row][pack] : Kernels<Isa, 1, false>::kTable[row][pack];
    return copies ? Kernels<Isa, kRowStep<Isa>, true>::kTable[row][pack]
                  : Kernels<Isa, kRowStep<Isa>, false>::kTable[row][pack];
  }

  // The epilogue, while the tile is in the first-level cache.
  void finish(Range rows, Range columns) const {
    each_pack(rows, columns, [&](std::int64_t i, auto at) {
      at.index += columns.begin;
      const View<float> row = c_.row(rows.begin + i, s_.ldc);
      row.store(at, epilogue_(row[at], rows.begin + i, at));
    });
  }

  // f(row, place) for every pack of a tile.
  template <class F>
  static void each_pack(Range rows, Range columns, F f) {
    const auto count = static_cast<int>(columns.count);
    for (std::int64_t i = 0; i < rows.count; ++i) {
      int j = 0;
      for (; j + N <= count; j += N) f(i, At<N>{j});
      if (j < count) f(i, Part<N>{j, count - j});
    }
  }

  Matmul s_;
  const Factors<float>* terms_;
  View<float> c_;
  Epilogue epilogue_;
  Grid grid_;
  std::int64_t runs_per_term_, runs_;
  std::int64_t panel_;           // floats from one panel of B to the next: a depth too many, to use all cache sets
  std::int64_t panels_, group_;  // panels and runs of which B is copied at once
  std::int64_t groups_;          // of runs
};

}  // namespace sophia::packed
