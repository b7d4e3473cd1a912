// What the tiles of attention on cuda read and round.
#pragma once
#include "../../layers/attention_case.h"
#include "../law_bf16.h"

namespace attention_case {

// Rows of the other side that blocks of so many rows meet, all together.
inline std::uint64_t met(std::uint64_t time, std::uint64_t rows) {
  std::uint64_t sum = 0;
  for (std::uint64_t end = rows; end <= time; end += rows) sum += end;
  return sum;
}

}  // namespace attention_case
