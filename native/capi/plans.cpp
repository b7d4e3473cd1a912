#include <array>
#include "../linalg/tiles.h"
#include "../optimizers/registry.h"
#include "boundary.h"

using namespace sophia;
using namespace sophia::capi;

namespace {

using Names = const char* const*;

// A list of them that ends with NULL, and stays.
template <class T, std::size_t N, class F>
Names list(const T (&from)[N], F name_of) {
  static const auto names = [&] {
    std::array<const char*, N + 1> all{};
    for (std::size_t i = 0; i < N; ++i) all[i] = name_of(from[i]);
    return all;
  }();
  return names.data();
}

template <class O>
Names fields_of() {
  return list(O::kFields, [](const auto& field) { return field.name; });
}
template <class O>
Names slots_of() {
  static const auto names = slot_names(O::kName);
  static const auto pointers = [] {
    std::vector<const char*> all;
    for (const auto& name : names) all.push_back(name.c_str());
    all.push_back(nullptr);
    return all;
  }();
  return pointers.data();
}

#define SOPHIA_NAME(O) O::kName,
constexpr const char* kNames[] = {SOPHIA_OPTIMIZERS(SOPHIA_NAME) SOPHIA_MATRIX_OPTIMIZERS(SOPHIA_NAME) nullptr};
#undef SOPHIA_NAME

// f(plan), which no other thread uses meanwhile.
template <class F>
sophia_status with_plan(sophia_plan* plan, F f) {
  return guarded([&] {
    const auto object = get(plan, "plan");
    std::lock_guard lock(object->mutex);
    f(object->plan);
  });
}

void expect_group(const OptimizerPlan& plan, std::int32_t group) {
  require(group >= 0 && group < std::ssize(plan.sets), "Expected `group` to be one of the ", plan.sets.size(),
          " groups that were added, from 0 on, got ", group);
}

struct Rates {
  double learning_rate, weight_decay;
};
void add_group(OptimizerPlan& to, const std::string& optimizer, const Rates& rates, std::int32_t& number) {
  to.sets.push_back({.hyper = {},
                     .learning_rate = positive("learning_rate", rates.learning_rate),
                     .weight_decay = non_negative("weight_decay", rates.weight_decay),
                     .optimizer = optimizer});
  number = static_cast<std::int32_t>(to.sets.size()) - 1;
}

void add_tensor(OptimizerPlan& to, OptimizedTensor tensor) {
  expect_group(to, tensor.set);
  std::int64_t all = tensor.count;
  for (const auto& other : to.tensors) all += other.count;
  require(all <= kMostElements, "Expected at most ", kMostElements, " numbers in all, got ", all);
  to.tensors.push_back(std::move(tensor));
}

void expect_hyperparameter(const std::string& optimizer, const std::string& name) {
  with_optimizer(optimizer, [&]<class O>() {
    std::string known;
    for (const auto& field : O::kFields) {
      if (name == field.name) return;
      known += text(known.empty() ? "" : ", ", field.name);
    }
    require(false, "Expected a hyperparameter of ", optimizer, " (", known, "), got ", name);
  });
}

}  // namespace

extern "C" {

sophia_status sophia_optimizer_names(const char* const** names) {
  return guarded([&] { required(names, "names") = kNames; });
}

sophia_status sophia_hyperparameter_names(const char* optimizer, const char* const** names) {
  return guarded([&] {
    Names& to = required(names, "names");
    with_optimizer(&required(optimizer, "optimizer"), [&]<class O>() { to = fields_of<O>(); });
  });
}

sophia_status sophia_slot_names(const char* optimizer, const char* const** names) {
  return guarded([&] {
    Names& to = required(names, "names");
    with_optimizer(&required(optimizer, "optimizer"), [&]<class O>() { to = slots_of<O>(); });
  });
}

sophia_status sophia_plan_create(const char* optimizer, sophia_plan** plan) {
  return created(plan, "plan", [&] {
    const std::string name = &required(optimizer, "optimizer");
    with_optimizer(name, []<class O>() {});
    auto object = std::make_shared<Plan>();
    object->plan.optimizer = name;
    return object;
  });
}

sophia_status sophia_plan_destroy(sophia_plan* plan) { return destroyed(plan, "plan"); }

sophia_status sophia_plan_add_group(sophia_plan* plan, double learning_rate, double weight_decay, int32_t* group) {
  return with_plan(plan, [&](OptimizerPlan& to) {
    add_group(to, to.optimizer, {learning_rate, weight_decay}, required(group, "group"));
  });
}

sophia_status sophia_plan_add_group_of(sophia_plan* plan, const char* optimizer, double learning_rate,
                                       double weight_decay, int32_t* group) {
  return with_plan(plan, [&](OptimizerPlan& to) {
    const std::string name = &required(optimizer, "optimizer");
    with_optimizer(name, []<class O>() {});
    add_group(to, name, {learning_rate, weight_decay}, required(group, "group"));
  });
}

sophia_status sophia_plan_set(sophia_plan* plan, int32_t group, const char* name, double value) {
  return with_plan(plan, [&](OptimizerPlan& to) {
    expect_group(to, group);
    auto& set = to.sets[static_cast<std::size_t>(group)];
    expect_hyperparameter(set.optimizer, &required(name, "name"));
    set.hyper[name] = value;
  });
}

sophia_status sophia_plan_add_tensor(sophia_plan* plan, int32_t group, int64_t count) {
  return with_plan(plan, [&](OptimizerPlan& to) {
    add_tensor(to, {.count = element_count(count), .set = group, .division = {.columns = count}});
  });
}

sophia_status sophia_plan_add_matrix(sophia_plan* plan, int32_t group, const sophia_matrix* matrix) {
  return with_plan(plan, [&](OptimizerPlan& to) {
    const auto m = read_struct(&required(matrix, "matrix"), "matrix", SOPHIA_MATRIX_INIT);
    require(m.rows > 0 && m.columns > 0 && m.rows <= kMostElements / m.columns, "Expected at most ", kMostElements,
            " numbers in a matrix, got ", m.rows, " by ", m.columns);
    require(m.block >= 0, "Expected `block` to be 0 or more, got ", m.block);
    Division division{
        .rows = m.rows, .columns = m.columns, .parts = m.parts, .out_last = m.out_last != 0, .block = m.block};
    expect_division(division, m.rows * m.columns);
    if (m.widths) division.widths.assign(m.widths, m.widths + m.parts);
    shared_columns(division);  // fails where widths do not fit
    add_tensor(to, {.count = m.rows * m.columns, .set = group, .division = division});
  });
}

sophia_status sophia_plan_set_target_win_rate(sophia_plan* plan, double win_rate) {
  return with_plan(plan, [&](OptimizerPlan& to) { to.win_rate = fraction("win_rate", win_rate); });
}

sophia_status sophia_optimizer_attach(sophia_device* device, sophia_plan* plan, sophia_optimizer** optimizer) {
  return created(optimizer, "optimizer", [&] {
    const auto on = get(device, "device");
    const auto object = get(plan, "plan");
    std::lock_guard lock(object->mutex);
    require(!object->plan.tensors.empty(), "Expected a plan with at least one tensor, got none");
    const Device::Hold hold(*on);
    return std::make_shared<const OptimizerObject>(OptimizerObject{on, on->attach(object->plan)});
  });
}
}
