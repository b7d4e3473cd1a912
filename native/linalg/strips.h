// Columns of a tensor that share a statistic: the output neurons, or heads, of a weight that is stored (in, out).
//
//   strips      some rows of some columns, whose numbers are summed down the columns: by themselves, and as floats,
//               because there are few of them
//   workspace   for every such tensor, one part after the other:
//               (columns + kWidestPack − 1)   what is settled for each column, and behind the last the first ones
//                                             again: a pack reads on where a row ends
//               (chunks, columns)             the sums of each chunk of rows, which are added up in order, as doubles
//
// The bits depend on the shape alone and not on the number of threads. cut() of pieces.h makes the strips.
#pragma once
#include <algorithm>
#include <cstdint>
#include "../math/pack.h"

namespace sophia {

inline constexpr std::int64_t kStripRows = 256;      // a chunk; the sums are 1/256 of what is read
inline constexpr std::int64_t kStripColumns = 4096;  // 16 KB of sums, which stay in a first-level cache
inline constexpr std::int64_t kWidestPack = 16;      // numbers

struct Strip {
  std::int64_t offset, sums;  // of its first number in the arena, and of the first column's sum in the workspace
  std::int32_t span, rows, columns;
};

// Of a tensor's part of the workspace: its size, and where the sums begin.
struct ColumnWork {
  std::int64_t rows, columns;

  HD std::int64_t chunks() const { return (rows + kStripRows - 1) / kStripRows; }
  HD std::int64_t sums() const { return aligned(columns + kWidestPack - 1); }
  HD std::int64_t size() const { return sums() + aligned(chunks() * columns); }

  // f(first row, first column, rows, columns) for every strip.
  template <class F>
  void each_strip(F f) const {
    for (std::int64_t r = 0; r < rows; r += kStripRows)
      for (std::int64_t c = 0; c < columns; c += kStripColumns)
        f(r, c, std::min(kStripRows, rows - r), std::min(kStripColumns, columns - c));
  }

 private:
  HD static std::int64_t aligned(std::int64_t count) { return (count + kWidestPack - 1) / kWidestPack * kWidestPack; }
};

}  // namespace sophia
