// Pieces: a flat arena of tensors cut into stretches of fixed length, for passes over every number that also sum.
//
// A piece never crosses a tensor or, where a tensor is divided into blocks, a block. What is summed is kept per piece
// and then added up in order, so that the bits depend on the table alone and not on the number of threads. A tensor may
// be divided by columns instead, which are summed as strips.h says. Tensors may also lie each in memory of its own; the
// arena's offsets are then those of the memory that goes with them.
#pragma once
#include <algorithm>
#include <vector>
#include "../core/arena.h"
#include "../core/error.h"
#include "strips.h"
#include "tally.h"

namespace sophia {

inline constexpr std::int64_t kPiece = 4096;  // numbers: 16 KB of each array, some microseconds of work

// A tensor of the arena.
struct Span {
  std::int64_t offset, count;
  bool decay = false;        // takes part in weight decay
  std::int64_t block = 0;    // numbers that share a statistic, see optimizers/optimizer.h; 0: the whole tensor
  std::int32_t set = 0;      // whose hyperparameters it has, among those of a pass
  std::int32_t tensor = -1;  // which of the tensors that lie by themselves it is; its own number where negative
  std::int32_t site = -1;    // of random draws for it (math/random.h); the tensor's number where negative
  std::int32_t columns = 0;  // numbers of a row, where columns and not blocks share a statistic; 0: they do not
  // Filled in by cut(). The last is where the tensor's part of the workspace for columns begins.
  std::int64_t first_piece = 0, end_piece = 0, first_group = 0, end_group = 0, column_work = 0;
};
// A block of a tensor, or all of it; or some of its columns, which have no pieces of their own.
struct Group {
  std::int64_t count, first_piece, end_piece;
  std::int32_t span, first_column = 0, columns = 0;
};
struct Piece {
  std::int64_t offset;
  std::int32_t count, span;
  std::int64_t group;
  std::int64_t work = 0;  // where its copy lies, for tensors that are copied tile by tile (tiles.h)
};

struct Pieces {
  std::vector<Span> spans;
  std::vector<Group> groups;
  std::vector<Piece> pieces;
  std::vector<Strip> strips;
  std::int64_t column_work = 0;  // numbers of the workspace for columns
};

// How many columns share a statistic: the first so many, those behind them, and so on to the last.
using Widths = std::vector<std::int64_t>;

namespace pieces {

// `count` numbers of tensor s from `at` on, in pieces of the group to come.
inline void cut_group(Pieces& all, std::int32_t s, std::int64_t at, std::int64_t count) {
  const std::int64_t first = all.spans[static_cast<std::size_t>(s)].offset + at;
  for (std::int64_t i = 0; i < count; i += kPiece)
    all.pieces.push_back(
        {first + i, static_cast<std::int32_t>(std::min(kPiece, count - i)), s, std::ssize(all.groups)});
}

inline void cut_blocks(Pieces& all, std::int32_t s) {
  const Span& span = all.spans[static_cast<std::size_t>(s)];
  const std::int64_t block = span.block > 0 ? span.block : std::max<std::int64_t>(span.count, 1);
  for (std::int64_t at = 0; at < span.count; at += block) {
    const std::int64_t first = std::ssize(all.pieces), count = std::min(block, span.count - at);
    cut_group(all, s, at, count);
    all.groups.push_back({count, first, std::ssize(all.pieces), s});
  }
}

inline void group_columns(Pieces& all, std::int32_t s, const Widths& widths) {
  const Span& span = all.spans[static_cast<std::size_t>(s)];
  const std::int64_t rows = span.count / span.columns;
  std::int64_t column = 0;
  for (const std::int64_t width : widths) {
    require(width > 0 && width <= span.columns - column, "Expected groups of ", span.columns,
            " columns in all, and one more of 1 to ", span.columns - column, ", got ", width);
    if (rows > 0)
      all.groups.push_back({rows * width, span.first_piece, span.first_piece, s, static_cast<std::int32_t>(column),
                            static_cast<std::int32_t>(width)});
    column += width;
  }
  require(column == span.columns, "Expected groups of ", span.columns, " columns in all, got ", column);
}

inline void cut_columns(Pieces& all, std::int32_t s, Widths widths) {
  Span& span = all.spans[static_cast<std::size_t>(s)];
  require(span.block == 0 && span.count % span.columns == 0, "Expected rows of ", span.columns,
          " numbers and no blocks, got ", span.count, " numbers and blocks of ", span.block);
  cut_group(all, s, 0, span.count);
  if (widths.empty()) widths.assign(static_cast<std::size_t>(span.columns), 1);
  group_columns(all, s, widths);
  const ColumnWork work{span.count / span.columns, span.columns};
  span.column_work = all.column_work;
  work.each_strip([&](std::int64_t r, std::int64_t c, std::int64_t rows, std::int64_t columns) {
    const std::int64_t sums = span.column_work + work.sums() + r / kStripRows * span.columns + c;
    all.strips.push_back({span.offset + r * span.columns + c, sums, s, static_cast<std::int32_t>(rows),
                          static_cast<std::int32_t>(columns)});
  });
  if (work.rows > 0) all.column_work += work.size();
}

}  // namespace pieces

// `widths` of the tensors that are divided by columns, by their numbers; where there are none, every column is a group.
inline Pieces cut(std::vector<Span> spans, const std::vector<Widths>& widths = {}) {
  Pieces all;
  all.spans = std::move(spans);
  for (std::size_t s = 0; s < all.spans.size(); ++s) {
    Span& span = all.spans[s];
    const auto number = static_cast<std::int32_t>(s);
    if (span.tensor < 0) span.tensor = number;
    span.first_piece = std::ssize(all.pieces);
    span.first_group = std::ssize(all.groups);
    if (span.columns > 0) pieces::cut_columns(all, number, s < widths.size() ? widths[s] : Widths{});
    else pieces::cut_blocks(all, number);
    span.end_piece = std::ssize(all.pieces);
    span.end_group = std::ssize(all.groups);
  }
  return all;
}

// The table where the device reads it.
struct PieceTable {
  const Span* spans;
  const Group* groups;
  const Piece* pieces;
  const Strip* strips;
  std::int64_t span_count, group_count, piece_count, strip_count;
  std::int64_t numbers;        // in all pieces
  std::int64_t column_work;    // in the workspace for columns
  std::int32_t strip_columns;  // of the widest strip
};
inline PieceTable table(const Pieces& all) {
  const auto size = [](const auto& v) { return static_cast<std::int64_t>(v.size()); };
  std::int64_t numbers = 0;
  std::int32_t strip_columns = 0;
  for (const Span& span : all.spans) numbers += span.count;
  for (const Strip& strip : all.strips) strip_columns = std::max(strip_columns, strip.columns);
  return {.spans = all.spans.data(),
          .groups = all.groups.data(),
          .pieces = all.pieces.data(),
          .strips = all.strips.data(),
          .span_count = size(all.spans),
          .group_count = size(all.groups),
          .piece_count = size(all.pieces),
          .strip_count = size(all.strips),
          .numbers = numbers,
          .column_work = all.column_work,
          .strip_columns = strip_columns};
}

// f(task) for so many tasks over the pieces, among the threads of a CPU; few numbers are done before another thread
// would wake.
template <class On, class F>
void each_task(On& on, const PieceTable& table, std::int64_t tasks, F f) {
  constexpr std::int64_t kWorthSharing = 1 << 14;  // some microseconds
  if (table.numbers >= kWorthSharing) return on.parallel(tasks, f);
  for (std::int64_t task = 0; task < tasks; ++task) f(task);
}
// f(piece) for every piece.
template <class On, class F>
void each_piece(On& on, const PieceTable& table, F f) {
  each_task(on, table, table.piece_count, f);
}

// Where a piece's numbers begin: in the arena, or in its tensor where the tensors lie by themselves.
template <class T>
HD View<T> at_piece(View<T> arena, const View<T>* tensors, const PieceTable& table, const Piece& piece) {
  const Span& span = table.spans[piece.span];
  if (tensors) return tensors[span.tensor] + (piece.offset - span.offset);
  return arena ? arena + piece.offset : arena;
}

// The pieces of an arena, where the device reads them.
template <class On>
class PiecesOn {
 public:
  PiecesOn(On& on, const Pieces& all) : PiecesOn(on, sophia::table(all)) {}
  const PieceTable& table() const { return table_; }

 private:
  PiecesOn(On& on, const PieceTable& host)
      : spans_(on, host.span_count),
        groups_(on, host.group_count),
        pieces_(on, host.piece_count),
        strips_(on, host.strip_count),
        table_(host) {
    on.upload(spans_.data(), host.spans, host.span_count);
    on.upload(groups_.data(), host.groups, host.group_count);
    on.upload(pieces_.data(), host.pieces, host.piece_count);
    on.upload(strips_.data(), host.strips, host.strip_count);
    table_.spans = spans_.data();
    table_.groups = groups_.data();
    table_.pieces = pieces_.data();
    table_.strips = strips_.data();
  }

  Arena<On, Span> spans_;
  Arena<On, Group> groups_;
  Arena<On, Piece> pieces_;
  Arena<On, Strip> strips_;
  PieceTable table_;
};

// totals: of each tensor and, last, of all.
template <int K>
void add_totals(const PieceTable& table, const Tally<double, K>* partial, Tally<double, K>* totals) {
  for (std::int64_t s = 0; s < table.span_count; ++s)
    totals[s] = add_up(partial, table.spans[s].first_piece, table.spans[s].end_piece);
  totals[table.span_count] = add_up(totals, 0, table.span_count);
}

}  // namespace sophia
