#include "evaluate.h"

namespace sophia {

Loss evaluate(Run& run, const Tokens& tokens, const Evaluation& how) {
  require(how.batch > 0 && how.length > 0, "Expected `batch` and `length` to be positive, got ", how.batch, " and ",
          how.length);
  tokens.check_length(how.length);
  const auto room = static_cast<std::size_t>(how.batch * how.length);
  std::vector<std::int32_t> inputs(room), targets(room);
  const Windows windows{how.batch, how.length, inputs.data(), targets.data()};
  const Batch batch{how.batch, how.length, inputs.data(), targets.data()};
  const auto whole = (tokens.windows(how.length) + how.batch - 1) / how.batch;

  Loss total;
  for (std::int64_t i = 0; i < (how.batches > 0 ? how.batches : whole); ++i) {
    if (how.batches > 0) tokens.random({how.seed, 0, Purpose::kEvaluation, static_cast<std::uint32_t>(i)}, windows);
    else tokens.consecutive(i * how.batch, windows);
    const Loss loss = run.evaluate(batch);
    total += loss;
  }
  return total;
}

}  // namespace sophia
