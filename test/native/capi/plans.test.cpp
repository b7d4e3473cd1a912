#include "../../../native/optimizers/registry.h"
#include <cmath>
#include "c.h"

using namespace c;

static std::vector<std::string> list(const char* const* names) {
  std::vector<std::string> all;
  while (*names) all.emplace_back(*names++);
  return all;
}

TEST("C: the names of optimizers") {
  std::vector<std::string> names;
  bool same = true;
  sophia::for_each_optimizer([&]<class O>() {
    names.emplace_back(O::kName);
    std::vector<std::string> fields;
    for (const auto& field : O::kFields) fields.emplace_back(field.name);
    same &= list(made<const char* const*>(sophia_hyperparameter_names, O::kName)) == fields;
    same &= list(made<const char* const*>(sophia_slot_names, O::kName)) == sophia::slot_names(O::kName);
  });
  expect("C: are those of the registry", list(made<const char* const*>(sophia_optimizer_names)) == names);
  expect("C: and so are their hyperparameters and slots", same);
  const char* const* found = nullptr;
  refused("C: an unknown one is answered with the known ones", sophia_slot_names("adam", &found),
          SOPHIA_INVALID_ARGUMENT, "Expected an optimizer of adamw, lion, sgd, sophia-g, sophia, ");
}

TEST("C: plans") {
  sophia_device* const device = cpu();
  sophia_plan* plan = nullptr;
  sophia_optimizer* optimizer = nullptr;
  int32_t group = -1;
  refused("C: a plan of no optimizer", sophia_plan_create("adam", &plan), SOPHIA_INVALID_ARGUMENT, "got adam");
  refused("C: or without a name", sophia_plan_create(nullptr, &plan), SOPHIA_INVALID_ARGUMENT, "`optimizer`");
  ok(sophia_plan_create("lion", &plan));
  refused("C: a group that is not there", sophia_plan_set(plan, 0, "beta1", 0.9), SOPHIA_INVALID_ARGUMENT,
          "Expected `group` to be one of the 0 groups that were added, from 0 on, got 0");
  for (const double wrong : {0.0, -1.0, HUGE_VAL, std::nan("")})
    refused("C: a learning rate that is none", sophia_plan_add_group(plan, wrong, 0, &group), SOPHIA_INVALID_ARGUMENT,
            "Expected `learning_rate` to be positive and finite, got ");
  refused("C: a negative weight decay", sophia_plan_add_group(plan, 1, -1, &group), SOPHIA_INVALID_ARGUMENT,
          "weight_decay");
  ok(sophia_plan_add_group(plan, 1e-4, 0.2, &group));
  expect("C: what was refused added no group", group == 0);
  refused("C: a hyperparameter of another", sophia_plan_set(plan, group, "rho", 1), SOPHIA_INVALID_ARGUMENT,
          "Expected a hyperparameter of lion (beta1, beta2), got rho");
  refused("C: a win rate that is none", sophia_plan_set_target_win_rate(plan, 1), SOPHIA_INVALID_ARGUMENT, "win_rate");

  ok(sophia_plan_set(plan, group, "beta1", 0.95));
  refused("C: a plan without tensors", sophia_optimizer_attach(device, plan, &optimizer), SOPHIA_INVALID_ARGUMENT,
          "Expected a plan with at least one tensor, got none");
  refused("C: a tensor of no size", sophia_plan_add_tensor(plan, group, -4), SOPHIA_INVALID_ARGUMENT, "count");
  refused("C: a tensor of no group", sophia_plan_add_tensor(plan, 1, 4), SOPHIA_INVALID_ARGUMENT, "group");
  ok(sophia_plan_add_tensor(plan, group, 4));
  refused("C: a tensor too much for any machine", sophia_plan_add_tensor(plan, group, int64_t{1} << 48),
          SOPHIA_INVALID_ARGUMENT, "Expected at most 281474976710656 numbers in all");
  refused("C: a hyperparameter that was not set is named", sophia_optimizer_attach(device, plan, &optimizer),
          SOPHIA_INVALID_ARGUMENT, "Expected lion to have `beta2`");
  ok(sophia_plan_set(plan, group, "beta2", 7));
  refused("C: and one out of bounds", sophia_optimizer_attach(device, plan, &optimizer), SOPHIA_INVALID_ARGUMENT,
          "Expected `beta2` to be in [0, 1), got 7");
  ok(sophia_plan_set(plan, group, "beta2", 0.98));
  ok(sophia_optimizer_attach(device, plan, &optimizer));
  ok(sophia_optimizer_destroy(optimizer));
  ok(sophia_optimizer_attach(device, plan, &optimizer));
  expect("C: a plan can be used again", optimizer != nullptr);
  ok(sophia_optimizer_destroy(optimizer));
  ok(sophia_plan_destroy(plan));
  ok(sophia_device_destroy(device));
}

