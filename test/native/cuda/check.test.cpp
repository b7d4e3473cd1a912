// What goes wrong on a GPU comes back as a coded error, frees what was taken, and leaves the process able to go on.
#include <algorithm>
#include "../../../native/cuda/emulator/emulator.h"
#include "../../../native/train/run.h"
#include "../check.h"

using namespace sophia;

namespace {

constexpr Config kSmall{.layers = 1, .heads = 2, .width = 8, .context = 4, .vocabulary = 11};
const OptimizerChoice kSophia{"sophia", {{"beta1", 0.96}, {"beta2", 0.99}, {"gamma", 0.01}, {"epsilon", 1e-12}}, true};

// Everything that a training does: steps, launched and replayed, a refresh with a product, an evaluation.
double everything() {
  const auto run = make_cuda_run(kSmall, {});
  const std::vector<std::int32_t> tokens{1, 4, 0, 6, 2, 2, 5, 3};
  const Batch batch{2, 4, tokens.data(), tokens.data()};
  run->initialize(1);
  run->attach(kSophia);
  for (std::int64_t step = 0; step < 4; ++step)
    run->train({.batches = {&batch, 1},
                .seed = 1,
                .number = 0,
                .step = {.number = step + 1, .learning_rate = 1e-3},
                .clip = 1});
  run->zero_gradient();
  run->estimate_diagonal(batch, {}, 1, {});
  run->update_hessian({.tokens = 1}, Estimator::kHutchinson);
  return run->evaluate(batch).mean();
}

std::size_t free_memory() {
  std::size_t free = 0, total = 0;
  cudaMemGetInfo(&free, &total);
  return free;
}

struct Failures {
  int failed = 0;
  bool coded = true, named = true;
  bool freed = true;  // the device's memory; that of a device that has failed is gone with it
};

// Lets the n-th of something fail, for n = 1, 1 + stride, …, until there are fewer of them in all that a training does.
template <class F>
Failures fail_each(int stride, Code code, const std::string& words, F faults) {
  Failures all;
  const std::size_t before = free_memory();
  for (std::uint64_t n = 1;; n += static_cast<std::uint64_t>(stride)) {
    emulator::set_faults(faults(n));
    bool failed = false;
    try {
      everything();
    } catch (const Error& error) {
      failed = true;
      all.coded &= error.code == code;
      all.named &= std::string(error.what()).find(words) != std::string::npos;
    }
    emulator::set_faults({});
    all.freed &= faults(n).kernel != 0 || free_memory() == before;
    emulator::take_reports();  // a device that has failed starts anew
    if (!failed) return all;
    ++all.failed;
  }
}

void expect(const std::string& what, const Failures& all, int least, double loss) {
  check::expect(text(what, ": ", all.failed, " of them"), all.failed >= least);
  check::expect(what + " is an error with its code", all.coded);
  check::expect(what + " is named", all.named);
  check::expect(what + " leaves no memory behind", all.freed);
  check::expect(what + " does not keep the next run from training", everything() == loss);
}

}  // namespace

TEST("Faults on cuda") {
  if (emulator::checking()) return;  // some hundred trainings, and no access that another test does not make
  if (!emulator::emulates("faults")) return;
  const double loss = everything();
  expect("an allocation that fails",
         fail_each(1, Code::kOutOfMemory, "cudaErrorMemoryAllocation",
                   [](auto n) { return emulator::Faults{.allocation = n}; }),
         15, loss);
  expect("a launch that fails",
         fail_each(7, Code::kDevice, "cudaErrorLaunchOutOfResources",
                   [](auto n) { return emulator::Faults{.launch = n}; }),
         20, loss);
  expect("a kernel that touches what it must not",
         fail_each(7, Code::kDevice, "cudaErrorIllegalAddress", [](auto n) { return emulator::Faults{.kernel = n}; }),
         20, loss);
}

TEST("A batch that finds no memory lets a smaller one pass") {
  if (!emulator::emulates("faults")) return;
  const std::vector<std::int32_t> tokens(16, 3);
  const auto batch = [&](std::int64_t sequences) { return Batch{sequences, 4, tokens.data(), tokens.data()}; };
  const auto loss = [&](Run& run, std::int64_t sequences) { return run.evaluate(batch(sequences)).mean(); };
  int refused = 0;
  bool same = true;
  for (std::uint64_t n = 1; n == 1 || refused + 1 == static_cast<int>(n); ++n) {
    const auto run = make_cuda_run(kSmall, {});
    run->initialize(1);
    const double one = loss(*run, 1);
    emulator::set_faults({.allocation = n});
    try {
      loss(*run, 4);
    } catch (const Error& error) {
      ++refused;
    }
    emulator::set_faults({});
    same &= loss(*run, 2) == one && loss(*run, 4) == one;
  }
  check::expect(text("it is refused, ", refused, " times"), refused > 4);
  check::expect("the next ones have the loss that they should", same);
}

TEST("What a run has freed is the system's again") {
  if (!emulator::emulates("memory pools")) return;
  const std::size_t before = free_memory();
  everything();
  check::expect("all of it", free_memory() == before);
}

TEST("A GPU whose memory is full") {
  if (!emulator::emulates("a GPU whose memory is full")) return;
  emulator::set_machine({.memory = 1 << 20});
  check::expect_error("refuses a batch", Code::kOutOfMemory, "cudaErrorMemoryAllocation", [] {
    const auto run = make_cuda_run({.layers = 2, .heads = 2, .width = 64, .context = 64, .vocabulary = 256}, {});
    const std::vector<std::int32_t> tokens(4096, 3);
    run->evaluate({64, 64, tokens.data(), tokens.data()});
  });
  emulator::set_machine({});
}
