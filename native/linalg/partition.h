// How C is cut into tasks for the threads.
//
// A task computes a block of C over the whole inner dimension and makes its own copies of what it reads, so threads
// never wait for each other. The price is that tasks in one column copy the same B, and tasks in one row the same A;
// long tasks, in turn, leave threads idle at the end. The cut may depend on the number of threads, because the bits of
// an element do not depend on the cut.
#pragma once
#include <algorithm>
#include <cstdint>

namespace sophia::packed {

inline std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

struct Range {
  std::int64_t begin, count;
};

// `count` elements in `parts` of nearly equal length; all but the last are multiples of `grain`.
struct Cut {
  std::int64_t count, parts, grain;

  Range range(std::int64_t part) const { return {begin(part), begin(part + 1) - begin(part)}; }
  std::int64_t longest() const { return std::min(count, ceil_divide(grains(), parts) * grain); }

 private:
  std::int64_t grains() const { return ceil_divide(count, grain); }
  std::int64_t begin(std::int64_t part) const {
    return std::min(count, (grains() / parts * part + std::min(part, grains() % parts)) * grain);
  }
};

struct Grid {
  Cut rows, columns;
};

// How long the slowest thread works, in units of what it takes to multiply one element of C.
inline double time_of(const Grid& grid, int threads) {
  constexpr double kCopyA = 10, kCopyB = 12;  // copying a row of A or a column of B
  constexpr double kIdle = 0.04;              // the part of its last task for which a thread works alone
  const auto rows = static_cast<double>(grid.rows.longest()), columns = static_cast<double>(grid.columns.longest());
  const auto rounds = static_cast<double>(ceil_divide(grid.rows.parts * grid.columns.parts, threads));
  return (rounds + (threads > 1 ? kIdle : 0)) * (rows * columns + kCopyA * rows + kCopyB * columns);
}

// The grid with the shortest estimated time.
template <class Tile>
Grid partition(std::int64_t m, std::int64_t n, std::int64_t k, int threads) {
  constexpr double kLeast = 1 << 17;  // multiplications worth handing out: some microseconds
  constexpr std::int64_t kMostPerThread = 8;
  const auto grid = [&](std::int64_t i, std::int64_t j) { return Grid{{m, i, Tile::kRows}, {n, j, Tile::kColumns}}; };
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  const auto worth = static_cast<std::int64_t>(std::min(work / kLeast, 1e9));
  const std::int64_t most = threads == 1 ? 1 : std::min(worth, threads * kMostPerThread);

  Grid best = grid(1, 1);
  for (std::int64_t i = 1; i <= std::min(most, ceil_divide(m, Tile::kRows)); ++i)
    for (std::int64_t j = 1; i * j <= most && j <= ceil_divide(n, Tile::kColumns); ++j)
      if (time_of(grid(i, j), threads) < time_of(best, threads)) best = grid(i, j);
  return best;
}

}  // namespace sophia::packed
