// Tiles: the matrices of tensors, for optimizers that move a matrix as a whole.
//
// A tensor is one tile, or several: the parts that stand side by side in it, as q, k and v do, and blocks of those
// where a rule wants blocks. What is done to numbers goes by pieces (pieces.h), each a stretch of a tile; what is done
// to matrices goes by classes, tiles of one shape whose copies lie behind each other, so that one batch does all of
// them. Tensors are taken in rounds, as many of one division as keep the copies small.
#pragma once
#include "../core/error.h"
#include "division.h"
#include "pieces.h"

namespace sophia {

inline constexpr std::int64_t kRound = 1 << 24;  // numbers: copies of 64 MB, and work enough for a GPU

// Tiles of one shape: `each` of them in every tensor of the round, tensor by tensor.
struct TileClass {
  std::int64_t rows, columns, each;
  std::int64_t count;  // in the round
  std::int64_t work;   // where the copy of the first lies
};

struct Round {
  std::int64_t first_span, end_span, first_piece, end_piece;
  std::int64_t numbers;
  std::vector<TileClass> classes;
};

struct Tiles {
  Pieces all;  // without groups; the spans in the order of the rounds
  std::vector<Round> rounds;
  std::vector<Division> divisions;  // of the spans
};

// A rectangle of a tensor.
struct Tile {
  std::int64_t row, column, rows, columns;
};

// The tiles of a tensor: each part in blocks of at most `block` rows and columns, whole where that is 0.
inline std::vector<Tile> tiles_of(const Division& d, std::int64_t block) {
  std::vector<Tile> tiles;
  const std::int64_t width = d.columns / d.parts, most = block > 0 ? block : std::max(d.rows, width);
  for (std::int64_t part = 0; part < d.parts; ++part)
    for (std::int64_t r = 0; r < d.rows; r += most)
      for (std::int64_t c = 0; c < width; c += most)
        tiles.push_back({r, part * width + c, std::min(most, d.rows - r), std::min(most, width - c)});
  return tiles;
}

inline void expect_division(const Division& d, std::int64_t count) {
  require(d.rows > 0 && d.columns >= 0 && d.rows * d.columns == count, "Expected a tensor of ", d.rows, " by ",
          d.columns, " numbers, got ", count);
  require(d.parts > 0 && d.columns % d.parts == 0, "Expected `parts` to divide the ", d.columns, " columns, got ",
          d.parts);
}

namespace tiles {

// The pieces of one tile. A tile as wide as its tensor is one stretch.
inline void add_pieces(Pieces& all, const Span& span, const Division& d, const Tile& tile, std::int64_t work) {
  const bool whole = tile.columns == d.columns;
  const std::int64_t stretches = whole ? 1 : tile.rows, length = whole ? tile.rows * tile.columns : tile.columns;
  for (std::int64_t s = 0; s < stretches; ++s) {
    const std::int64_t first = (tile.row + s) * d.columns + tile.column;
    for (std::int64_t i = 0; i < length; i += kPiece)
      all.pieces.push_back({.offset = span.offset + first + i,
                            .count = static_cast<std::int32_t>(std::min(kPiece, length - i)),
                            .span = static_cast<std::int32_t>(&span - all.spans.data()),
                            .group = 0,
                            .work = work + s * length + i});
  }
}

inline TileClass& class_of(std::vector<TileClass>& classes, const Tile& tile) {
  for (auto& c : classes)
    if (c.rows == tile.rows && c.columns == tile.columns) return c;
  return classes.emplace_back(TileClass{tile.rows, tile.columns, 0, 0, 0});
}

// Adds a round of the spans from first_span to end_span, which are divided alike.
inline void add_round(Tiles& to, Round round, std::int64_t block) {
  const Division& d = to.divisions[static_cast<std::size_t>(round.first_span)];
  const auto tiles = tiles_of(d, block);
  const std::int64_t tensors = round.end_span - round.first_span;
  for (const auto& tile : tiles) ++class_of(round.classes, tile).each;
  for (auto& c : round.classes) {
    c.count = c.each * tensors;
    c.work = round.numbers;
    round.numbers += c.count * c.rows * c.columns;
  }
  std::vector<std::int64_t> next;
  for (const auto& c : round.classes) next.push_back(c.work);
  round.first_piece = std::ssize(to.all.pieces);
  for (auto s = round.first_span; s < round.end_span; ++s) {
    Span& span = to.all.spans[static_cast<std::size_t>(s)];
    span.first_piece = std::ssize(to.all.pieces);
    for (const auto& tile : tiles) {
      auto& work = next[static_cast<std::size_t>(&class_of(round.classes, tile) - round.classes.data())];
      add_pieces(to.all, span, d, tile, work);
      work += tile.rows * tile.columns;
    }
    span.end_piece = std::ssize(to.all.pieces);
  }
  round.end_piece = std::ssize(to.all.pieces);
  to.rounds.push_back(std::move(round));
}

}  // namespace tiles

// Cuts tensors into tiles of at most block_of(set) rows and columns. Those of one set that are divided alike share
// rounds.
template <class F>
Tiles cut_into_tiles(const std::vector<Span>& spans, const std::vector<Division>& divisions, F block_of) {
  Tiles to;
  std::vector<bool> taken(spans.size(), false);
  const auto alike = [&](std::size_t a, std::size_t b) {
    const Division &x = divisions[a], &y = divisions[b];
    return spans[a].set == spans[b].set && x.rows == y.rows && x.columns == y.columns && x.parts == y.parts &&
           x.out_last == y.out_last;
  };
  to.all.spans.reserve(spans.size());  // pieces are told apart by the places of their spans
  for (std::size_t first = 0; first < spans.size(); ++first) {
    if (taken[first]) continue;
    const std::int64_t begin = std::ssize(to.all.spans);
    std::int64_t numbers = 0;
    for (std::size_t s = first; s < spans.size(); ++s) {
      if (taken[s] || !alike(first, s)) continue;
      if (numbers > 0 && numbers + spans[s].count > kRound) break;
      expect_division(divisions[s], spans[s].count);
      taken[s] = true;
      numbers += spans[s].count;
      to.all.spans.push_back(spans[s]);
      Span& span = to.all.spans.back();
      if (span.tensor < 0) span.tensor = static_cast<std::int32_t>(s);
      if (span.site < 0) span.site = span.tensor;
      to.divisions.push_back(divisions[s]);
    }
    tiles::add_round(to, {begin, std::ssize(to.all.spans), 0, 0, 0, {}}, block_of(spans[first].set));
  }
  return to;
}

}  // namespace sophia
