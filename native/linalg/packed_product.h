// A block of the matrix product on one thread: B and A are copied into scratch memory and multiplied tile by tile.
//
//   for columns of C and runs over the inner dimension, as many as keep their B in the second-level cache: copy B
//     for strips of C, kRows rows each
//       for those runs: copy A
//         for those columns, kColumns at a time: one tile, in registers
//
// After Goto & van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), with two
// changes. A is copied just before it is used, so that it is still in the first-level cache, and not at all where it
// is stored transposed, because a tile then reads it in order. And where several runs fit, a strip of C stays in the
// first-level cache over all of them.
#pragma once
#include "matmul.h"
#include "panel.h"
#include "partition.h"
#include "tile.h"

namespace sophia::packed {

// Floats of B that stay in the second-level cache beside what streams through it: half of 1 MB, or of 256 KB.
template <class Isa> inline constexpr std::int64_t kBlockOfB = Isa::kLanes == 16 ? 1 << 17 : 1 << 15;

template <class Isa, class Epilogue>
class PackedProduct {
 public:
  PackedProduct(const Matmul& shape, std::initializer_list<Factors<float>> terms, View<float> c, Epilogue epilogue,
                Grid grid)
      : s_(shape), terms_(terms.begin()), c_(c), epilogue_(epilogue), grid_(grid) {
    runs_per_term_ = std::max<std::int64_t>(1, ceil_divide(s_.k, kMostDepth));
    runs_ = runs_per_term_ * static_cast<std::int64_t>(terms.size());
    const std::int64_t depth = std::max<std::int64_t>(1, ceil_divide(s_.k, runs_per_term_));
    panel_ = (depth + 1) * kColumns;
    const std::int64_t panels = std::max<std::int64_t>(1, kBlockOfB<Isa> / (depth * kColumns));
    panels_ = std::min(panels, ceil_divide(grid.columns.longest(), kColumns));
    group_ = s_.transpose_a ? 1 : std::min(panels / panels_, runs_);
  }

  std::int64_t tasks() const { return grid_.rows.parts * grid_.columns.parts; }
  // How many floats multiply() needs.
  std::size_t scratch() const { return static_cast<std::size_t>(kCopyOfA + group_ * panels_ * panel_); }

  void multiply(std::int64_t task, float* scratch) const {
    const Range rows = grid_.rows.range(task % grid_.rows.parts);
    const Range columns = grid_.columns.range(task / grid_.rows.parts);
    const std::int64_t width = panels_ * kColumns;
    for (std::int64_t j = 0; j < columns.count; j += width)
      for (std::int64_t run = 0; run < runs_; run += group_)
        multiply_block(rows, {columns.begin + j, std::min(width, columns.count - j)},
                       {run, std::min(group_, runs_ - run)}, scratch);
  }

 private:
  static constexpr int kRows = Tile<Isa>::kRows, kColumns = Tile<Isa>::kColumns;
  static constexpr std::int64_t kCopyOfA = kRows * kRowStep;

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

  void multiply_block(Range rows, Range columns, Range runs, float* scratch) const {
    float* const b = scratch + kCopyOfA;
    for (std::int64_t r = 0; r < runs.count; ++r) copy_b(run(runs.begin + r), columns, b + r * panels_ * panel_);
    const Cut strips{rows.count, ceil_divide(rows.count, kRows), 1};  // of equal height: a thin one would be slow
    for (std::int64_t i = 0; i < strips.parts; ++i)
      for (std::int64_t r = 0; r < runs.count; ++r) {
        const Range strip = strips.range(i);
        multiply_strip({rows.begin + strip.begin, strip.count}, columns, run(runs.begin + r), scratch,
                       b + r * panels_ * panel_);
      }
  }

  void copy_b(const Run& run, Range columns, float* to) const {
    if (s_.transpose_b)
      copy_panels_transposed<Isa>({run.b + columns.begin * s_.ldb, columns.count, run.depth, s_.ldb}, to, panel_);
    else copy_panels<Isa>({run.b + columns.begin, run.depth, columns.count, s_.ldb}, to, panel_);
  }

  void multiply_strip(Range rows, Range columns, const Run& run, float* copy, const float* b) const {
    constexpr std::int64_t kAhead = 32;  // depths
    const std::int64_t tiles = ceil_divide(columns.count, kColumns);
    const float* a = run.a + rows.begin * (s_.transpose_a ? 1 : s_.lda);
    const Region next{a + rows.count * s_.lda, std::min<std::int64_t>(kRows, s_.m - rows.begin - rows.count), run.depth,
                      s_.lda};
    if (!s_.transpose_a) copy_rows({a, rows.count, run.depth, s_.lda}, copy);
    for (std::int64_t t = 0; t < tiles; ++t, b += panel_)
      if (!s_.transpose_a) {
        next.prefetch(t, tiles);
        multiply_tile<kRowStep>(rows, columns, t, run, {run.depth, copy, 1, b, b, 0});
      } else if (t == 0) {  // the first tile to read these columns of A meets them in memory
        multiply_tile<1>(rows, columns, t, run, {run.depth, a, s_.lda, b, a + kAhead * s_.lda, s_.lda});
      } else {
        multiply_tile<1>(rows, columns, t, run, {run.depth, a, s_.lda, b, b, 0});
      }
  }

  template <int row_step>
  void multiply_tile(Range rows, Range columns, std::int64_t tile, const Run& run, const Source& source) const {
    const std::int64_t column = columns.begin + tile * kColumns;
    const int left = static_cast<int>(std::min<std::int64_t>(kColumns, columns.count - tile * kColumns));
    Kernels<Isa, row_step, Epilogue>::kTable[rows.count - 1][left > Isa::kLanes](
        source, {c_.value + rows.begin * s_.ldc + column, s_.ldc, rows.begin, column, left, s_.add || !run.first,
                 run.last, epilogue_});
  }

  Matmul s_;
  const Factors<float>* terms_;
  View<float> c_;
  Epilogue epilogue_;
  Grid grid_;
  std::int64_t runs_per_term_, runs_;
  std::int64_t panel_;           // floats from one panel of B to the next: a depth too many, to use all cache sets
  std::int64_t panels_, group_;  // panels and runs of which B is copied at once
};

}  // namespace sophia::packed
