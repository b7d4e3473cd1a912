// The loss of a model on a shard.
#pragma once
#include "run.h"
#include "tokens.h"

namespace sophia {

struct Evaluation {
  std::int64_t batch = 0, length = 0;  // sequences at a time, tokens of each
  std::int64_t batches = 0;            // random windows, the same for the same seed; 0: the whole shard, in order
  std::uint64_t seed = 0;
  std::string format;  // of the shard, where it is opened for this
};

inline constexpr Field<Evaluation> kEvaluationFields[] = {{"batch", &Evaluation::batch},
                                                          {"length", &Evaluation::length},
                                                          {"batches", &Evaluation::batches},
                                                          {"seed", &Evaluation::seed},
                                                          {"format", &Evaluation::format}};

Loss evaluate(Run& run, const Tokens& tokens, const Evaluation& how);

}  // namespace sophia
