#include "../../../native/linalg/strips.h"
#include "../../../native/linalg/pieces.h"
#include "../check.h"

using namespace sophia;
using check::expect, check::expect_error;

TEST("Strips of columns") {
  constexpr std::int64_t kFirst = 100, kCount = 600 * 4100, kSecond = 2500000;
  const Pieces all = cut({{.offset = 5, .count = 10},
                          {.offset = kFirst, .count = kCount, .columns = 4100},
                          {.offset = kSecond, .count = 7, .columns = 7},
                          {.offset = kSecond + 16, .count = 0, .columns = 4}});
  std::vector<int> covered(kSecond + 100), written(static_cast<std::size_t>(all.column_work));
  bool apart = true, once = true;
  for (const Strip& strip : all.strips) {
    const Span& span = all.spans[static_cast<std::size_t>(strip.span)];
    apart &= strip.rows <= kStripRows && strip.columns <= kStripColumns &&
             strip.sums >= span.column_work + span.columns + kWidestPack - 1;
    for (std::int64_t r = 0; r < strip.rows; ++r)
      for (std::int64_t c = 0; c < strip.columns; ++c)
        ++covered[static_cast<std::size_t>(strip.offset + r * span.columns + c)];
    for (std::int64_t c = 0; c < strip.columns; ++c) ++written[static_cast<std::size_t>(strip.sums + c)];
  }
  for (std::int64_t i = 0; i < std::ssize(covered); ++i) {
    const bool inside = (i >= kFirst && i < kFirst + kCount) || (i >= kSecond && i < kSecond + 7);
    once &= covered[static_cast<std::size_t>(i)] == (inside ? 1 : 0);
  }
  expect("strips cover every number of the tensors that are divided by columns, once", once);
  expect("and no two have the same place for a sum, nor that of a settled number",
         apart && std::all_of(written.begin(), written.end(), [](int n) { return n <= 1; }) &&
             std::count(written.begin(), written.end(), 1) == 3 * 4100 + 7);
  expect("parts of the workspace begin where packs may",
         all.spans[1].column_work == 0 && all.spans[2].column_work % kWidestPack == 0 &&
             all.column_work == all.spans[2].column_work + ColumnWork{1, 7}.size());
}

TEST("Groups of columns") {
  const Pieces all = cut(
      {{.offset = 0, .count = 4}, {.offset = 16, .count = 30, .columns = 10}, {.offset = 64, .count = 6, .columns = 3}},
      {{}, {4, 4, 1, 1}});
  std::vector<std::vector<std::int64_t>> found;
  for (const Group& group : all.groups) found.push_back({group.span, group.first_column, group.columns, group.count});
  expect("groups are whole tensors, the columns of given widths, or single columns",
         found == std::vector<std::vector<std::int64_t>>{{0, 0, 0, 4},
                                                         {1, 0, 4, 12},
                                                         {1, 4, 4, 12},
                                                         {1, 8, 1, 3},
                                                         {1, 9, 1, 3},
                                                         {2, 0, 1, 2},
                                                         {2, 1, 1, 2},
                                                         {2, 2, 1, 2}});
  expect("pieces go across columns", all.pieces.size() == 3 && all.pieces[1].count == 30);
}

TEST("Groups of columns that do not fit") {
  const auto rejects = [](const char* words, Span span, Widths widths) {
    expect_error(std::string("groups of columns: ") + words, Code::kInvalidArgument, words,
                 [&] { cut({span}, {widths}); });
  };
  rejects("Expected rows of 7 numbers and no blocks, got 10 numbers and blocks of 0",
          {.offset = 0, .count = 10, .columns = 7}, {});
  rejects("Expected rows of 5 numbers and no blocks, got 10 numbers and blocks of 2",
          {.offset = 0, .count = 10, .block = 2, .columns = 5}, {});
  const Span five{.offset = 0, .count = 10, .columns = 5};
  rejects("Expected groups of 5 columns in all, got 4", five, {2, 2});
  rejects("Expected groups of 5 columns in all, and one more of 1 to 2, got 3", five, {3, 3});
  rejects("Expected groups of 5 columns in all, and one more of 1 to 5, got 0", five, {0, 5});
}