TEST("C: an optimizer of several rules, which sees matrices") {
  sophia_device* const device = cpu();
  sophia_plan* plan = made<sophia_plan*>(sophia_plan_create, "muon");
  int32_t matrices = -1, rest = -1;
  ok(sophia_plan_add_group(plan, 0.02, 0, &matrices));
  refused("C: a rule that is not there", sophia_plan_add_group_of(plan, "adam", 0.1, 0, &rest), SOPHIA_INVALID_ARGUMENT,
          "got adam");
  ok(sophia_plan_add_group_of(plan, "adamw", 0.1, 0, &rest));
  const std::map<std::string, double> muon{{"momentum", 0.95}, {"gradient", 0.05}, {"nesterov", 1},
                                           {"steps", 5},       {"a", 3.4445},      {"b", -4.775},
                                           {"c", 2.0315},      {"epsilon", 1e-7},  {"scale", 0}};
  for (const auto& [name, value] : muon) ok(sophia_plan_set(plan, matrices, name.c_str(), value));
  for (const auto& [name, value] : std::map<std::string, double>{{"beta1", 0.9}, {"beta2", 0.95}, {"epsilon", 1e-8}})
    ok(sophia_plan_set(plan, rest, name.c_str(), value));
  refused("C: a hyperparameter of the other rule", sophia_plan_set(plan, rest, "steps", 5), SOPHIA_INVALID_ARGUMENT,
          "Expected a hyperparameter of adamw");
  sophia_matrix shape = SOPHIA_MATRIX_INIT;
  shape.rows = 2, shape.columns = 3, shape.parts = 2;
  refused("C: parts that do not divide the columns", sophia_plan_add_matrix(plan, matrices, &shape),
          SOPHIA_INVALID_ARGUMENT, "parts");
  shape.rows = int64_t{1} << 40, shape.columns = int64_t{1} << 40, shape.parts = 1;
  refused("C: a matrix too large for any number", sophia_plan_add_matrix(plan, matrices, &shape),
          SOPHIA_INVALID_ARGUMENT, "1099511627776 by 1099511627776");
  shape.rows = 2, shape.columns = 3;
  ok(sophia_plan_add_matrix(plan, matrices, &shape));
  ok(sophia_plan_add_tensor(plan, rest, 3));
  sophia_optimizer* optimizer = nullptr;
  ok(sophia_optimizer_attach(device, plan, &optimizer));

  float matrix[6] = {}, vector[3] = {}, slopes[6] = {1, 0, 0, 0, 2, 0}, slope[3] = {1, -2, 3};
  float* const parameters[] = {matrix, vector};
  float* const gradients[] = {slopes, slope};
  ok(sophia_optimizer_place_at(optimizer, parameters, 2));
  ok(sophia_optimizer_place_gradients_at(optimizer, gradients, 2));
  ok(sophia_optimizer_step(optimizer, nullptr, nullptr));
  expect("C: the matrix moves by singular values near 1",
         matrix[0] < -0.012 && matrix[4] < -0.012 && std::abs(matrix[1]) < 1e-6);
  expect("C: the vector by AdamW's rate", std::abs(vector[0] + 0.1) < 1e-6 && std::abs(vector[1] - 0.1) < 1e-6);
  int64_t counts[3] = {-1, -1, -1};
  ok(sophia_optimizer_slot_size(optimizer, "momentum", 0, &counts[0]));
  ok(sophia_optimizer_slot_size(optimizer, "variance", 0, &counts[1]));
  ok(sophia_optimizer_slot_size(optimizer, "variance", 1, &counts[2]));
  expect("C: every rule keeps what is its own", counts[0] == 6 && counts[1] == 0 && counts[2] == 3);
  ok(sophia_optimizer_destroy(optimizer));
  ok(sophia_plan_destroy(plan));
  ok(sophia_device_destroy(device));
}

TEST("C: columns of a matrix that share a second moment") {
  sophia_device* const device = cpu();
  sophia_plan* plan = made<sophia_plan*>(sophia_plan_create, "adam-mini");
  int32_t group = -1;
  ok(sophia_plan_add_group(plan, 0.1, 0, &group));
  for (const auto& [name, value] : std::map<std::string, double>{{"beta1", 0.9}, {"beta2", 0.95}, {"epsilon", 1e-8}})
    ok(sophia_plan_set(plan, group, name.c_str(), value));
  const int64_t widths[] = {2, 3};
  sophia_matrix shape = SOPHIA_MATRIX_INIT;
  shape.rows = 5, shape.columns = 8, shape.parts = 2, shape.widths = widths;
  refused("C: widths that do not divide", sophia_plan_add_matrix(plan, group, &shape), SOPHIA_INVALID_ARGUMENT,
          "Expected widths that divide the 4 columns of a part, got 3");
  shape.columns = 12;
  ok(sophia_plan_add_matrix(plan, group, &shape));
  sophia_optimizer* optimizer = nullptr;
  ok(sophia_optimizer_attach(device, plan, &optimizer));
  int64_t count = -1;
  ok(sophia_optimizer_slot_size(optimizer, "variance", 0, &count));
  expect("C: three second moments of two columns, and two of three", count == 5);
  ok(sophia_optimizer_destroy(optimizer));
  ok(sophia_plan_destroy(plan));
  ok(sophia_device_destroy(device));
}
