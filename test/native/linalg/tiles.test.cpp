#include "../../../native/linalg/tiles.h"
#include <set>
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

Tiles cut_all(const std::vector<Division>& divisions, std::int64_t block) {
  std::vector<Span> spans;
  std::int64_t offset = 5;
  for (const auto& d : divisions) {
    spans.push_back({.offset = offset, .count = d.rows * d.columns});
    offset += d.rows * d.columns + 3;
  }
  return cut_into_tiles(spans, divisions, [&](std::int32_t) { return block; });
}

// Every number of every tensor in one piece, every place of a round's copies taken once, and no piece in two tiles.
bool covers(const Tiles& tiles) {
  std::set<std::int64_t> numbers;
  std::int64_t all = 0;
  bool once = true;
  for (const auto& round : tiles.rounds) {
    std::set<std::int64_t> work;
    for (auto p = round.first_piece; p < round.end_piece; ++p) {
      const Piece& piece = tiles.all.pieces[static_cast<std::size_t>(p)];
      once &= piece.count <= kPiece && piece.span >= round.first_span && piece.span < round.end_span;
      for (int i = 0; i < piece.count; ++i)
        once &= numbers.insert(piece.offset + i).second && work.insert(piece.work + i).second;
    }
    once &= work.empty() || (*work.begin() == 0 && *work.rbegin() == round.numbers - 1);
  }
  for (const auto& span : tiles.all.spans) {
    all += span.count;
    for (std::int64_t i = 0; i < span.count; ++i) once &= numbers.contains(span.offset + i);
  }
  return once && static_cast<std::int64_t>(numbers.size()) == all;
}

}  // namespace

TEST("Tiles cover tensors") {
  const std::vector<Division> divisions{{.rows = 7, .columns = 5},
                                        {.rows = 1, .columns = 9},
                                        {.rows = 7, .columns = 5},
                                        {.rows = 70, .columns = 96, .parts = 3},
                                        {.rows = 9, .columns = 1}};
  for (const std::int64_t block : {0, 1, 4, 16, 1000})
    expect(text("in blocks of ", block), covers(cut_all(divisions, block)));
}

TEST("Tiles of one shape are one class") {
  const auto tiles = cut_all(
      {{.rows = 10, .columns = 24, .parts = 3}, {.rows = 10, .columns = 24, .parts = 3}, {.rows = 3, .columns = 3}}, 4);
  expect("tensors that are divided alike share a round", tiles.rounds.size() == 2 && tiles.rounds[0].end_span == 2);
  std::string classes;
  for (const auto& c : tiles.rounds[0].classes)
    classes += text(c.rows, "×", c.columns, ": ", c.each, " of ", c.count, "; ");
  expect("the shapes and how many there are", classes == "4×4: 12 of 24; 2×4: 6 of 12; ");
}

// The arithmetic of sizes alone: nothing so large is allocated.
TEST("Tiles of tensors of more than 2³¹ numbers") {
  const Division d{.rows = 1 << 17, .columns = 1 << 15};
  expect_division(d, std::int64_t{1} << 32);
  const auto tiles = tiles_of(d, 1 << 14);
  expect("blocks", tiles.size() == 16 && tiles.back().row == 7 << 14 && tiles.back().column == 1 << 14);
  const std::int64_t many = (std::int64_t{1} << 31) + 5;
  const auto all = cut({{.offset = 0, .count = many}});
  expect("pieces", all.pieces.back().offset + all.pieces.back().count == many && all.pieces.back().count == 5);
}

TEST("Tiles of what is no matrix") {
  const auto refuses = [](const char* why, const Division& d, std::int64_t count) {
    check::expect_error(std::string("tiles: refuses ") + why, Code::kInvalidArgument, "Expected",
                        [&] { expect_division(d, count); });
  };
  refuses("other sizes", {.rows = 3, .columns = 4}, 13);
  refuses("parts that do not divide the columns", {.rows = 3, .columns = 4, .parts = 3}, 12);
  refuses("no parts", {.rows = 3, .columns = 4, .parts = 0}, 12);
}
