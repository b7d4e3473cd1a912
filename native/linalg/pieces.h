// Pieces: a flat arena of tensors cut into stretches of fixed length, for passes over every number that also sum.
//
// A piece never crosses a tensor or, where a tensor is divided into blocks, a block. What is summed is kept per piece
// and then added up in order, so that the bits depend on the table alone and not on the number of threads. Tensors may
// also lie each in memory of its own; the arena's offsets are then those of the memory that goes with them.
#pragma once
#include <algorithm>
#include <vector>
#include "../core/arena.h"

namespace sophia {

inline constexpr std::int64_t kPiece = 4096;  // numbers: 16 KB of each array, some microseconds of work

// A tensor of the arena.
struct Span {
  std::int64_t offset, count;
  bool decay = false;        // takes part in weight decay
  std::int64_t block = 0;    // numbers that share a statistic, see optimizers/optimizer.h; 0: the whole tensor
  std::int32_t set = 0;      // whose hyperparameters it has, among those of a pass
  std::int32_t tensor = -1;  // which of the tensors that lie by themselves it is; its own number where negative
  std::int64_t first_piece = 0, end_piece = 0, first_group = 0, end_group = 0;  // filled in by cut()
};
// A block of a tensor, or all of it.
struct Group {
  std::int64_t count, first_piece, end_piece;
  std::int32_t span;
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
};

inline Pieces cut(std::vector<Span> spans) {
  Pieces all;
  for (std::size_t s = 0; s < spans.size(); ++s) {
    Span& span = spans[s];
    if (span.tensor < 0) span.tensor = static_cast<std::int32_t>(s);
    span.first_group = static_cast<std::int64_t>(all.groups.size());
    const std::int64_t block = span.block > 0 ? span.block : std::max<std::int64_t>(span.count, 1);
    span.first_piece = static_cast<std::int64_t>(all.pieces.size());
    for (std::int64_t at = 0; at < span.count; at += block) {
      Group group{std::min(block, span.count - at), static_cast<std::int64_t>(all.pieces.size()), 0,
                  static_cast<std::int32_t>(s)};
      for (std::int64_t i = 0; i < group.count; i += kPiece)
        all.pieces.push_back({span.offset + at + i, static_cast<std::int32_t>(std::min(kPiece, group.count - i)),
                              static_cast<std::int32_t>(s), static_cast<std::int64_t>(all.groups.size())});
      group.end_piece = static_cast<std::int64_t>(all.pieces.size());
      all.groups.push_back(group);
    }
    span.end_piece = static_cast<std::int64_t>(all.pieces.size());
    span.end_group = static_cast<std::int64_t>(all.groups.size());
  }
  all.spans = std::move(spans);
  return all;
}

// The table where the device reads it.
struct PieceTable {
  const Span* spans;
  const Group* groups;
  const Piece* pieces;
  std::int64_t span_count, group_count, piece_count;
  std::int64_t numbers;  // in all pieces
};
inline PieceTable table(const Pieces& all) {
  const auto size = [](const auto& v) { return static_cast<std::int64_t>(v.size()); };
  std::int64_t numbers = 0;
  for (const Span& span : all.spans) numbers += span.count;
  return {all.spans.data(), all.groups.data(), all.pieces.data(), size(all.spans), size(all.groups), size(all.pieces),
          numbers};
}

// f(piece) for every piece, among the threads of a CPU; a few numbers are done before another thread would wake.
template <class On, class F>
void each_piece(On& on, const PieceTable& table, F f) {
  constexpr std::int64_t kWorthSharing = 1 << 14;  // some microseconds
  if (table.numbers >= kWorthSharing) return on.parallel(table.piece_count, f);
  for (std::int64_t p = 0; p < table.piece_count; ++p) f(p);
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
      : spans_(on, host.span_count), groups_(on, host.group_count), pieces_(on, host.piece_count), table_(host) {
    on.upload(spans_.data(), host.spans, host.span_count);
    on.upload(groups_.data(), host.groups, host.group_count);
    on.upload(pieces_.data(), host.pieces, host.piece_count);
    table_.spans = spans_.data();
    table_.groups = groups_.data();
    table_.pieces = pieces_.data();
  }

  Arena<On, Span> spans_;
  Arena<On, Group> groups_;
  Arena<On, Piece> pieces_;
  PieceTable table_;
};

// K sums that are taken together; V is a number or a pack.
template <class V, int K>
struct Tally {
  V sum[K];
  Tally() = default;
  template <class Which> HD V& operator[](Which k) { return sum[static_cast<int>(k)]; }
  template <class Which> HD const V& operator[](Which k) const { return sum[static_cast<int>(k)]; }
  HD explicit Tally(int zero) {
    for (int k = 0; k < K; ++k) sum[k] = V(static_cast<Number<V>>(zero));
  }
};
template <class V, int K> struct NumberOf<Tally<V, K>> : NumberOf<V> {};

// f(0), …, f(K − 1), written out, so that a tally stays in registers.
template <int K, class F>
HD void each_sum(F f) {
  [&]<int... k>(std::integer_sequence<int, k...>) { (f(k), ...); }(std::make_integer_sequence<int, K>{});
}
template <class V, int K>
HD Tally<V, K> operator+(Tally<V, K> a, Tally<V, K> b) {
  each_sum<K>([&](int k) { a.sum[k] = a.sum[k] + b.sum[k]; });
  return a;
}
template <class V, int K>
HD Tally<V, K> keep(Tally<V, K> x, int count, Number<V> other) {
  each_sum<K>([&](int k) { x.sum[k] = keep(x.sum[k], count, other); });
  return x;
}
template <class V, int K>
HD auto across(Tally<V, K> x) {
  Tally<Number<V>, K> y;
  each_sum<K>([&](int k) { y.sum[k] = across(x.sum[k]); });
  return y;
}
template <class T, int K>
HD Tally<double, K> widen(Tally<T, K> x) {
  Tally<double, K> y;
  each_sum<K>([&](int k) { y.sum[k] = widen(x.sum[k]); });
  return y;
}

// partial[first] + … + partial[end − 1], in this order.
template <int K>
HD Tally<double, K> add_up(const Tally<double, K>* partial, std::int64_t first, std::int64_t end) {
  Tally<double, K> total(0);
  for (std::int64_t p = first; p < end; ++p) total = total + partial[p];
  return total;
}

// totals: of each tensor and, last, of all.
template <int K>
void add_totals(const PieceTable& table, const Tally<double, K>* partial, Tally<double, K>* totals) {
  for (std::int64_t s = 0; s < table.span_count; ++s)
    totals[s] = add_up(partial, table.spans[s].first_piece, table.spans[s].end_piece);
  totals[table.span_count] = add_up(totals, 0, table.span_count);
}

}  // namespace sophia
