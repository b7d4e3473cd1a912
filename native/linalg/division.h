// How a tensor is divided, for optimizers that see more of it than single numbers.
#pragma once
#include <cstdint>
#include <vector>

namespace sophia {

struct Division {
  std::int64_t rows = 1, columns = 1;     // of the tensor, which lies row by row
  std::int64_t parts = 1;                 // matrices that stand side by side in it, as q, k and v of one projection
  bool out_last = true;                   // whether outputs go along the columns, (in, out), or along the rows
  std::int64_t block = 0;                 // numbers in a row that share a second moment; 0: all of the tensor
  std::vector<std::int64_t> widths = {};  // where columns share one: how many, in each part
};

}  // namespace sophia
