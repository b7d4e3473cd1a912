#include "../optimizers/registry.h"
#include "boundary.h"
#include "hessian_result.h"

using namespace sophia;
using namespace sophia::capi;

namespace {

// f(state), on a device that nobody else uses meanwhile.
template <class F>
sophia_status with_state(sophia_optimizer* optimizer, F f) noexcept {
  return guarded([&] {
    const auto attached = get(optimizer, "optimizer");
    const Device::Hold hold(*attached->device);
    f(*attached->state);
  });
}

void expect_count(const OptimizerState& state, std::int64_t count) {
  const auto expected = std::ssize(state.plan().tensors);
  require(count == expected, "Expected `count` to be that of the plan's tensors, ", expected, ", got ", count);
}

std::vector<Tensor> tensors_of(const OptimizerState& state, sophia_buffer* const* buffers, std::int64_t count,
                               const char* argument) {
  expect_count(state, count);
  required(buffers, argument);
  std::vector<Tensor> all;
  for (std::int64_t i = 0; i < count; ++i) all.push_back(*get(buffers[i], text(argument, "[", i, "]").c_str()));
  return all;
}

std::vector<Tensor> tensors_at(const std::shared_ptr<Device>& device, const OptimizerState& state,
                               float* const* addresses, std::int64_t count, const char* argument) {
  expect_count(state, count);
  required(addresses, argument);
  std::vector<Tensor> all;
  for (const auto& tensor : state.plan().tensors) {
    float* const address = addresses[all.size()];
    const auto bytes = tensor.count * static_cast<std::int64_t>(sizeof(float));
    expect_aligned(address, sizeof(float), argument);
    require(address != nullptr || bytes == 0, "Expected `", argument, "[", all.size(),
            "]` to point somewhere, got NULL");
    all.push_back(
        {.memory = std::make_shared<DeviceMemory>(device, address, bytes), .offset = 0, .count = tensor.count});
  }
  return all;
}

// What is kept of a tensor in a slot.
struct Entry {
  const char* slot;
  std::int64_t tensor;
};

// An entry in the list of the state, or its end.
auto find(const OptimizerState& state, const Entry& entry) {
  const auto tensors = std::ssize(state.plan().tensors);
  const std::string slot = &required(entry.slot, "slot");
  require(entry.tensor >= 0 && entry.tensor < tensors, "Expected `tensor` to be one of the plan's ", tensors,
          ", from 0 on, got ", entry.tensor);
  const auto& all = state.state();
  return std::find_if(all.begin(), all.end(),
                      [&](const StateSize& size) { return size.tensor == entry.tensor && size.slot == slot; });
}

// Its place there.
std::size_t place_of(const OptimizerState& state, const Entry& entry) {
  const auto& all = state.state();
  const auto found = find(state, entry);
  require(found != all.end(), "Expected a slot of ", state.plan().optimizer, ", got ", entry.slot, ", which tensor ",
          entry.tensor, " does not have");
  return static_cast<std::size_t>(found - all.begin());
}

// The same, where its `count` floats lie at `host`.
std::size_t place_of(const OptimizerState& state, const Entry& entry, const float* host, std::int64_t count) {
  const std::size_t place = place_of(state, entry);
  const std::int64_t has = state.state()[place].count;
  require(count == has, "Expected `count` to be that of the tensor, ", has, ", got ", count);
  require(host != nullptr || count == 0, "Expected an array of ", count, " floats, got NULL");
  return place;
}

void expect_hessian(const OptimizerState& state) {
  const auto slots = slot_names(state.plan().optimizer);
  require(std::find(slots.begin(), slots.end(), "hessian") != slots.end(),
          "Expected an optimizer that keeps a Hessian, got ", state.plan().optimizer);
}

StepRequest request(const sophia_step_options& options) {
  return {.factor = non_negative("factor", options.factor),
          .scale = positive("scale", options.scale),
          .clip = non_negative("clip", options.clip),
          .checked = options.checked != 0};
}

}  // namespace

