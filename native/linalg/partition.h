// How C is cut into tasks for the threads, and a batch of them.
//
// A task computes a block of C over the whole inner dimension and makes its own copies of what it reads, so threads
// never wait for each other. The price is that tasks in one column copy the same B, and tasks in one row the same A;
// long tasks, in turn, leave threads idle at the end. The cut may depend on the number of threads, because the bits of
// an element do not depend on the cut. Where a batch has matrices enough, a task is a whole one, or several small ones.
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

// Who multiplies, and how many matrices of one shape.
struct Load {
  int threads;
  std::int64_t batch = 1;
};

inline constexpr double kWorthATask = 1 << 17;  // multiplications: some microseconds

// How long the slowest thread works, in units of what it takes to multiply one element of C.
inline double time_of(const Grid& grid, Load load) {
  constexpr double kCopyA = 10, kCopyB = 12;  // copying a row of A or a column of B
  constexpr double kIdle = 0.04;              // the part of its last task for which a thread works alone
  const auto rows = static_cast<double>(grid.rows.longest()), columns = static_cast<double>(grid.columns.longest());
  const std::int64_t tasks = load.batch * grid.rows.parts * grid.columns.parts;
  const auto rounds = static_cast<double>(ceil_divide(tasks, load.threads));
  return (rounds + (load.threads > 1 ? kIdle : 0)) * (rows * columns + kCopyA * rows + kCopyB * columns);
}

// The grid of each matrix with the shortest estimated time for all of them.
template <class Tile>
Grid partition(std::int64_t m, std::int64_t n, std::int64_t k, Load load) {
  constexpr std::int64_t kMostPerThread = 8;
  const auto grid = [&](std::int64_t i, std::int64_t j) { return Grid{{m, i, Tile::kRows}, {n, j, Tile::kColumns}}; };
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  const auto worth = static_cast<std::int64_t>(std::min(work / kWorthATask, 1e9));
  const std::int64_t most =
      load.threads == 1 ? 1 : std::min(worth, ceil_divide(load.threads * kMostPerThread, load.batch));

  Grid best = grid(1, 1);
  for (std::int64_t i = 1; i <= std::min(most, ceil_divide(m, Tile::kRows)); ++i)
    for (std::int64_t j = 1; i * j <= most && j <= ceil_divide(n, Tile::kColumns); ++j)
      if (time_of(grid(i, j), load) < time_of(best, load)) best = grid(i, j);
  return best;
}

// How many whole matrices a task has, where one by itself is not worth handing out.
inline std::int64_t matrices_of_task(std::int64_t m, std::int64_t n, std::int64_t k, Load load) {
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  const auto worth = static_cast<std::int64_t>(kWorthATask / std::max(work, 1.0));
  return std::max<std::int64_t>(1, std::min(worth, load.batch / load.threads));
}

}  // namespace sophia::packed
