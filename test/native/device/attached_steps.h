// What a step and a refresh of an attached optimizer do beside the formula.
#pragma once
#include "../check.h"
#include "tensors.h"

namespace attached {

using check::expect;

// A state of two tensors, with gradients of ones.
struct Pair {
  std::shared_ptr<Device> device;
  std::vector<Tensor> thetas, gradients;
  std::shared_ptr<OptimizerState> state;

  explicit Pair(std::shared_ptr<Device> on) : device(std::move(on)) {
    const std::map<std::string, double> hyper{{"beta1", 0.5}, {"beta2", 0.5}, {"rho", 1}, {"epsilon", 1e-15}};
    for (const std::int64_t count : {3, 5000}) {
      thetas.push_back(make_tensor(device, count, 0));
      gradients.push_back(make_tensor(device, count, 0));
      put(*device, gradients.back(), std::vector<double>(static_cast<std::size_t>(count), 1));
    }
    state = device->attach(
        {.optimizer = "sophia-g", .sets = {{hyper, 0.5, 0}, {hyper, 0.25, 0}}, .tensors = {{3, 0}, {5000, 1}}});
    state->place(thetas);
    state->place_gradients(gradients);
  }
  float theta(std::size_t tensor) const { return get(*device, thetas[tensor]).back(); }
  void break_gradient() {
    auto numbers = std::vector<double>(5000, 1);
    numbers[4999] = NAN;
    put(*device, gradients[1], numbers);
  }
};

// What a step does beside the formula: rates, scale, clip, the check, counting, saving.
inline void expect_steps(const std::shared_ptr<Device>& device) {
  Pair all(device);
  const auto first = all.state->step({});
  expect("attached: every set has its own rate", all.theta(0) == -0.5f && all.theta(1) == -0.25f);
  expect("attached: the norm of all gradients", std::abs(first.gradient_norm - std::sqrt(5003.0)), 1e-12);
  all.state->step({.factor = 0.5});
  expect("attached: the factor is of all rates", all.theta(0) == -0.75f && all.theta(1) == -0.375f);

  Pair clipped(device);
  const auto step = clipped.state->step({.scale = 2, .clip = 1});
  std::vector<float> momentum(3);
  clipped.state->read(0, momentum.data());
  expect("attached: the norm is after the scale", std::abs(step.gradient_norm - 2 * std::sqrt(5003.0)), 1e-12);
  expect("attached: clipped after the scale", std::abs(momentum[0] / (0.5 / std::sqrt(5003.0)) - 1), 1e-6);

  clipped.break_gradient();
  const float before = clipped.theta(1);
  const auto skipped = clipped.state->step({});
  clipped.state->read(0, momentum.data());
  expect("attached: a gradient that is not finite changes nothing",
         !skipped.finite && clipped.theta(1) == before && clipped.state->counters.steps == 1 &&
             std::abs(momentum[0] / (0.5 / std::sqrt(5003.0)) - 1) < 1e-6);
  const auto refused = clipped.state->update_hessian({});
  clipped.state->read(3, std::vector<float>(5000).data());
  expect("attached: nor does a Hessian's", !refused.finite && refused.totals.l1 == 0);
  clipped.state->step({.checked = false});
  expect("attached: unless nobody asks", std::isnan(get(*device, clipped.thetas[1])[4999]));

  Pair refreshed(device);
  const auto found = refreshed.state->update_hessian({.tokens = 4});
  expect("attached: h is (1 − β₂) ĝ²", std::abs(found.totals.l1 - 0.5 * 5003), 1e-9);
  expect("attached: m is 0, so that all coordinates win", found.totals.win_rate == 1);
  refreshed.state->step({});
  expect("attached: the step has B of the refresh: m/(ρ B h) = ¼", refreshed.theta(0) == -0.125f);

  const std::vector<float> saved{1, 2, 3};
  refreshed.state->write(1, saved.data());
  std::vector<float> read(3);
  refreshed.state->read(1, read.data());
  expect("attached: a slot is read as it was written", read == saved);
}

// Gradients in Bf16 beside floats: the bits of the floats that they are.
inline void expect_bf16_gradients(const std::shared_ptr<Device>& device) {
  Pair floats(device), halves(device);
  const auto memory = std::make_shared<DeviceMemory>(device, 2 * 5003);
  const Tensor bf16{memory, 6, 5000, Dtype::kBf16};
  const auto load = [&](int phase) {
    std::vector<double> numbers(5000);
    std::vector<Bf16> rounded;
    for (int i = 0; i < 5000; ++i) {
      rounded.push_back(as_bf16(std::sin(static_cast<float>(i + phase))));
      numbers[static_cast<std::size_t>(i)] = float{rounded.back()};
    }
    put(*device, floats.gradients[1], numbers);
    device->upload(bf16, rounded.data());
  };
  load(0);
  halves.state->place_gradients({halves.gradients[0], bf16});
  const auto same = [&] {
    floats.state->step({.clip = 1});
    halves.state->step({.clip = 1});
    return get(*device, floats.thetas[0]) == get(*device, halves.thetas[0]) &&
           get(*device, floats.thetas[1]) == get(*device, halves.thetas[1]);
  };
  expect("attached: a gradient in Bf16 is read as floats", same());
  load(1);
  expect("attached: and anew at every step", same() && get(*device, halves.thetas[1])[1] != 0);
  floats.state->update_hessian({.tokens = 3});
  halves.state->update_hessian({.tokens = 3});
  expect("attached: and by a refresh", same());
  halves.state->place_gradients(halves.gradients);
  floats.state->place_gradients(halves.gradients);
  expect("attached: floats may take its place", same());
  check::expect_error("attached: no parameters in Bf16", Code::kInvalidArgument, "to hold F32, got BF16",
                      [&] { halves.state->place({halves.thetas[0], bf16}); });
}

// What would reach beyond memory, or the wrong memory.
inline void expect_refusals(const std::shared_ptr<Device>& device) {
  const auto refuses = [](const char* why, const char* word, auto f) {
    check::expect_error(text("attached: refuses ", why), Code::kInvalidArgument, word, f);
  };
  Pair all(device);
  const auto place = [&](Tensor changed) {
    auto list = all.gradients;
    list[0] = changed;
    all.state->place_gradients(list);
  };
  refuses("a gradient of another size", "elements", [&] { place(make_tensor(device, 4, 0)); });
  refuses("one that reaches beyond its memory", "within", [&] {
    Tensor beyond = all.gradients[0];
    beyond.offset = 8;
    place(beyond);
  });
  refuses("one before its memory", "within", [&] {
    Tensor before = all.gradients[0];
    before.offset = -4;
    place(before);
  });
  refuses("one between two floats", "within", [&] {
    Tensor between = all.gradients[0];
    between.offset = 2;
    place(between);
  });
  refuses("integers", "F32", [&] {
    Tensor integers = all.gradients[0];
    integers.dtype = Dtype::kI32;
    place(integers);
  });
  refuses("none", "tensor", [&] { place({}); });
  refuses("too few", "gradients", [&] { all.state->place_gradients({all.gradients[0]}); });
  refuses("a set that is not there", "set",
          [&] { device->attach({.optimizer = "lion", .sets = {}, .tensors = {{1, 0}}}); });
  refuses("an entry that is not there", "entry", [&] { all.state->read(4, nullptr); });
  refuses("a size that no memory has", "0 or more", [&] {
    device->attach({.optimizer = "lion", .sets = {{{{"beta1", 0.9}, {"beta2", 0.9}}}}, .tensors = {{-1, 0}}});
  });
  expect("attached: and goes on", all.state->step({}).finite);
}

}  // namespace attached
