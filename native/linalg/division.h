// How a tensor is divided, for optimizers that see more of it than single numbers.
#pragma once
#include <limits>
#include "pieces.h"

namespace sophia {

struct Division {
  std::int64_t rows = 1, columns = 1;     // of the tensor, which lies row by row
  std::int64_t parts = 1;                 // matrices that stand side by side in it, as q, k and v of one projection
  bool out_last = true;                   // whether outputs go along the columns, (in, out), or along the rows
  std::int64_t block = 0;                 // numbers in a row that share a statistic; 0: all of the tensor
  std::vector<std::int64_t> widths = {};  // where columns share one: how many, in each part
};

// The columns that share a statistic, part by part; none where columns do not.
inline Widths shared_columns(const Division& d) {
  Widths all;
  if (d.widths.empty()) return all;
  require(std::ssize(d.widths) == d.parts && d.columns % d.parts == 0 && d.block == 0, "Expected a width for each of ",
          d.parts, " parts of ", d.columns, " columns, and no block, got ", d.widths.size(), " and ", d.block);
  require(d.columns <= std::numeric_limits<std::int32_t>::max(), "Expected at most 2^31 − 1 columns, got ", d.columns);
  const std::int64_t columns = d.columns / d.parts;
  for (const std::int64_t width : d.widths) {
    require(width > 0 && columns % width == 0, "Expected widths that divide the ", columns, " columns of a part, got ",
            width);
    all.insert(all.end(), static_cast<std::size_t>(columns / width), width);
  }
  return all;
}

// The pieces of tensors, in groups as their divisions say.
inline Pieces cut_as_divided(std::vector<Span> spans, const std::vector<Division>& divisions) {
  std::vector<Widths> widths;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const Division& d = divisions.at(i);
    widths.push_back(shared_columns(d));
    spans[i].block = d.block;
    spans[i].columns = widths.back().empty() ? 0 : static_cast<std::int32_t>(d.columns);
  }
  return cut(std::move(spans), widths);
}

}  // namespace sophia
