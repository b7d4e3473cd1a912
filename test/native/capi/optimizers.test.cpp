#include "../../../native/capi/handles.h"
#include <cmath>
#include <thread>
#include "c.h"

using namespace c;

static const std::vector<int64_t> kCounts = {37, 1, 500};

// Numbers that look random, and differ from seed to seed.
static std::vector<float> numbers(int64_t count, int seed) {
  std::vector<float> all;
  for (int64_t i = 0; i < count; ++i) all.push_back(static_cast<float>(std::sin(1.0 + i * 12.9898 + seed * 78.233)));
  return all;
}

static std::vector<std::vector<float>> tensors(int seed) {
  std::vector<std::vector<float>> all;
  for (const int64_t count : kCounts) all.push_back(numbers(count, seed + static_cast<int>(all.size())));
  return all;
}

static std::vector<float*> addresses(std::vector<std::vector<float>>& tensors) {
  std::vector<float*> all;
  for (auto& tensor : tensors) all.push_back(tensor.data());
  return all;
}

// Five steps of Sophia-G with a refresh before every second one, in C; returns the parameters.
static std::vector<std::vector<float>> in_c(sophia_device* device, int64_t* steps = nullptr) {
  sophia_plan* const plan = c::plan("sophia-g", kSophiaG, kCounts);
  auto* const optimizer = made<sophia_optimizer*>(sophia_optimizer_attach, device, plan);
  ok(sophia_plan_destroy(plan));
  auto theta = tensors(0);
  ok(sophia_optimizer_place_at(optimizer, addresses(theta).data(), 3));
  for (int step = 0; step < 5; ++step) {
    auto gradient = tensors(10 + step);
    std::vector<sophia_buffer*> buffers;
    for (auto& tensor : gradient) buffers.push_back(wrap(device, tensor));
    ok(sophia_optimizer_place_gradients(optimizer, buffers.data(), 3));
    for (auto* const buffer : buffers) ok(sophia_buffer_destroy(buffer));
    if (step % 2 == 0) ok(sophia_optimizer_update_hessian(optimizer, SOPHIA_GNB, 32, nullptr, nullptr));
    const sophia_step_options options = {sizeof options, 1.0 / (1 + step), 0.5, 3, 1};
    ok(sophia_optimizer_step(optimizer, &options, nullptr));
  }
  sophia_counters counters = SOPHIA_COUNTERS_INIT;
  ok(sophia_optimizer_counters(optimizer, &counters));
  if (steps) *steps = counters.steps;
  ok(sophia_optimizer_destroy(optimizer));
  return theta;
}

// The same steps in C++.
static std::vector<std::vector<float>> in_cpp() {
  const auto device = sophia::make_device({.device = "cpu", .isa = {}, .threads = 1, .gpu = 0, .stream = nullptr});
  const sophia::Device::Hold hold(*device);
  sophia::OptimizerPlan plan{.optimizer = "sophia-g", .sets = {}, .tensors = {}};
  for (int i = 0; i < 3; ++i) {
    plan.sets.push_back({.hyper = kSophiaG, .learning_rate = 0.1 / (1 + i), .weight_decay = 0.2});
    plan.tensors.push_back({.count = kCounts[static_cast<std::size_t>(i)], .set = i});
  }
  const auto on = [&](std::vector<std::vector<float>>& all) {
    std::vector<sophia::Tensor> placed;
    for (auto& tensor : all) {
      const auto count = static_cast<int64_t>(tensor.size());
      placed.push_back({std::make_shared<sophia::DeviceMemory>(device, tensor.data(), count * 4), 0, count});
    }
    return placed;
  };
  const auto state = device->attach(plan);
  auto theta = tensors(0);
  state->place(on(theta));
  for (int step = 0; step < 5; ++step) {
    auto gradient = tensors(10 + step);
    state->place_gradients(on(gradient));
    if (step % 2 == 0) state->update_hessian({.tokens = 32});
    state->step({.factor = 1.0 / (1 + step), .scale = 0.5, .clip = 3});
  }
  return theta;
}

TEST("C: a trajectory") {
  sophia_device* const device = cpu(2);
  int64_t steps = 0;
  expect("C: five steps and three refreshes of Sophia-G have the bits that C++ gives",
         in_c(device, &steps) == in_cpp());
  expect("C: and moved something, five times", in_c(device) != tensors(0) && steps == 5);
  ok(sophia_device_destroy(device));
}

TEST("C: two devices at once") {
  const auto expected = in_cpp();
  bool same[2] = {};
  std::vector<std::thread> threads;
  for (bool& mine : same)
    threads.emplace_back([&] {
      sophia_device* const device = cpu(2);
      mine = true;
      for (int i = 0; i < 20; ++i) mine &= in_c(device) == expected;
      ok(sophia_device_destroy(device));
    });
  for (auto& thread : threads) thread.join();
  expect("C: two threads train beside each other, each on a device", same[0] && same[1]);
}

