// A block of the matrix product on one thread: B and A are copied into scratch memory and multiplied tile by tile.
//
//   for columns of C and runs over the inner dimension, as many as keep their B in the second-level cache
//     for strips of C, kRows rows each
//       for those runs: copy A
//         for those columns, kColumns at a time: copy B, in the first strip; one tile, in registers
//
// After Goto & van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), with three
// changes. A and B are copied just before they are used, a strip of one and a panel of the other, and A not at all
// where it is stored transposed and a tile reads it in order fast enough (kCopiesDepths). What will be copied next is
// on its way from memory under the tiles. And where several runs fit, a strip of C stays in the first-level cache over
// all of them.
#pragma once
#include <type_traits>
#include "matmul.h"
#include "panel.h"
#include "partition.h"
#include "runs.h"
#include "tile.h"

namespace sophia::packed {

// Floats of B that stay in the second-level cache beside the next block, which comes in meanwhile: of 1 MB, or of 256
// KB.
template <class Isa> inline constexpr std::int64_t kBlockOfB = Isa::kLanes == 16 ? 3 << 15 : 1 << 15;

template <class Isa, class Epilogue>
class PackedProduct {
 public:
  PackedProduct(const Matmul& shape, std::initializer_list<Factors<float>> terms, View<float> c, Epilogue epilogue,
                Grid grid)
      : s_(shape), runs_(shape, terms, kMostDepth<Isa>), c_(c), epilogue_(epilogue), grid_(grid) {
    const std::int64_t depth = runs_.longest();
    panel_ = (depth + 1) * kColumns;
    const std::int64_t panels = std::max<std::int64_t>(1, kBlockOfB<Isa> / (depth * kColumns));
    panels_ = std::min(panels, ceil_divide(grid.columns.longest(), kColumns));
    group_ = std::min(panels / panels_, runs_.count());
    groups_ = ceil_divide(runs_.count(), group_);
  }

  std::int64_t tasks() const { return grid_.rows.parts * grid_.columns.parts; }  // of one matrix
  // How many floats multiply() needs.
  std::size_t scratch() const { return static_cast<std::size_t>(group_ * (kCopyOfA + panels_ * panel_)); }

  // The product of matrix number `matrix` of the batch.
  PackedProduct of(std::int64_t matrix) const {
    PackedProduct product = *this;
    product.runs_.move(matrix * s_.stride_a, matrix * s_.stride_b);
    product.c_ = c_ + matrix * s_.stride_c;
    product.epilogue_ = epilogue_.at(matrix);
    return product;
  }

  void multiply(std::int64_t task, float* scratch) const {
    const Range rows = grid_.rows.range(task % grid_.rows.parts);
    const std::int64_t blocks = columns_of(task).parts.parts * groups_;
    for (std::int64_t i = 0; i < blocks; ++i)
      multiply_block(rows, block(task, i), i + 1 < blocks ? block(task, i + 1) : block(task + 1, 0), scratch);
  }

 private:
  static constexpr int kRows = Tile<Isa>::kRows, kColumns = Tile<Isa>::kColumns, N = Isa::kLanes;
  static constexpr std::int64_t kCopyOfA =
      kCopiesDepths<Isa> ? std::max(kRows * kRowStep<Isa>, (kMostDepth<Isa>)*kDepthStep<Isa>) : kRows * kRowStep<Isa>;

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
  // Of a task; none where there is no such task.
  Block block(std::int64_t task, std::int64_t index) const {
    if (task == tasks()) return {};
    const Columns columns = columns_of(task);
    const Range part = columns.parts.range(index / groups_);
    return {{columns.all.begin + part.begin, part.count}, Cut{runs_.count(), groups_, 1}.range(index % groups_)};
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
        const Run run = runs_[block.runs.begin + r];
        const Region next_b = r < next.runs.count ? part_of_b(runs_[next.runs.begin + r], next.columns) : Region{};
        const StripOfA a = strip_of_a(rows, strips, i, run, scratch + r * kCopyOfA);
        multiply_strip(a, block.columns, run, next_b, scratch + group_ * kCopyOfA + r * panels_ * panel_);
      }
  }

  // A strip of A on its way through the tiles: `index` of `count`, and where it can be read.
  struct StripOfA {
    Range rows;
    std::int64_t index, count;
    const float* from;
    std::int64_t step;  // from one depth to the next
  };
  StripOfA strip_of_a(Range rows, Cut strips, std::int64_t index, const Run& run, float* copy) const {
    const auto range = [&](std::int64_t i) {
      const Range strip = strips.range(i);
      return Range{rows.begin + strip.begin, strip.count};
    };
    const Range strip = range(index);
    const auto at = [&](const float* from, std::int64_t step) {
      return StripOfA{strip, index, strips.parts, from, step};
    };
    if (!s_.transpose_a) {
      copy_rows<Isa>(part_of_a(run, strip), copy);
      return at(copy, 1);
    }
    if (!kCopiesDepths<Isa>) return at(part_of_a(run, strip).from, s_.lda);
    const Range first = range(index / kStripsAtOnce * kStripsAtOnce);
    const std::int64_t end = std::min(first.begin + kStripsAtOnce * kRows, rows.begin + rows.count);
    if (index % kStripsAtOnce == 0) copy_depths<Isa>(part_of_a(run, {first.begin, end - first.begin}), copy);
    return at(copy + (strip.begin - first.begin), kDepthStep<Isa>);
  }

  void multiply_strip(const StripOfA& a, Range columns, const Run& run, const Region& next_b, float* b) const {
    const std::int64_t tiles = ceil_divide(columns.count, kColumns);
    const std::int64_t later =
        s_.transpose_a && kCopiesDepths<Isa> ? kStripsAtOnce : 1;  // strips are of almost one height
    const std::int64_t next = std::min(s_.m, a.rows.begin + later * a.rows.count);
    const Region next_a = part_of_a(run, {next, std::min<std::int64_t>(kRows, s_.m - next)});
    for (std::int64_t t = 0; t < tiles; ++t, b += panel_) {
      const Range part{columns.begin + t * kColumns, std::min<std::int64_t>(kColumns, columns.count - t * kColumns)};
      multiply_tile(a, part, run, {next_a.ahead(t, tiles), next_b.ahead(a.index * tiles + t, a.count * tiles)}, b);
    }
  }

  // The first strip copies these columns of B to b; its tile does it while it reads, if nothing need be transposed.
  void multiply_tile(const StripOfA& a, Range columns, const Run& run, const Agenda& agenda, float* b) const {
    const Range rows = a.rows;
    const Region lies = part_of_b(run, columns);
    const bool whole = columns.count % N == 0, copies = a.index == 0 && whole && !s_.transpose_b;
    if (a.index == 0 && !copies) copy_panel(lies, b);
    const Source source{run.depth, a.from, a.step, copies ? lies.from : b, s_.ldb, b};
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
  Runs runs_;
  View<float> c_;
  Epilogue epilogue_;
  Grid grid_;
  std::int64_t panel_;           // floats from one panel of B to the next: a depth too many, to use all cache sets
  std::int64_t panels_, group_;  // panels and runs of which B is copied at once
  std::int64_t groups_;          // of runs
};

}  // namespace sophia::packed
