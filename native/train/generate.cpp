#include "generate.h"
#include <algorithm>
#include <cmath>
#include <numeric>
#include "../math/random.h"

namespace sophia {

namespace {

// The token at `uniform` of softmax(logits / temperature) over the k likeliest, in order of likelihood.
std::int32_t choose(const std::vector<float>& logits, const Generation& how, double uniform) {
  std::vector<std::int32_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const auto kept =
      how.top_k > 0 ? std::min<std::size_t>(static_cast<std::size_t>(how.top_k), order.size()) : order.size();
  const auto likelier = [&](std::int32_t a, std::int32_t b) {
    const float x = logits[static_cast<std::size_t>(a)], y = logits[static_cast<std::size_t>(b)];
    return x > y || (x == y && a < b);
  };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(), likelier);
  if (how.temperature == 0) return order[0];

  std::vector<double> cumulative(kept);
  const double peak = logits[static_cast<std::size_t>(order[0])];
  double total = 0;
  for (std::size_t i = 0; i < kept; ++i)
    cumulative[i] = total += std::exp((logits[static_cast<std::size_t>(order[i])] - peak) / how.temperature);
  const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), uniform * total) - cumulative.begin();
  return order[std::min(static_cast<std::size_t>(at), kept - 1)];
}

}  // namespace

std::vector<std::int32_t> generate(Run& run, const std::vector<std::int32_t>& prompt, const Generation& how) {
  const Config& config = run.config();
  require(!prompt.empty(), "Expected a prompt of at least one token");
  require(how.temperature >= 0, "Expected `temperature` to be 0 or more, got ", how.temperature);
  for (const auto token : prompt)
    require(token >= 0 && token < config.vocabulary, "Expected tokens below ", config.vocabulary,
            " (the vocabulary), got ", token);

  std::vector<std::int32_t> tokens = prompt;
  std::vector<float> logits(static_cast<std::size_t>(config.vocabulary));
  for (std::int64_t i = 0; i < how.count; ++i) {
    const auto seen = std::min<std::size_t>(tokens.size(), static_cast<std::size_t>(config.context));
    run.next_logits(tokens.data() + tokens.size() - seen, static_cast<std::int64_t>(seen), logits.data());
    if (std::any_of(logits.begin(), logits.end(), [](float x) { return !(x < INFINITY); }))
      fail(Code::kDiverged, "The model's prediction is not finite: its weights are broken");
    const Draw draw{how.seed, 0, Purpose::kSample};
    tokens.push_back(choose(logits, how, uniform(bits(draw, static_cast<std::uint64_t>(i)))));
  }
  return {tokens.begin() + static_cast<std::ptrdiff_t>(prompt.size()), tokens.end()};
}

}  // namespace sophia