TEST("C: a device at work") {
  sophia_device* const device = cpu();
  auto* const buffer = made<sophia_buffer*>(sophia_buffer_create, device, SOPHIA_F32, int64_t{3});
  {
    const sophia::Device::Hold hold(*sophia::capi::get(device, "device"));
    refused("C: who comes while a device is at work is refused", sophia_buffer_fill(buffer, 1), SOPHIA_BUSY,
            "The device cpu is busy with another call");
    ok(sophia_buffer_destroy(made<sophia_buffer*>(sophia_buffer_create, device, SOPHIA_F32, int64_t{3})));
  }
  ok(sophia_buffer_fill(buffer, 1));
  ok(sophia_buffer_destroy(buffer));
  ok(sophia_device_destroy(device));
}

// An optimizer of one tensor, placed with its gradient.
struct Single {
  std::vector<float> theta = {1, -2, 3}, gradient = {0.5, 0.25, -1};
  sophia_device* device = cpu();
  sophia_optimizer* optimizer;

  Single(const char* name, const Hyper& hyper) {
    sophia_plan* const plan = c::plan(name, hyper, {3});
    ok(sophia_optimizer_attach(device, plan, &optimizer));
    ok(sophia_plan_destroy(plan));
    float *const parameters[] = {theta.data()}, *const gradients[] = {gradient.data()};
    ok(sophia_optimizer_place_at(optimizer, parameters, 1));
    ok(sophia_optimizer_place_gradients_at(optimizer, gradients, 1));
  }
  ~Single() {
    sophia_optimizer_destroy(optimizer);
    sophia_device_destroy(device);
  }
};

TEST("C: what a step reports") {
  Single lion("lion", {{"beta1", 0.9}, {"beta2", 0.99}});
  sophia_step_result result = SOPHIA_STEP_RESULT_INIT;
  sophia_step_options options = SOPHIA_STEP_OPTIONS_INIT;
  options.clip = 0.5;
  options.scale = 2;
  ok(sophia_optimizer_step(lion.optimizer, &options, &result));
  const double norm = 2 * std::sqrt(0.25 + 0.0625 + 1);
  expect("C: the norm of the gradient, after the scale",
         std::abs(result.gradient_norm - norm) < 1e-12 && !result.skipped);
  expect("C: what it was clipped by", std::abs(result.clip - 0.5 / (norm + 1e-6)) < 1e-12);
  const double size = std::sqrt(0.88 * 0.88 + 2.06 * 2.06 + 3.04 * 3.04);  // (1 − 0.1 · 0.2) θ − 0.1 sign(g)
  expect("C: the norm of the parameters after it", std::abs(result.parameter_norm - size) < 1e-6);

  const auto before = lion.theta;
  lion.gradient[1] = NAN;
  ok(sophia_optimizer_step(lion.optimizer, nullptr, &result));
  sophia_counters counters = SOPHIA_COUNTERS_INIT;
  ok(sophia_optimizer_counters(lion.optimizer, &counters));
  expect("C: a gradient that is not finite changes nothing",
         result.skipped == 1 && lion.theta == before && counters.steps == 1);
  for (const auto& [member, name] : {std::pair{&sophia_step_options::scale, "scale"},
                                     {&sophia_step_options::factor, "factor"},
                                     {&sophia_step_options::clip, "clip"}}) {
    sophia_step_options wrong = SOPHIA_STEP_OPTIONS_INIT;
    wrong.*member = -1;
    refused(std::string("C: a negative ") + name, sophia_optimizer_step(lion.optimizer, &wrong, nullptr),
            SOPHIA_INVALID_ARGUMENT, name);
  }
  refused("C: a refresh of what keeps no Hessian",
          sophia_optimizer_update_hessian(lion.optimizer, SOPHIA_GNB, 1, nullptr, nullptr), SOPHIA_INVALID_ARGUMENT,
          "lion");
}

TEST("C: what a refresh reports") {
  Single state("sophia", {{"beta1", 0.9}, {"beta2", 0.5}, {"gamma", 1}, {"epsilon", 1e-12}});
  sophia_hessian_result result = SOPHIA_HESSIAN_RESULT_INIT;
  ok(sophia_optimizer_update_hessian(state.optimizer, SOPHIA_HUTCHINSON, 1, nullptr, &result));
  double all = 0;
  for (const double part : result.ratios) all += part;
  expect("C: the rate of negative estimates, and norms of h",
         result.negative_rate == 1.0 / 3 && result.l1 == 0.875 && std::abs(result.l2 - std::sqrt(0.328125)) < 1e-12);
  expect("C: ratios of all coordinates", std::abs(all - 1) < 1e-12 && !result.skipped);
  ok(sophia_optimizer_update_hessian(state.optimizer, SOPHIA_GNB, 8, nullptr, &result));
  float h[3];
  ok(sophia_optimizer_read(state.optimizer, "hessian", 0, h, 3));
  expect("C: a gradient at sampled labels is squared, and B times that", h[2] == -0.25f + 0.5f * 8);
  sophia_counters counters = SOPHIA_COUNTERS_INIT;
  ok(sophia_optimizer_counters(state.optimizer, &counters));
  expect("C: B is kept", counters.tokens == 8);
  refused("C: B of 0", sophia_optimizer_update_hessian(state.optimizer, SOPHIA_GNB, 0, nullptr, nullptr),
          SOPHIA_INVALID_ARGUMENT, "Expected `tokens` to be positive and finite, got 0");
  refused("C: an estimator that is none", sophia_optimizer_update_hessian(state.optimizer, 2, 1, nullptr, nullptr),
          SOPHIA_INVALID_ARGUMENT, "estimator");
}

