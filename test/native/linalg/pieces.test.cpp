#include "../../../native/linalg/pieces.h"
#include "../check.h"

using namespace sophia;
using check::expect;

TEST("Pieces") {
  const Pieces all = cut({{.offset = 3, .count = 10000},
                          {.offset = 20000, .count = 0},
                          {.offset = 20016, .count = 4096},
                          {.offset = 30000, .count = 10, .block = 4},
                          {.offset = 40000, .count = 9000, .block = 5000}});
  std::vector<std::int64_t> covered(50000);
  bool inside = true;
  for (std::size_t p = 0; p < all.pieces.size(); ++p) {
    const Piece& piece = all.pieces[p];
    const Span& span = all.spans[static_cast<std::size_t>(piece.span)];
    const Group& group = all.groups[static_cast<std::size_t>(piece.group)];
    const auto number = static_cast<std::int64_t>(p);
    inside &= piece.count > 0 && piece.count <= kPiece && piece.offset >= span.offset &&
              piece.offset + piece.count <= span.offset + span.count && number >= span.first_piece &&
              number < span.end_piece && number >= group.first_piece && number < group.end_piece;
    for (std::int64_t i = 0; i < piece.count; ++i) ++covered[static_cast<std::size_t>(piece.offset + i)];
  }
  expect("a piece lies in its tensor and in its group", inside);
  bool once = true;
  for (std::size_t i = 0; i < covered.size(); ++i) {
    bool tensor = false;
    for (const auto& span : all.spans) {
      const auto at = static_cast<std::int64_t>(i);
      tensor |= at >= span.offset && at < span.offset + span.count;
    }
    once &= covered[i] == (tensor ? 1 : 0);
  }
  expect("pieces cover every number of every tensor once and nothing else", once);
  std::vector<std::int64_t> groups;
  for (const auto& group : all.groups) groups.push_back(group.count);
  expect("groups are blocks, the last one shorter, or whole tensors",
         groups == std::vector<std::int64_t>{10000, 4096, 4, 4, 2, 5000, 4000});
  expect("an empty tensor has no pieces and no groups",
         all.spans[1].first_piece == all.spans[1].end_piece && all.spans[1].first_group == all.spans[1].end_group);
  bool known = true;
  for (std::size_t s = 0; s < all.spans.size(); ++s)
    for (std::int64_t g = all.spans[s].first_group; g < all.spans[s].end_group; ++g)
      known &= all.groups[static_cast<std::size_t>(g)].span == static_cast<std::int32_t>(s);
  expect("a tensor knows its groups, and they know it", known && all.spans.back().end_group == 7);
}

TEST("A piece of a tensor that lies by itself") {
  const Pieces all = cut({{.offset = 10, .count = 5000, .tensor = 2}, {.offset = 6000, .count = 4}});
  std::vector<float> memory(3);
  const View<float> tensors[]{{nullptr}, {&memory[1]}, {&memory[2]}};
  const auto begins = [&](std::size_t p) { return at_piece({}, tensors, table(all), all.pieces[p]).value; };
  expect("begins in the tensor that its span names, or else in that of the span's own number",
         begins(0) == &memory[2] && begins(1) == &memory[2] + kPiece && begins(2) == &memory[1]);
}

TEST("Sums of pieces") {
  const Pieces all = cut({{.offset = 0, .count = 5000}, {.offset = 5000, .count = 0}, {.offset = 5000, .count = 1}});
  std::vector<Tally<double, 2>> partial(3, Tally<double, 2>(0)), totals(4);
  for (int p = 0; p < 3; ++p) partial[static_cast<std::size_t>(p)].sum[1] = p + 1;
  add_totals(table(all), partial.data(), totals.data());
  expect("totals are per tensor, and overall at the end",
         totals[0].sum[1] == 3 && totals[1].sum[1] == 0 && totals[2].sum[1] == 3 && totals[3].sum[1] == 6);
}

namespace {
// Counts what it is asked to share among threads.
struct Sharing {
  int asked = 0;
  template <class F>
  void parallel(std::int64_t tasks, F f) {
    ++asked;
    for (std::int64_t task = 0; task < tasks; ++task) f(task);
  }
};
}  // namespace

TEST("Threads for pieces") {
  const auto visit = [](std::int64_t numbers) {
    const Pieces all = cut({{.offset = 0, .count = numbers}, {.offset = numbers, .count = 3}});
    Sharing on;
    std::vector<std::int64_t> visited;
    each_piece(on, table(all), [&](std::int64_t p) { visited.push_back(p); });
    return std::pair(on.asked, std::ssize(visited) == std::ssize(all.pieces));
  };
  expect("few numbers wake no thread", visit(100) == std::pair(0, true));
  expect("many are shared", visit(100000) == std::pair(1, true));
}
