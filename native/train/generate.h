// Sampling text from a model, one token after the other.
#pragma once
#include <vector>
#include "run.h"

namespace sophia {

struct Generation {
  std::int64_t count = 0;    // tokens to add
  double temperature = 1;    // 0 takes the likeliest token
  std::int64_t top_k = 0;    // only the k likeliest tokens; 0: all
  double top_p = 1;          // only the fewest likeliest tokens whose probabilities sum up to p
  std::uint64_t seed = 0;    // the same seed and sample, the same text
  std::uint64_t sample = 0;  // below 2³²; another sample, other draws
  std::int64_t drawn = 0;    // tokens of the sample that were drawn before
  bool cache = true;         // keep keys and values from one token to the next: faster, the same tokens
};

inline constexpr Field<Generation> kGenerationFields[] = {
    {"count", &Generation::count}, {"temperature", &Generation::temperature},
    {"topK", &Generation::top_k},  {"topP", &Generation::top_p},
    {"seed", &Generation::seed},   {"sample", &Generation::sample},
    {"drawn", &Generation::drawn}, {"cache", &Generation::cache}};

// The tokens that follow the prompt (at least one token, each in the vocabulary). The model sees the last `context`:
// once there are more, every token's position changes with every new one, and nothing of the last pass can be kept.
std::vector<std::int32_t> generate(Run& run, const std::vector<std::int32_t>& prompt, const Generation& how);

}  // namespace sophia
