// The run on CUDA: whole trainings against PyTorch, and a step that is replayed against one that is not.
#include "../../../../native/train/run.h"
#include <algorithm>
#include <cstdlib>
#include <future>
#include "../../../../native/cuda/emulator/emulator.h"
#include "../../train/passed.h"
#include "../../train/replay.h"
#include "../../train/small_run.h"
#include "../emulated.h"

using namespace sophia;
using namespace small_run;

// With every access checked a training takes a hundred times as long: the two that between them launch every kernel.
TEST("Golden trainings on cuda") {
  const auto on_cuda = [](const Config& config) { return make_cuda_run(config, {}); };
  if (emulator::checking()) {
    replay::training("odd", "sophiag_ga2", on_cuda);
    replay::training("tiny", "sophiah", on_cuda);
  } else {
    replay::trainings(on_cuda);
  }
  emulated::expect_no_faults("Golden trainings on cuda");
}

TEST("A step on cuda is recorded once and replayed, with the same bits") {
  for (const std::int64_t micro : {1, 3}) {
    const auto replayed = trained(*make_cuda_run(kSmallRun, {}), kAdamW, 6, micro);
    setenv("SOPHIA_SYNC", "1", 1);
    const auto launched = trained(*make_cuda_run(kSmallRun, {}), kAdamW, 6, micro);
    unsetenv("SOPHIA_SYNC");
    check::expect(text(micro, " micro-batches: replayed steps and launched ones leave the same bits"),
                  replayed == launched);
    const auto on_cpu = trained(*make_cpu_run(kSmallRun, {"", 1}), kAdamW, 6, micro);
    check::expect(text(micro, " micro-batches: losses as on the CPU"), apart(replayed[0], on_cpu[0]), 1e-5);
    check::expect(text(micro, " micro-batches: parameters as on the CPU"), apart(replayed[1], on_cpu[1]), 1e-4);
  }
  emulated::expect_no_faults("A step on cuda");
}

TEST("A recorded step on cuda gives way to another shape, and to memory that moved") {
  const auto run = make_cuda_run(kSmallRun, {}), other = make_cuda_run(kSmallRun, {});
  run->initialize(1);
  other->initialize(1);
  for (Run* r : {run.get(), other.get()}) r->attach(kAdamW);
  const std::vector<std::int32_t> tokens(64, 3);
  const auto take = [&](Run& r, int step, std::int64_t sequences) {
    const Batch batch{sequences, 8, tokens.data(), tokens.data()};
    return r.train({.batches = {&batch, 1},
                    .seed = 1,
                    .number = static_cast<std::uint32_t>(step),
                    .step = {.number = step + 1, .learning_rate = 1e-3},
                    .clip = 1});
  };
  for (int step = 0; step < 8; ++step) {
    const std::int64_t sequences = step < 4 ? 2 : 3;
    take(*run, step, sequences);
    if (step == 2 || step == 6) run->evaluate({8, 8, tokens.data(), tokens.data()});  // larger: everything moves
    setenv("SOPHIA_SYNC", "1", 1);
    take(*other, step, sequences);
    unsetenv("SOPHIA_SYNC");
  }
  check::expect("the same bits as launched steps",
                run->read(ArenaName::kParameters) == other->read(ArenaName::kParameters));
  run->zero_gradient();
  take(*run, 8, 3);
  check::expect("a step that is replayed leaves its gradient", run->gradient_norm().value > 0);
  emulated::expect_no_faults("A recorded step on cuda");
}

TEST("A step on cuda that is not finite leaves everything as it was") {
  const auto run = make_cuda_run(kSmallRun, {});
  trained(*run, kAdamW, 3, 1);
  run->write(ArenaName::kParameters, 40, std::vector<float>{NAN});
  const auto before = state_of(*run, "momentum");
  const std::vector<std::int32_t> tokens(16, 3);
  const Batch batch{2, 8, tokens.data(), tokens.data()};
  const Trained done = run->train(
      {.batches = {&batch, 1}, .seed = 5, .number = 9, .step = {.number = 4, .learning_rate = 1}, .clip = 1});
  check::expect("it says so", !done.finite && !done.gradient.finite);
  check::expect("the momentum is the same", state_of(*run, "momentum") == before);
}

TEST("A step on cuda takes over the forward pass of the refresh before it") {
  for (const char* dtype : {"float32", "bfloat16"}) {
    Placement placement;
    placement.dtype = dtype;
    const auto make = [&] { return make_cuda_run(passed::kSmall, placement); };
    if (emulator::checking()) passed::expect_same_bits(dtype, make, {Labels::kSampledEverywhere});  // the same accesses
    else passed::expect_same_bits(dtype, make);
  }
  emulated::expect_no_faults("A step on cuda takes over");
}

