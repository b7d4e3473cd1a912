// A model's derivatives on a few sequences: the gradient of the mean loss, and the products of its curvature with a
// vector.
//
// Vectors are dense: the parameters in the order of the parameter table, without the gaps of the arenas.
#pragma once
#include <vector>
#include "run.h"
#include "tokens.h"

namespace sophia {

// Sequences, and how they go through the model.
struct Examples {
  std::vector<std::int32_t> tokens, targets;  // sequence after sequence; a target of −1 does not count
  std::int64_t length = 0;                    // tokens in a sequence
  std::int64_t batch = 0;                     // sequences in a pass: the result does not depend on it, beyond rounding
  bool dropout = false;                       // the masks are those of the seed and the step
  std::uint64_t seed = 0, step = 0;
};

inline constexpr Field<Examples> kExampleFields[] = {{"length", &Examples::length},
                                                     {"batch", &Examples::batch},
                                                     {"dropout", &Examples::dropout},
                                                     {"seed", &Examples::seed},
                                                     {"step", &Examples::step}};

// Which windows of a shard become examples: random places, the same for the same seed.
struct ExampleChoice {
  std::int64_t sequences = 0, length = 0;
  std::uint64_t seed = 0;
  std::string format;  // of the shard, where it is opened for this
};

inline constexpr Field<ExampleChoice> kExampleChoiceFields[] = {{"sequences", &ExampleChoice::sequences},
                                                                {"length", &ExampleChoice::length},
                                                                {"seed", &ExampleChoice::seed},
                                                                {"format", &ExampleChoice::format}};

Examples draw_examples(const Tokens& tokens, const ExampleChoice& choice);

struct Derivative {
  std::vector<float> vector;
  Loss loss;
  double quadratic = 0;  // uᵀHu; 0 for a gradient
};

Derivative gradient(Run& run, const Examples& examples);
// The direction has a finite number for every parameter.
Derivative multiply(Run& run, const Examples& examples, std::span<const float> direction, Curvature curvature);

// An arena's numbers as a dense vector, and back.
std::vector<float> dense(const Parameters& parameters, std::span<const float> arena);
std::vector<float> dense(Run& run, ArenaName name);
void lay_out(Run& run, std::span<const float> vector, ArenaName name);

// f(batch, randomness, weight) for every pass; the weights make the mean over all counted positions of the passes'
// means. Throws kInvalidArgument for sequences that the model cannot read.
template <class F>
void each_pass(const Config& config, const Examples& examples, F f);

void check(const Config& config, const Examples& examples);
double counted(std::span<const std::int32_t> targets);

template <class F>
void each_pass(const Config& config, const Examples& examples, F f) {
  check(config, examples);
  const auto sequences = static_cast<std::int64_t>(examples.tokens.size()) / examples.length;
  const double all = counted(examples.targets);
  for (std::int64_t first = 0; first < sequences; first += examples.batch) {
    const auto rows = std::min(examples.batch, sequences - first), at = first * examples.length;
    const Batch batch{rows, examples.length, examples.tokens.data() + at, examples.targets.data() + at};
    const auto own = std::span(examples.targets)
                         .subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(rows * examples.length));
    const Randomness random{examples.seed, static_cast<std::uint32_t>(examples.step),
                            static_cast<std::uint32_t>(first / examples.batch), examples.dropout};
    f(batch, random, all > 0 ? counted(own) / all : 0);
  }
}

}  // namespace sophia
