// Sampling text from a model, one token after the other.
#pragma once
#include <vector>
#include "run.h"

namespace sophia {

struct Generation {
  std::int64_t count = 0;  // tokens to add
  double temperature = 1;  // 0 takes the likeliest token
  std::int64_t top_k = 0;  // only the k likeliest tokens; 0: all
  std::uint64_t seed = 0;  // the same seed, the same text
};

inline constexpr Field<Generation> kGenerationFields[] = {{"count", &Generation::count},
                                                          {"temperature", &Generation::temperature},
                                                          {"topK", &Generation::top_k},
                                                          {"seed", &Generation::seed}};

// The tokens that follow the prompt (at least one token, each in the vocabulary). The model sees the last `context`.
std::vector<std::int32_t> generate(Run& run, const std::vector<std::int32_t>& prompt, const Generation& how);

}  // namespace sophia
