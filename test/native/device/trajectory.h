// Golden trajectories of optimizers that are attached to tensors of a device, each in memory of its own, in two sets of
// hyperparameters: the tensors that decay and the others.
#pragma once
#include <algorithm>
#include "../../../native/device/device.h"
#include "../check.h"
#include "../golden.h"

namespace attached {

using namespace sophia;
using check::expect;

struct Run {
  std::string name, optimizer;
  std::map<std::string, double> hyper;
  double tokens = 1;  // B
  enum { kNever, kBefore, kAfter } refreshes = kNever;
  double tolerance = 2e-5;
  std::vector<std::string> names = {"emb", "mat", "wide", "tall", "bias", "ln"};
};

// Of SGD, which some gradients move by 1e-4 of a parameter: its rounding counts.
inline constexpr double kSmallSteps = 1e-4;

// Every optimizer of the registry that the fixture has.
inline std::vector<Run> runs() {
  return {{"adamw", "adamw", {{"beta1", 0.9}, {"beta2", 0.95}, {"epsilon", 1e-8}}},
          {"lion", "lion", {{"beta1", 0.9}, {"beta2", 0.99}}},
          {"sgd", "sgd", {{"momentum", 0.9}, {"nesterov", 0}}, 1, Run::kNever, kSmallSteps},
          {"sgd_nesterov", "sgd", {{"momentum", 0.95}, {"nesterov", 1}}, 1, Run::kNever, kSmallSteps},
          {"sophiag_official",
           "sophia-g",
           {{"beta1", 0.965}, {"beta2", 0.99}, {"rho", 0.04}, {"epsilon", 1e-15}},
           480,
           Run::kAfter},
          {"sophia_paper",
           "sophia",
           {{"beta1", 0.96}, {"beta2", 0.99}, {"gamma", 3.0}, {"epsilon", 1e-12}},
           1,
           Run::kBefore}};
}

// Directions of small eigenvalues are those of rounding.
inline constexpr double kSmallEigenvalues = 1e-4;

// The same of those that move matrices. Kron draws numbers of its own, so that only its authors' could be compared.
inline std::vector<Run> matrix_runs() {
  const auto muon = [](const char* name, double scale) {
    return Run{.name = name,
               .optimizer = "muon",
               .hyper = {{"momentum", 0.95},
                         {"gradient", 0.05},
                         {"nesterov", 1},
                         {"steps", 5},
                         {"a", 3.4445},
                         {"b", -4.7750},
                         {"c", 2.0315},
                         {"epsilon", 1e-7},
                         {"scale", scale}},
               .names = {"mat", "wide", "tall"}};
  };
  const auto soap = [](const char* name, double counts_first) {
    return Run{.name = name,
               .optimizer = "soap",
               .hyper = {{"beta1", 0.95},
                         {"beta2", 0.95},
                         {"shampooBeta", 0.95},
                         {"epsilon", 1e-8},
                         {"every", 3},
                         {"block", 0},
                         {"largest", 8},
                         {"countsFirst", counts_first},
                         {"precondition1d", 0},
                         {"basisBefore", 0},
                         {"decayAfter", 1}},
               .tolerance = kSmallEigenvalues};
  };
  return {muon("muon", 0), muon("muon_kimi", 1), soap("soap", 0), soap("soap_kozistr", 1)};
}
inline Run kron() {
  return {.name = "kron",
          .optimizer = "kron",
          .hyper = {{"beta1", 0.9},
                    {"preconditionerRate", 0.1},
                    {"damping", 3e-4},
                    {"tiny", 1e-30},
                    {"rmsLimit", 1.1},
                    {"normalize", 1},
                    {"block", 4},
                    {"largest", 9},
                    {"leastProbability", 0.5},
                    {"probabilityDecay", 0.1},
                    {"flatStart", 5},
                    {"balanceEvery", 3},
                    {"seed", 7}}};
}

// `shift` floats beyond the beginning of its memory, with a number behind it that nobody may touch.
inline Tensor make_tensor(const std::shared_ptr<Device>& device, std::int64_t count, int shift) {
  const auto bytes = (count + shift + 1) * static_cast<std::int64_t>(sizeof(float));
  return {std::make_shared<DeviceMemory>(device, bytes), shift * static_cast<std::int64_t>(sizeof(float)), count};
}

inline void put(Device& device, const Tensor& to, std::span<const double> numbers) {
  const std::vector<float> floats(numbers.begin(), numbers.end());
  device.upload(to, floats.data());
}
inline std::vector<float> get(Device& device, const Tensor& from) {
  std::vector<float> floats(static_cast<std::size_t>(from.count));
  device.download(from, floats.data());
  return floats;
}

// Of the fixture's tensors; their rows are outputs.
inline Division division_of(const std::string& name) {
  const std::map<std::string, std::pair<std::int64_t, std::int64_t>> shapes{
      {"emb", {11, 6}}, {"mat", {6, 6}}, {"wide", {5, 9}}, {"tall", {10, 4}}, {"bias", {1, 7}}, {"ln", {1, 6}}};
  const auto [rows, columns] = shapes.at(name);
  return {.rows = rows, .columns = columns, .out_last = false};
}

// The tensors of a run, with their gradients.
struct Tensors {
  std::vector<std::string> names;
  std::vector<std::vector<double>> start;
  std::vector<Tensor> thetas, gradients;
  OptimizerPlan plan;

