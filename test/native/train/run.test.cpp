#include "../../../native/train/run.h"
#include <algorithm>
#include <cmath>
#include "passed.h"
#include "replay.h"
#include "small_run.h"

using namespace sophia;
using namespace small_run;

namespace {

Placement in_bf16(const std::string& isa, int threads = 2) {
  return {.isa = isa, .threads = threads, .gpu = 0, .recompute = "none", .dtype = "bfloat16"};
}

}  // namespace

TEST("Golden trainings, on every instruction set that this machine has") {
  for (const auto& isa : usable_isas())
    replay::trainings([&](const Config& config) { return make_cpu_run(config, {isa, 2}); });
}

// A number of 8 bits is off by 2⁻⁹ of itself; steps of Adam and Sophia are as large where the gradient is small.
TEST("Golden trainings in bf16, on every instruction set that this machine has") {
  constexpr replay::Tolerance kHalves{4e-3, 2e-2, 1e-2, 0.2};
  for (const auto& isa : usable_isas())
    for (const auto& [model, name] : {std::pair{"tiny", "adamw"}, {"odd", "sophiag_ga2"}, {"tiny", "sophiah"}})
      replay::training(model, name, [&](const Config& c) { return make_cpu_run(c, in_bf16(isa)); }, kHalves);
}

TEST("A run in bf16") {
  for (const auto& isa : usable_isas()) {
    const std::string who = "A run in bf16 on " + isa + ": ";
    const auto half = trained(*make_cpu_run(kSmallRun, in_bf16(isa)), kAdamW, 6, 2),
               full = trained(*make_cpu_run(kSmallRun, {isa, 2}), kAdamW, 6, 2);
    check::expect(who + "losses as in float32", apart(half[0], full[0]), 5e-3);
    check::expect(who + "and yet others", half[0] != full[0]);
    for (const int threads : {1, 3})
      check::expect(who + text("the same bits for 2 and ", threads, " threads"),
                    trained(*make_cpu_run(kSmallRun, in_bf16(isa, threads)), kAdamW, 6, 2) == half);
    Placement sparing = in_bf16(isa);
    sparing.recompute = "all";
    check::expect(who + "the same bits with activations made once more",
                  trained(*make_cpu_run(kSmallRun, sparing), kAdamW, 6, 2) == half);
    check::expect(who + "it says where it is", make_cpu_run(kSmallRun, in_bf16(isa))->isa() == isa);
  }
}

// Of what a run in bf16 leaves in float32.
TEST("A run in bf16 keeps its weights and its curvature in float32") {
  const std::vector<std::int32_t> tokens(16, 3);
  const Batch batch{2, 8, tokens.data(), tokens.data()};
  const auto product = [&](const Placement& placement) {
    const auto run = make_cpu_run(kSmallRun, placement);
    run->initialize(3);
    run->draw_direction({.seed = 1}, {});
    run->zero_product();
    run->multiply(batch, {}, 1, Curvature::kHessian);
    return run->read(ArenaName::kProduct);
  };
  check::expect("a product with the Hessian is that of float32, to the last bit", product(in_bf16("")) == product({}));

  expect_float_weights(*make_cpu_run(kSmallRun, in_bf16("")));
  check::expect_error("another type is refused", Code::kInvalidArgument, "float32 or bfloat16, got float16",
                      [] { make_cpu_run(kSmallRun, {.isa = "", .threads = 1, .dtype = "float16"}); });
}

// Both ways to multiply: the name of the set tells them apart, because their bits differ.
TEST("The instruction set of a run in bf16 says how it multiplies") {
  const auto sets = usable_isas();
  if (sets.front() != "avx512bf16") return;
  const auto losses = [](const Placement& placement) {
    return trained(*make_cpu_run(kSmallRun, placement), kAdamW, 3, 1);
  };
  const auto instruction = losses(in_bf16("avx512bf16")), widened = losses(in_bf16("avx512"));
  check::expect("others in bf16", instruction != widened);
  check::expect("of nearly the same loss", apart(instruction[0], widened[0]), 1e-3);
  check::expect("the same in float32", losses({"avx512bf16", 2}) == losses({"avx512", 2}));
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
  pass();
  const Batch shorter{1, 5, tokens.data(), tokens.data()};
  check::expect_error("nor by another batch", Code::kInvalidArgument, "forward pass", [&] {
    run->train({.batches = {&shorter, 1}, .seed = 0, .number = 0, .step = {}, .clip = 0, .passed = true});
  });
  pass();
  check::expect_error("nor by another step", Code::kInvalidArgument, "forward pass", [&] {
    run->train({.batches = {&batch, 1}, .seed = 0, .number = 1, .step = {}, .clip = 0, .passed = true});
  });
}

TEST("A pass that fails leaves nothing of the sum before it") {
  const auto run = make_cpu_run(passed::kSmall, {"", 1});
  run->initialize(1);
  const std::vector<std::int32_t> tokens(16, 3);
  const Batch batch{1, 8, tokens.data(), tokens.data()}, too_long{1, 16, tokens.data(), tokens.data()};
  const auto pass = [&](const Batch& of) { run->accumulate(of, {}, 1, Labels::kTargets); };
  run->zero_gradient();
  pass(batch);
  const auto once = run->read(ArenaName::kGradient);
  const auto fail_first = [&] {
    run->zero_gradient();
    check::expect_error("a pass of too many tokens fails", Code::kInvalidArgument, "context", [&] { pass(too_long); });
  };
  fail_first();
  pass(batch);
  check::expect("the next pass begins the sum", run->read(ArenaName::kGradient) == once);
  fail_first();
  const auto empty = run->read(ArenaName::kGradient);
  check::expect("and without one it is zero", std::all_of(empty.begin(), empty.end(), [](float x) { return x == 0; }));
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
