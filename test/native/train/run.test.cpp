#include "../../../native/train/run.h"
#include <algorithm>
#include <cmath>
#include "passed.h"
#include "replay.h"

using namespace sophia;

TEST("Golden trainings, on every instruction set that this machine has") {
  for (const auto& isa : usable_isas())
    replay::trainings([&](const Config& config) { return make_cpu_run(config, {isa, 2}); });
}

TEST("A new model predicts nothing") {
  const Config c{.layers = 2, .heads = 2, .width = 32, .context = 16, .vocabulary = 61};
  std::vector<std::int32_t> tokens(64), targets(64);
  for (std::size_t i = 0; i < 64; ++i) {
    tokens[i] = static_cast<std::int32_t>(i * 7 % 61);
    targets[i] = static_cast<std::int32_t>(i * 13 % 61);
  }
  const auto run = make_cpu_run(c, {"", 2});
  run->initialize(1);
  const Batch batch{4, 16, tokens.data(), targets.data()};
  check::expect("its loss is nearly ln V", std::abs(run->evaluate(batch).mean() - std::log(61.0)), 0.05);
  const auto first = run->read(ArenaName::kParameters);
  run->initialize(1);
  check::expect("the same seed gives the same weights", first == run->read(ArenaName::kParameters));
  run->initialize(2);
  check::expect("another seed gives others", first != run->read(ArenaName::kParameters));
  check::expect_error("a sequence beyond the context is refused", Code::kInvalidArgument, "context",
                      [&] { run->evaluate({2, 32, tokens.data(), targets.data()}); });
  run->cancelled = true;
  bool gave_up = false;
  try {
    run->evaluate(batch);
  } catch (const Cancelled&) {
    gave_up = true;
  }
  check::expect("a cancelled run gives up its pass", gave_up);
}

TEST("Gradient of the run") {
  // The mean over micro-batches is the gradient of the mean; weights of a sampled pass sum to one.
  const Config c{.layers = 1, .heads = 2, .width = 16, .context = 8, .vocabulary = 29, .dropout = 0.2};
  std::vector<std::int32_t> tokens(32), targets(32);
  for (std::size_t i = 0; i < 32; ++i) {
    tokens[i] = static_cast<std::int32_t>(i * 7 % 29);
    targets[i] = i % 5 == 0 ? -1 : static_cast<std::int32_t>(i * 13 % 29);
  }
  const auto gradient = [&](int threads, const Randomness& random, Labels labels) {
    const auto run = make_cpu_run(c, {"", threads});
    run->initialize(3);
    run->zero_gradient();
    const Loss loss = run->accumulate({4, 8, tokens.data(), targets.data()}, random, 1, labels);
    check::expect("counted positions", loss.counted == (labels == Labels::kSampledEverywhere ? 32 : 25));
    return run->read(ArenaName::kGradient);
  };
  const Randomness one{.seed = 1, .step = 4, .micro = 2, .dropout = true};
  for (const Labels labels : {Labels::kTargets, Labels::kSampledCounted, Labels::kSampledEverywhere}) {
    const auto first = gradient(1, one, labels);
    check::expect("the same bits for 1, 2 and 3 threads",
                  first == gradient(2, one, labels) && first == gradient(3, one, labels));
    Randomness other = one;
    other.step = 5;
    check::expect("another step draws another mask", first != gradient(1, other, labels));
  }
}

TEST("A step takes over the forward pass of the refresh before it") {
  for (const std::string recompute : {"none", "cheap", "all"})
    passed::expect_same_bits(text("recompute ", recompute), [&] {
      return make_cpu_run(passed::kSmall, {.isa = "", .threads = 2, .gpu = 0, .recompute = recompute});
    });
  const auto run = make_cpu_run(passed::kSmall, {"", 1});
  run->initialize(1);
  run->attach(passed::sophia_g());
  const std::vector<std::int32_t> tokens(8, 3);
  const Batch batch{1, 8, tokens.data(), tokens.data()};
  const auto pass = [&] { run->pass_sampled(batch, 1, {}, Labels::kSampledCounted); };
  const auto refused = [&](const char* after) {
    check::expect_error(text("not after ", after), Code::kInvalidArgument, "forward pass", [&] {
      run->train({.batches = {&batch, 1}, .seed = 0, .number = 0, .step = {}, .clip = 0, .passed = true});
    });
  };
  refused("none");
  pass();
  run->evaluate(batch);
  refused("another pass");
  pass();
  run->write(ArenaName::kParameters, 0, std::vector<float>{1});
  refused("other parameters");
}

TEST("A run goes on after memory ran out") {
  const Config c{.layers = 1, .heads = 1, .width = 8, .context = 8, .vocabulary = 11};
  const auto run = make_cpu_run(c, {"", 1});
  run->initialize(1);
  const std::vector<std::int32_t> tokens(8, 3);
  const double loss = run->evaluate({1, 8, tokens.data(), tokens.data()}).mean();
  bool full = false;
  try {
    run->evaluate({std::int64_t{1} << 44, 8, tokens.data(), tokens.data()});
  } catch (const std::bad_alloc&) {
    full = true;
  }
  check::expect("a batch larger than any memory throws bad_alloc", full);
  check::expect("the next batch is evaluated as before",
                run->evaluate({1, 8, tokens.data(), tokens.data()}).mean() == loss);
}