TEST("C: a state that is saved") {
  Single one("sophia-g", kSophiaG), two("sophia-g", kSophiaG);
  ok(sophia_optimizer_update_hessian(one.optimizer, SOPHIA_GNB, 4, nullptr, nullptr));
  ok(sophia_optimizer_step(one.optimizer, nullptr, nullptr));
  for (const char* const slot : {"momentum", "hessian"}) {
    float kept[3];
    ok(sophia_optimizer_read(one.optimizer, slot, 0, kept, 3));
    ok(sophia_optimizer_write(two.optimizer, slot, 0, kept, 3));
  }
  sophia_counters counters = SOPHIA_COUNTERS_INIT;
  ok(sophia_optimizer_counters(one.optimizer, &counters));
  ok(sophia_optimizer_set_counters(two.optimizer, &counters));
  two.theta = one.theta;
  for (Single* each : {&one, &two}) ok(sophia_optimizer_step(each->optimizer, nullptr, nullptr));
  expect("C: goes on from slots and counters bit for bit", one.theta == two.theta);
  ok(sophia_optimizer_set_rates(two.optimizer, 0, 1e-9, 0));
  const auto before = two.theta;
  ok(sophia_optimizer_step(two.optimizer, nullptr, nullptr));
  expect("C: with other rates it takes other steps", std::abs(two.theta[0] - before[0]) < 1e-6);

  float three[3] = {};
  refused("C: a slot of another", sophia_optimizer_read(one.optimizer, "variance", 0, three, 3),
          SOPHIA_INVALID_ARGUMENT, "Expected a slot of sophia-g, got variance");
  refused("C: a tensor that is not there", sophia_optimizer_read(one.optimizer, "momentum", 1, three, 3),
          SOPHIA_INVALID_ARGUMENT, "tensor");
  refused("C: another count", sophia_optimizer_write(one.optimizer, "momentum", 0, three, 4), SOPHIA_INVALID_ARGUMENT,
          "Expected `count` to be that of the tensor, 3, got 4");
  refused("C: no array", sophia_optimizer_write(one.optimizer, "momentum", 0, nullptr, 3), SOPHIA_INVALID_ARGUMENT,
          "NULL");
  refused("C: a group that is not there", sophia_optimizer_set_rates(one.optimizer, 1, 1, 0), SOPHIA_INVALID_ARGUMENT,
          "group");
  counters.steps = -1;
  refused("C: fewer than no steps", sophia_optimizer_set_counters(one.optimizer, &counters), SOPHIA_INVALID_ARGUMENT,
          "steps");
}

TEST("C: tensors that are not where they should be") {
  Single state("sophia-g", kSophiaG);
  refused("C: fewer than the plan has", sophia_optimizer_place_at(state.optimizer, nullptr, 0), SOPHIA_INVALID_ARGUMENT,
          "Expected `count` to be that of the plan's tensors, 1, got 0");
  refused("C: none", sophia_optimizer_place_at(state.optimizer, nullptr, 1), SOPHIA_INVALID_ARGUMENT, "`parameters`");
  float* nowhere[] = {nullptr};
  refused("C: one that is nowhere", sophia_optimizer_place_gradients_at(state.optimizer, nowhere, 1),
          SOPHIA_INVALID_ARGUMENT, "Expected `gradients[0]` to point somewhere, got NULL");
  sophia_buffer* const buffers[] = {reinterpret_cast<sophia_buffer*>(state.device)};
  refused("C: one that is no buffer", sophia_optimizer_place_gradients(state.optimizer, buffers, 1),
          SOPHIA_INVALID_ARGUMENT, "Expected `gradients[0]` to be a buffer, got a handle of another kind");
  std::vector<float> four(4);
  sophia_buffer* const longer[] = {wrap(state.device, four)};
  refused("C: one of another size", sophia_optimizer_place(state.optimizer, longer, 1), SOPHIA_INVALID_ARGUMENT,
          "Expected `parameters` to have 3 elements, got 4");
  ok(sophia_buffer_destroy(longer[0]));
  ok(sophia_optimizer_step(state.optimizer, nullptr, nullptr));
  expect("C: what stood there before stands", state.theta[0] != 1);

  sophia_plan* const plan = c::plan("lion", {{"beta1", 0.9}, {"beta2", 0.99}}, {3});
  auto* const bare = made<sophia_optimizer*>(sophia_optimizer_attach, state.device, plan);
  refused("C: a step of nothing", sophia_optimizer_step(bare, nullptr, nullptr), SOPHIA_INVALID_ARGUMENT,
          "Expected the parameters to be placed first");
  ok(sophia_optimizer_destroy(bare));
  ok(sophia_plan_destroy(plan));
}
