#include "generate.h"
#include <algorithm>
#include <cmath>
#include <numeric>
#include "../math/random.h"

namespace sophia {

namespace {

// The k likeliest tokens, in order of likelihood; all of them, in their own order, where nobody asks which they are.
std::vector<std::int32_t> candidates(const std::vector<float>& logits, const Generation& how) {
  std::vector<std::int32_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const auto size = static_cast<std::int64_t>(logits.size());
  const auto kept = how.top_k > 0 ? std::min(how.top_k, size) : size;
  if (kept == size && how.top_p == 1) return order;
  const auto likelier = [&](std::int32_t a, std::int32_t b) {
    const float x = logits[static_cast<std::size_t>(a)], y = logits[static_cast<std::size_t>(b)];
    return x > y || (x == y && a < b);
  };
  std::partial_sort(order.begin(), order.begin() + kept, order.end(), likelier);
  order.resize(static_cast<std::size_t>(kept));
  return order;
}

// The token at `uniform` of softmax(logits / temperature) over the k likeliest (Fan et al. 2018,
// https://arxiv.org/abs/1805.04833), and of them over the fewest whose probabilities sum up to p (Holtzman et al. 2020,
// https://arxiv.org/abs/1904.09751).
std::int32_t choose(const std::vector<float>& logits, const Generation& how, double uniform) {
  const auto likeliest = std::max_element(logits.begin(), logits.end());
  if (how.temperature == 0) return static_cast<std::int32_t>(likeliest - logits.begin());

  const auto tokens = candidates(logits, how);
  std::vector<double> cumulative(tokens.size());
  double total = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const double logit = logits[static_cast<std::size_t>(tokens[i])];
    cumulative[i] = total += std::exp((logit - *likeliest) / how.temperature);
  }
  const auto last = std::lower_bound(cumulative.begin(), cumulative.end() - 1, how.top_p * total);
  return tokens[static_cast<std::size_t>(std::upper_bound(cumulative.begin(), last, uniform * *last) -
                                         cumulative.begin())];
}

void check(const Config& config, const std::vector<std::int32_t>& prompt, const Generation& how) {
  require(!prompt.empty(), "Expected a prompt of at least one token");
  require(how.temperature >= 0, "Expected `temperature` to be 0 or more, got ", how.temperature);
  require(how.top_p > 0 && how.top_p <= 1, "Expected `topP` to be in (0, 1], got ", how.top_p);
  for (const auto token : prompt)
    require(token >= 0 && token < config.vocabulary, "Expected tokens below ", config.vocabulary,
            " (the vocabulary), got ", token);
}

}  // namespace

std::vector<std::int32_t> generate(Run& run, const std::vector<std::int32_t>& prompt, const Generation& how) {
  const Config& config = run.config();
  check(config, prompt, how);
  const Draw draw{how.seed, static_cast<std::uint32_t>(how.sample), Purpose::kSample};
  std::vector<std::int32_t> tokens = prompt;
  std::vector<float> logits(static_cast<std::size_t>(config.vocabulary));
  for (std::int64_t i = 0; i < how.count; ++i) {
    const auto seen = std::min<std::size_t>(tokens.size(), static_cast<std::size_t>(config.context));
    run.next_logits(std::span(tokens).last(seen), how.cache, logits);
    if (std::any_of(logits.begin(), logits.end(), [](float x) { return !(x < INFINITY); }))
      fail(Code::kDiverged, "The model's prediction is not finite: its weights are broken");
    tokens.push_back(choose(logits, how, uniform(bits(draw, static_cast<std::uint64_t>(how.drawn + i)))));
  }
  return {tokens.begin() + static_cast<std::ptrdiff_t>(prompt.size()), tokens.end()};
}

}  // namespace sophia
