#include "../../device/attached_steps.h"
#include "../../device/trajectory.h"
#include "../emulated.h"

using namespace sophia;
using check::expect;

TEST("Optimizers attached to scattered tensors on cuda") {
  const auto device = make_device({.device = "cuda"});
  attached::follow_all(device, emulator::checking());
  attached::expect_steps(device);
  attached::expect_bf16_gradients(device);
  attached::expect_refusals(device);
  emulated::expect_no_faults("attached on cuda");
  const auto cpu = make_device({.device = "cpu", .isa = "baseline", .threads = 1});
  if (!emulator::checking())
    for (const auto& run : attached::runs())
      expect(run.name + " attached: the bits of the CPU",
             attached::follow(device, run, 1) == attached::follow(cpu, run, 1));
  attached::expect_same_kron(cpu, device);
}
