#include "product.h"
#include <algorithm>
#include <cmath>

namespace sophia {

double counted(std::span<const std::int32_t> targets) {
  return static_cast<double>(std::count_if(targets.begin(), targets.end(), [](auto t) { return t >= 0; }));
}

void check(const Config& config, const Examples& e) {
  require(e.length > 0 && e.length <= config.context, "Expected `length` to be in 1 to ", config.context,
          " (the model's context), got ", e.length);
  require(e.batch > 0, "Expected `batch` to be positive, got ", e.batch);
  require(!e.tokens.empty() && e.tokens.size() % static_cast<std::size_t>(e.length) == 0,
          "Expected `tokens` to be sequences of ", e.length, ", got ", e.tokens.size(), " tokens");
  require(e.targets.size() == e.tokens.size(), "Expected a target for each of ", e.tokens.size(), " tokens, got ",
          e.targets.size());
  const auto within = [&](const char* name, const std::vector<std::int32_t>& all, std::int32_t least) {
    for (const auto x : all)
      require(x >= least && x < config.vocabulary, "Expected `", name, "` to be in ", least, " to ",
              config.vocabulary - 1, ", got ", x);
  };
  within("tokens", e.tokens, 0);
  within("targets", e.targets, -1);
}

Examples draw_examples(const Tokens& tokens, const ExampleChoice& choice) {
  require(choice.sequences > 0 && choice.length > 0, "Expected `sequences` and `length` to be positive, got ",
          choice.sequences, " and ", choice.length);
  tokens.check_length(choice.length);
  Examples examples;
  examples.tokens.resize(static_cast<std::size_t>(choice.sequences * choice.length));
  examples.targets.resize(examples.tokens.size());
  tokens.random({choice.seed, 0, Purpose::kEvaluation},
                {choice.sequences, choice.length, examples.tokens.data(), examples.targets.data()});
  return examples;
}

std::vector<float> dense(const Parameters& parameters, std::span<const float> arena) {
  std::vector<float> vector;
  vector.reserve(static_cast<std::size_t>(parameters.count));
  for (const auto& p : parameters.table) {
    const auto tensor = arena.subspan(static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.count));
    vector.insert(vector.end(), tensor.begin(), tensor.end());
  }
  return vector;
}

std::vector<float> dense(Run& run, ArenaName name) {
  std::vector<float> vector(static_cast<std::size_t>(run.parameters().count));
  std::span<float> rest = vector;
  for (const auto& p : run.parameters().table) {
    run.read(name, p.offset, rest.first(static_cast<std::size_t>(p.count)));
    rest = rest.subspan(static_cast<std::size_t>(p.count));
  }
  return vector;
}

void lay_out(Run& run, std::span<const float> vector, ArenaName name) {
  const auto& parameters = run.parameters();
  require(static_cast<std::int64_t>(vector.size()) == parameters.count, "Expected a vector of ", parameters.count,
          " numbers, one for every parameter, got ", vector.size());
  require(std::all_of(vector.begin(), vector.end(), [](float x) { return std::isfinite(x); }),
          "Expected a vector of finite numbers");
  for (const auto& p : parameters.table) {
    run.write(name, p.offset, vector.first(static_cast<std::size_t>(p.count)));
    vector = vector.subspan(static_cast<std::size_t>(p.count));
  }
}

Derivative gradient(Run& run, const Examples& examples) {
  Derivative found;
  run.zero_gradient();
  each_pass(run.config(), examples, [&](const Batch& batch, const Randomness& random, double weight) {
    found.loss += run.accumulate(batch, random, weight, Labels::kTargets);
  });
  found.vector = dense(run, ArenaName::kGradient);
  return found;
}

Derivative multiply(Run& run, const Examples& examples, std::span<const float> direction, Curvature curvature) {
  Derivative found;
  check(run.config(), examples);
  lay_out(run, direction, ArenaName::kDirection);
  run.zero_product();
  each_pass(run.config(), examples, [&](const Batch& batch, const Randomness& random, double weight) {
    found.loss += run.multiply(batch, random, weight, curvature);
  });
  found.vector = dense(run, ArenaName::kProduct);
  found.quadratic = run.quadratic();
  return found;
}

}  // namespace sophia