  Tensors(const std::shared_ptr<Device>& device, const Run& run, int shift) : names(run.names) {
    const auto file = golden::open("opt");
    const auto manifest = golden::json("manifest");
    const auto& decays = manifest.at("opt").at("runs").at(run.name).at("decay").array();
    plan = {.optimizer = run.optimizer, .sets = {{run.hyper, 0.01, 0.1}, {run.hyper, 0.01, 0}}, .tensors = {}};
    for (const auto& name : names) {
      start.push_back(golden::tensor(file, "p0/" + name));
      const auto count = static_cast<std::int64_t>(start.back().size());
      const bool decay = std::any_of(decays.begin(), decays.end(), [&](const Json& n) { return n.string() == name; });
      plan.tensors.push_back({count, decay ? 0 : 1, division_of(name)});
      thetas.push_back(make_tensor(device, count, shift));
      gradients.push_back(make_tensor(device, count, shift));
      put(*device, thetas.back(), start.back());
    }
  }
  void load(Device& device, const std::string& series, std::size_t row) const {
    const auto file = golden::open("opt");
    for (std::size_t t = 0; t < names.size(); ++t) {
      const auto all = golden::tensor(file, series + "/" + names[t]);
      put(device, gradients[t], std::span(all).subspan(row * start[t].size(), start[t].size()));
    }
  }
};

inline void expect_row(Device& device, const Tensors& all, const Run& run, std::size_t step) {
  const auto file = golden::open("opt");
  for (std::size_t t = 0; t < all.names.size(); ++t) {
    auto want = golden::tensor(file, run.name + "." + std::to_string(step) + "/" + all.names[t]);
    const auto found = get(device, all.thetas[t]);
    std::vector<double> got(found.begin(), found.end());
    for (std::size_t e = 0; e < want.size(); ++e) {
      want[e] -= all.start[t][e];
      got[e] -= all.start[t][e];
    }
    expect(text(run.name, " attached on ", device.isa(), ": golden ", all.names[t], " after ", step),
           golden::error(got, want), run.tolerance);
  }
}

// The steps and refreshes of a run, held to the fixture unless nobody else has computed it; what remains of each
// tensor.
inline std::vector<std::vector<float>> follow(const std::shared_ptr<Device>& device, const Run& run, int shift,
                                              bool checked = true, bool golden = true) {
  const Tensors all(device, run, shift);
  const auto state = device->attach(all.plan);
  state->place(all.thetas);
  state->place_gradients(all.gradients);
  state->counters.tokens = run.tokens;
  for (std::size_t i = 0; i < 25; ++i) {
    if (run.refreshes == Run::kBefore && i % 5 == 0) {
      all.load(*device, "hest", i / 5);
      state->update_hessian({.tokens = run.tokens, .squared = false});
    }
    all.load(*device, "g", i);
    state->step({.checked = checked});
    if (run.refreshes == Run::kAfter && i % 5 == 4) {
      all.load(*device, "hgrad", i / 5);
      state->update_hessian({.tokens = run.tokens, .squared = true});
    }
    if (golden && (i == 0 || i == 4 || i == 24)) expect_row(*device, all, run, i + 1);
  }
  std::vector<std::vector<float>> rest;
  for (const auto& theta : all.thetas) rest.push_back(get(*device, theta));
  return rest;
}

// All runs, aligned or not, checked or not: the same bits. Or each of them once, where steps take long.
inline void follow_all(const std::shared_ptr<Device>& device, bool once = false) {
  if (once) {
    for (const auto& all : {runs(), matrix_runs()})
      for (const auto& run : all) follow(device, run, 1);
    return;
  }
  for (const auto& run : runs()) {
    const auto first = follow(device, run, 0);
    expect(run.name + ": the same bits at odd addresses", follow(device, run, 1) == first);
    expect(run.name + ": the same bits without a check", follow(device, run, 0, false) == first);
  }
  for (const auto& run : matrix_runs())
    expect(run.name + ": the same bits at odd addresses", follow(device, run, 0) == follow(device, run, 1));
}

// Kron on two devices, which draw the same numbers.
inline void expect_same_kron(const std::shared_ptr<Device>& one, const std::shared_ptr<Device>& other) {
  const auto a = follow(one, kron(), 0, true, false), b = follow(other, kron(), 1, true, false);
  for (std::size_t t = 0; t < a.size(); ++t)
    expect(text("Kron on ", one->isa(), " and on ", other->isa(), ": ", kron().names[t]), golden::error(a[t], b[t]),
           1e-5);
}

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
