// A block of the product of Bf16 on one thread: packed_product.h with words for floats. Sums are floats from the first
// product to the last; where C is Bf16 they lie beside it until the inner dimension has been gone through, and are
// rounded once.
#pragma once
#include "matmul.h"
#include "partition.h"
#include "word_tile.h"

namespace sophia::packed {

template <class Words, class Isa, class C, class Epilogue>
class WordProduct {
 public:
  using Word = typename Words::Word;

  WordProduct(const Matmul& shape, View<Bf16> a, View<Bf16> b, View<C> c, Epilogue epilogue, Grid grid)
      : s_(shape), a_(a.value), b_(b.value), c_(c), epilogue_(epilogue), grid_(grid) {
    runs_ = std::max<std::int64_t>(1, ceil_divide(s_.k, kMostSteps * Words::kDepths));
    steps_ = std::max<std::int64_t>(1, ceil_divide(depths().longest(), Words::kDepths));
    panel_ = (steps_ + 1) * kColumns;  // a step too many, to use all cache sets
    const std::int64_t panels = std::max<std::int64_t>(1, kWordsOfB / (steps_ * kColumns));
    panels_ = std::min(panels, ceil_divide(grid.columns.longest(), kColumns));
    group_ = std::min(panels / panels_, runs_);
  }

  std::int64_t tasks() const { return grid_.rows.parts * grid_.columns.parts; }
  // How many words multiply() needs.
  std::size_t scratch() const {
    return static_cast<std::size_t>(kStrip + group_ * panels_ * panel_ + partial_rows() * panels_ * kColumns);
  }

  void multiply(std::int64_t task, Word* scratch) const {
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
  // Of a run: a panel of B, and with it a strip of A, comes from the second-level cache faster than it is multiplied.
  static constexpr std::int64_t kMostSteps = 256 * Words::kDepths;
  static constexpr std::int64_t kWordsOfB = Isa::kLanes == 16 ? 1 << 17 : 1 << 15;  // that stay in this cache
  static constexpr std::int64_t kStrip = kMostSteps * kStripWords<Isa>;

  Cut depths() const { return {s_.k, runs_, Words::kDepths}; }

  // Rows of sums that wait for the next runs: those of a strip, or all of them when B is copied several times.
  std::int64_t partial_rows() const {
    if (std::is_same_v<C, float> || runs_ == 1) return 0;
    return group_ == runs_ ? kRows : grid_.rows.longest();
  }

  void multiply_block(Range rows, Range columns, Range runs, Word* scratch) const {
    Word* const b = scratch + kStrip;
    float* const partial = reinterpret_cast<float*>(b + group_ * panels_ * panel_);
    for (std::int64_t r = 0; r < runs.count; ++r) {
      const Range depth = depths().range(runs.begin + r);
      const std::int64_t first =
          s_.transpose_b ? columns.begin * s_.ldb + depth.begin : depth.begin * s_.ldb + columns.begin;
      copy_words<Words, Isa::kLanes, kColumns>({b_ + first, columns.count, depth.count, s_.ldb, s_.transpose_b},
                                               b + r * panels_ * panel_, panel_);
    }
    const Cut strips{rows.count, ceil_divide(rows.count, kRows), 1};  // of equal height: a thin one would be slow
    for (std::int64_t i = 0; i < strips.parts; ++i)
      for (std::int64_t r = 0; r < runs.count; ++r) {
        const Range strip = strips.range(i);
        multiply_strip({rows.begin + strip.begin, strip.count}, columns, runs.begin + r, scratch,
                       b + r * panels_ * panel_, partial + (group_ == runs_ ? 0 : strip.begin * panels_ * kColumns));
      }
  }

  void multiply_strip(Range rows, Range columns, std::int64_t run, Word* a, const Word* b, float* partial) const {
    const Range depth = depths().range(run);
    const std::int64_t first = s_.transpose_a ? depth.begin * s_.lda + rows.begin : rows.begin * s_.lda + depth.begin;
    const std::int64_t there =
        s_.transpose_a ? std::min<std::int64_t>(kStripWords<Isa>, s_.m - rows.begin) : rows.count;
    copy_words<Words, Isa::kLanes, kStripWords<Isa>>({a_ + first, there, depth.count, s_.lda, !s_.transpose_a}, a, 0);
    const auto kernel = WordKernels<Words, Isa>::kTable[rows.count - 1];
    const std::int64_t steps = ceil_divide(depth.count, Words::kDepths);
    alignas(64) float sums[kRows * kColumns];
    for (std::int64_t j = 0; j < columns.count; j += kColumns, b += panel_) {
      const Range place{columns.begin + j, std::min<std::int64_t>(kColumns, columns.count - j)};
      for (std::int64_t i = 0; i < rows.count; ++i) prefetch(c_.row(rows.begin + i, s_.ldc) + place.begin);
      kernel(steps, a, b, sums);
      store_tile(sums, partial + j, rows, place, run);
    }
  }

  // A row of a tile of C, which is stored to after the run.
  HD static void prefetch(View<C> c) {
    constexpr int kLineOfC = 64 / sizeof(C);
    for (int j = 0; j < kColumns; j += kLineOfC) __builtin_prefetch(c.value + j, 1);
    __builtin_prefetch(c.value + kColumns - 1, 1);
  }

  // A tile to C, or to where it waits.
  void store_tile(const float* sums, float* partial, Range rows, Range columns, std::int64_t run) const {
    constexpr int N = Isa::kLanes;
    for (std::int64_t i = 0; i < rows.count; ++i, sums += kColumns, partial += panels_ * kColumns) {
      const View<C> c = c_.row(rows.begin + i, s_.ldc);
      const auto store = [&](auto column, int p) {
        store_sum(load<float, N>(sums + p), partial + p, c, rows.begin + i, column, run);
      };
      if (columns.count == kColumns) {
#pragma GCC unroll 2
        for (int p = 0; p < kColumns; p += N) store(At<N>{columns.begin + p}, p);
      } else {
        for (int p = 0; p < columns.count; p += N) {
          const int left = static_cast<int>(columns.count) - p;
          if (left >= N) store(At<N>{columns.begin + p}, p);
          else store(Part<N>{columns.begin + p, left}, p);
        }
      }
    }
  }

  template <int N, class Place>
  HD void store_sum(Pack<float, N> sum, float* partial, View<C> c, std::int64_t row, Place column,
                    std::int64_t run) const {
    const bool first = run == 0, last = run + 1 == runs_;
    if constexpr (std::is_same_v<C, float>) {
      if (s_.add || !first) sum = c[column] + sum;
      c.store(column, last ? epilogue_(sum, row, column) : sum);
    } else {
      if (first && s_.add) sum = c[column] + sum;
      if (!first) sum = load<float, N>(partial) + sum;
      if (last) c.store(column, epilogue_(sum, row, column));
      else sophia::store(partial, sum);
    }
  }

  Matmul s_;
  const Bf16 *a_, *b_;
  View<C> c_;
  Epilogue epilogue_;
  Grid grid_;
  std::int64_t runs_, steps_;
  std::int64_t panel_;           // words from one panel of B to the next
  std::int64_t panels_, group_;  // panels and runs of which B is copied at once
};

}  // namespace sophia::packed