TEST("A run in bf16 on cuda") {
  Placement bf16;
  bf16.dtype = "bfloat16";
  const auto half = trained(*make_cuda_run(kSmallRun, bf16), kAdamW, 6, 2),
             full = trained(*make_cuda_run(kSmallRun, {}), kAdamW, 6, 2);
  check::expect("losses as in float32", apart(half[0], full[0]), 5e-3);
  check::expect("and yet others", half[0] != full[0]);
  const auto on_cpu = trained(*make_cpu_run(kSmallRun, {"baseline", 2, 0, "none", "bfloat16"}), kAdamW, 6, 2);
  check::expect("losses as on the CPU", apart(half[0], on_cpu[0]), 1e-3);
  setenv("SOPHIA_SYNC", "1", 1);
  check::expect("replayed steps and launched ones leave the same bits",
                trained(*make_cuda_run(kSmallRun, bf16), kAdamW, 6, 2) == half);
  unsetenv("SOPHIA_SYNC");

  expect_float_weights(*make_cuda_run(kSmallRun, bf16));
  emulated::expect_no_faults("A run in bf16 on cuda");
}

TEST("The curvature of a run in bf16 on cuda is that of float32") {
  const auto product = [](const Placement& placement) {
    const auto run = make_cuda_run(kSmallRun, placement);
    const std::vector<std::int32_t> tokens{1, 4, 0, 6, 2, 2, 5, 3};
    run->initialize(3);
    run->draw_direction({.seed = 1}, {});
    run->zero_product();
    run->multiply({1, 8, tokens.data(), tokens.data()}, {}, 1, Curvature::kHessian);
    return run->read(ArenaName::kProduct);
  };
  Placement bf16;
  bf16.dtype = "bfloat16";
  check::expect("to the last bit", product(bf16) == product({}));
}

TEST("A run in bf16 on cuda gives back what products take") {
  Placement bf16;
  bf16.dtype = "bfloat16";
  const auto run = make_cuda_run(kSmallRun, bf16);
  const std::vector<std::int32_t> tokens(16, 3);
  const Batch batch{2, 8, tokens.data(), tokens.data()};
  run->initialize(3);
  run->accumulate(batch, {}, 1, Labels::kTargets);
  const Memory before = run->memory();
  run->draw_direction({.seed = 1}, {});
  run->multiply(batch, {}, 1, Curvature::kHessian);
  const Memory during = run->memory();
  run->release_curvature();
  const Memory after = run->memory();
  check::expect("it is counted as the curvature's",
                during.activations == before.activations && during.curvature > 2 * before.activations);
  check::expect("and is gone", after.activations == before.activations && after.curvature == 0);
}

// A thread's current device is the first GPU until something makes it another.
TEST("A run on the second GPU may be used from any thread") {
  if (!emulator::emulates("two GPUs")) return;
  emulator::set_machine({.devices = 2});
  {
    const auto run = make_cuda_run(kSmallRun, {.isa = "", .threads = 0, .gpu = 1});
    run->initialize(3);
    run->attach(kAdamW);
    const std::vector<std::int32_t> tokens(16, 3);
    const Batch batch{2, 8, tokens.data(), tokens.data()};
    const auto step = [&](double clip) {
      return run->train({.batches = {&batch, 1}, .seed = 1, .number = 0, .step = {.learning_rate = 0}, .clip = clip});
    };
    const double loss = step(1).loss;
    auto again = std::async(std::launch::async, [&] { return step(2).loss; });  // recorded anew, with this limit
    check::expect("with the same loss", again.get() == loss);
  }
  emulator::set_machine({});
  emulated::expect_no_faults("A run on the second GPU");
}

TEST("Keys and values that are kept on cuda change no bit") {
  const Config config{.layers = 2, .heads = 2, .width = 20, .context = 80, .vocabulary = 31};
  std::vector<std::int32_t> tokens(80);
  for (std::size_t i = 0; i < 80; ++i) tokens[i] = static_cast<std::int32_t>(i * i % 31);
  for (const char* dtype : {"float32", "bfloat16"}) {
    Placement placement;
    placement.dtype = dtype;
    const auto keeps = make_cuda_run(config, placement), anew = make_cuda_run(config, placement);
    keeps->initialize(1);
    anew->initialize(1);
    bool same = true;
    for (const std::size_t n : {1, 2, 31, 33, 34, 64, 65, 80, 40}) {
      std::vector<float> kept(31), made(31);
      keeps->next_logits(std::span(tokens).first(n), true, kept);
      anew->next_logits(std::span(tokens).first(n), false, made);
      same &= kept == made;
    }
    check::expect(text("in ", dtype), same);
  }
  emulated::expect_no_faults("Keys and values that are kept on cuda");
}

TEST("A run on cuda that is not there") {
  if (!emulator::emulates("a machine without a driver")) return;
  emulator::set_machine({.status = cudaErrorInsufficientDriver, .driver_version = 0});
  check::expect_error("is refused with the reason", Code::kDevice, "no NVIDIA driver",
                      [] { make_cuda_run(kSmallRun, {}); });
  emulator::set_machine({});
  check::expect_error("is refused by its number", Code::kDevice, "from 0 to 0",
                      [] { make_cuda_run(kSmallRun, {.isa = "", .threads = 0, .gpu = 1}); });
}
