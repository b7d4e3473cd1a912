#include "../../../native/linalg/division.h"
#include "../check.h"

using namespace sophia;
using check::expect;
using check::expect_error;

TEST("Columns that share a statistic, part by part") {
  expect("none where columns share nothing", shared_columns({.rows = 2, .columns = 12, .parts = 3}).empty());
  expect("each part has a width of its own",
         shared_columns({.rows = 2, .columns = 12, .parts = 3, .widths = {2, 4, 1}}) == Widths{2, 2, 4, 1, 1, 1, 1});
  const auto rejects = [](const char* words, const Division& division) {
    expect_error(std::string("widths: ") + words, Code::kInvalidArgument, words, [&] { shared_columns(division); });
  };
  rejects("Expected a width for each of 3 parts", {.rows = 2, .columns = 12, .parts = 3, .widths = {2, 4}});
  rejects("Expected a width for each of 5 parts of 12 columns",
          {.rows = 2, .columns = 12, .parts = 5, .widths = {1, 1, 1, 1, 1}});
  rejects("and no block, got 1 and 4", {.rows = 2, .columns = 12, .block = 4, .widths = {1}});
  rejects("Expected widths that divide the 4 columns of a part, got 3",
          {.rows = 2, .columns = 12, .parts = 3, .widths = {2, 3, 1}});
  rejects("Expected widths that divide the 12 columns of a part, got 0", {.rows = 2, .columns = 12, .widths = {0}});
  rejects("Expected at most 2^31", {.rows = 1, .columns = std::int64_t{1} << 31, .widths = {1 << 20}});
}

TEST("Pieces of tensors as they are divided") {
  const Pieces all =
      cut_as_divided({{.offset = 0, .count = 12}, {.offset = 16, .count = 12}, {.offset = 32, .count = 5}},
                     {{.rows = 3, .columns = 4, .block = 8}, {.rows = 2, .columns = 6, .widths = {3}}, {.columns = 5}});
  expect("blocks of 8 and 4, two groups of columns, and a whole tensor",
         all.groups.size() == 5 && all.groups[0].count == 8 && all.groups[1].count == 4 && all.groups[2].count == 6 &&
             all.groups[3].first_column == 3 && all.groups[4].count == 5);
}
