// Which tile of a matrix a block of threads computes.
#pragma once
#include <algorithm>
#include "team.h"

namespace sophia {

struct Corner {
  std::int64_t row, column;
};

// Rows of tiles whose blocks run one after the other before the next columns: what they read of the factors stays in
// the cache.
inline constexpr int kBand = 8;

// How many tiles of this edge cover `count` rows or columns.
HD std::int64_t tiles_along(std::int64_t count, int edge) { return (count + edge - 1) / edge; }
template <class Tile>
HD std::int64_t tiles(std::int64_t m, std::int64_t n) {
  return tiles_along(m, Tile::kRows) * tiles_along(n, Tile::kColumns);
}

// The first element of this block's tile: down the rows of a band, then to its next columns.
template <class Tile>
DEVICE Corner corner(std::int64_t m, std::int64_t n) {
  const std::int64_t rows = tiles_along(m, Tile::kRows), columns = tiles_along(n, Tile::kColumns);
  const std::int64_t block = blockIdx.x, band = block / (kBand * columns), within = block % (kBand * columns);
  const std::int64_t height = std::min<std::int64_t>(kBand, rows - band * kBand);
  return {(band * kBand + within % height) * Tile::kRows, within / height * Tile::kColumns};
}

// Large tiles where those of all matrices give every multiprocessor all the blocks that it can hold.
struct Matrices {
  std::int64_t m, n, batch;
};
template <class Large, class Small>
bool worth_large_tiles(Matrices c, int multiprocessors) {
  return c.m > Small::kRows && c.n > Small::kColumns &&
         c.batch * tiles<Large>(c.m, c.n) >= std::int64_t{Large::kResident} * multiprocessors;
}

}  // namespace sophia
