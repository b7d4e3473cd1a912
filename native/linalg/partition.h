// How C is cut into tasks for the threads.
//
// A task computes a block of C over the whole inner dimension and makes its own panels, so threads never wait for each
// other. The price is that rows of tasks copy the same B and columns of tasks the same A; long tasks, in turn, leave
// threads idle at the end. The cut may depend on the number of threads: the bits of an element do not depend on it.
#pragma once
#include <algorithm>
#include <cstdint>

namespace sophia {

// `count` elements cut into `parts` of nearly equal length, all but the last a multiple of `grain`.
struct Cut {
  std::int64_t count, parts, grain;
  std::int64_t begin(std::int64_t part) const {
    const std::int64_t grains = (count + grain - 1) / grain;
    return std::min(count, (grains / parts * part + std::min(part, grains % parts)) * grain);
  }
  std::int64_t longest() const { return std::min(count, ((count + grain - 1) / grain + parts - 1) / parts * grain); }
};

struct Grid {
  Cut rows, columns;
};

// The grid with the shortest estimated time. Unit: one element of C multiplied to the end.
template <class Tile>
Grid partition(std::int64_t m, std::int64_t n, std::int64_t k, int threads) {
  constexpr double kCopyA = 4, kCopyB = 12;  // what copying a row of A or a column of B costs, in the same unit
  constexpr double kIdle = 0.1;              // the share of a task for which the other threads wait at the end
  constexpr std::int64_t kTasksPerThread = 8;
  constexpr double kLeast = 1 << 17;  // multiplications worth handing out
  const std::int64_t row_tiles = (m + Tile::kRows - 1) / Tile::kRows;
  const std::int64_t column_tiles = (n + Tile::kColumns - 1) / Tile::kColumns;
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  const auto most =
      threads == 1 ? 1
                   : std::clamp<std::int64_t>(static_cast<std::int64_t>(work / kLeast), 1, threads * kTasksPerThread);

  Grid best{{m, 1, Tile::kRows}, {n, 1, Tile::kColumns}};
  double shortest = -1;
  for (std::int64_t i = 1; i <= std::min(most, row_tiles); ++i)
    for (std::int64_t j = 1; i * j <= most && j <= column_tiles; ++j) {
      const Grid grid{{m, i, Tile::kRows}, {n, j, Tile::kColumns}};
      const auto rows = static_cast<double>(grid.rows.longest()), columns = static_cast<double>(grid.columns.longest());
      const double task = rows * columns + kCopyA * rows + kCopyB * columns;
      const double rounds = static_cast<double>((i * j + threads - 1) / threads);
      const double time = task * (rounds + (threads > 1 ? kIdle : 0));
      if (shortest < 0 || time < shortest) {
        shortest = time;
        best = grid;
      }
    }
  return best;
}

}  // namespace sophia
