#include "../../../native/device/instruction_sets.h"
#include "attached_steps.h"
#include "trajectory.h"

using namespace sophia;

TEST("Optimizers attached to scattered tensors") {
  for (const auto& isa : usable_isas()) {
    const auto device = make_device({.device = "cpu", .isa = isa, .threads = 2});
    attached::follow_all(device);
    attached::expect_steps(device);
    attached::expect_bf16_gradients(device);
    attached::expect_refusals(device);
  }
}

TEST("An attached optimizer that moves its scale") {
  const auto device = make_device({.device = "cpu", .isa = {}, .threads = 1});
  const std::map<std::string, double> hyper{{"beta1", 0}, {"beta2", 0}, {"rho", 1e-3}, {"epsilon", 1e-15}};
  const auto theta = attached::make_tensor(device, 1000, 0), gradient = attached::make_tensor(device, 1000, 0);
  std::vector<double> numbers;
  for (int i = 0; i < 1000; ++i) numbers.push_back(1 + i / 1000.0);
  attached::put(*device, gradient, numbers);
  const auto state =
      device->attach({.optimizer = "sophia-g", .sets = {{hyper, 0.1, 0}}, .tensors = {{1000, 0}}, .win_rate = 0.3});
  state->place({theta});
  state->place_gradients({gradient});
  state->step({});
  double rate = 0;
  for (int i = 0; i < 8; ++i) rate = state->update_hessian({}).totals.win_rate;
  check::expect("the win rate becomes what it is moved towards", std::abs(rate - 0.3), 0.02);
}