extern "C" {

sophia_status sophia_optimizer_destroy(sophia_optimizer* optimizer) { return destroyed(optimizer, "optimizer"); }

sophia_status sophia_optimizer_place(sophia_optimizer* optimizer, sophia_buffer* const* parameters, int64_t count) {
  return with_state(optimizer,
                    [&](OptimizerState& state) { state.place(tensors_of(state, parameters, count, "parameters")); });
}

sophia_status sophia_optimizer_place_gradients(sophia_optimizer* optimizer, sophia_buffer* const* gradients,
                                               int64_t count) {
  return with_state(optimizer, [&](OptimizerState& state) {
    state.place_gradients(tensors_of(state, gradients, count, "gradients"));
  });
}

sophia_status sophia_optimizer_place_at(sophia_optimizer* optimizer, float* const* parameters, int64_t count) {
  return with_state(optimizer, [&](OptimizerState& state) {
    state.place(tensors_at(get(optimizer, "optimizer")->device, state, parameters, count, "parameters"));
  });
}

sophia_status sophia_optimizer_place_gradients_at(sophia_optimizer* optimizer, float* const* gradients, int64_t count) {
  return with_state(optimizer, [&](OptimizerState& state) {
    state.place_gradients(tensors_at(get(optimizer, "optimizer")->device, state, gradients, count, "gradients"));
  });
}

sophia_status sophia_optimizer_step(sophia_optimizer* optimizer, const sophia_step_options* options,
                                    sophia_step_result* result) {
  return with_state(optimizer, [&](OptimizerState& state) {
    expect_room(result, "result");
    const auto found = state.step(request(read_struct(options, "options", SOPHIA_STEP_OPTIONS_INIT)));
    write_struct(result, {0, !found.finite, found.gradient_norm, found.coefficient, found.totals.unclipped,
                          found.totals.parameter_norm, found.totals.momentum_norm});
  });
}

sophia_status sophia_optimizer_update_hessian(sophia_optimizer* optimizer, sophia_estimator estimator, double tokens,
                                              const sophia_hessian_options* options, sophia_hessian_result* result) {
  return with_state(optimizer, [&](OptimizerState& state) {
    expect_room(result, "result");
    expect_hessian(state);
    require(estimator == SOPHIA_GNB || estimator == SOPHIA_HUTCHINSON,
            "Expected `estimator` to be SOPHIA_GNB or SOPHIA_HUTCHINSON, got ", estimator);
    const auto how = read_struct(options, "options", SOPHIA_HESSIAN_OPTIONS_INIT);
    const auto found = state.update_hessian({.tokens = positive("tokens", tokens),
                                             .scale = positive("scale", how.scale),
                                             .clip = non_negative("clip", how.clip),
                                             .squared = estimator == SOPHIA_GNB});
    sophia_hessian_result written = result_of(found.totals);
    written.skipped = !found.finite;
    written.gradient_norm = found.gradient_norm;
    write_struct(result, written);
  });
}

sophia_status sophia_optimizer_set_rates(sophia_optimizer* optimizer, int32_t group, double learning_rate,
                                         double weight_decay) {
  return with_state(optimizer, [&](OptimizerState& state) {
    require(group >= 0 && group < std::ssize(state.plan().sets), "Expected `group` to be one of the plan's ",
            state.plan().sets.size(), ", from 0 on, got ", group);
    state.set_rates(group, positive("learning_rate", learning_rate), non_negative("weight_decay", weight_decay));
  });
}

sophia_status sophia_optimizer_counters(sophia_optimizer* optimizer, sophia_counters* counters) {
  return with_state(optimizer, [&](OptimizerState& state) {
    expect_room(&required(counters, "counters"), "counters");
    write_struct(counters, {0, state.counters.steps, state.counters.tokens, state.counters.scale});
  });
}

sophia_status sophia_optimizer_set_counters(sophia_optimizer* optimizer, const sophia_counters* counters) {
  return with_state(optimizer, [&](OptimizerState& state) {
    const auto to = read_struct(&required(counters, "counters"), "counters", SOPHIA_COUNTERS_INIT);
    require(to.steps >= 0, "Expected `steps` to be 0 or more, got ", to.steps);
    state.counters = {.steps = to.steps, .tokens = positive("tokens", to.tokens), .scale = positive("scale", to.scale)};
  });
}

sophia_status sophia_optimizer_slot_size(sophia_optimizer* optimizer, const char* slot, int64_t tensor,
                                         int64_t* count) {
  return with_state(optimizer, [&](OptimizerState& state) {
    std::int64_t& to = required(count, "count");
    const auto found = find(state, {slot, tensor});
    to = found == state.state().end() ? 0 : found->count;
  });
}

sophia_status sophia_optimizer_read(sophia_optimizer* optimizer, const char* slot, int64_t tensor, float* to,
                                    int64_t count) {
  return with_state(optimizer,
                    [&](OptimizerState& state) { state.read(place_of(state, {slot, tensor}, to, count), to); });
}

sophia_status sophia_optimizer_write(sophia_optimizer* optimizer, const char* slot, int64_t tensor, const float* from,
                                     int64_t count) {
  return with_state(optimizer,
                    [&](OptimizerState& state) { state.write(place_of(state, {slot, tensor}, from, count), from); });
}
}
