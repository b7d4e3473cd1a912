// Golden trajectories of optimizers that are attached to tensors of a device, each in memory of its own, in two sets of
// hyperparameters: the tensors that decay and the others.
#pragma once
#include <algorithm>
#include "../check.h"
#include "../golden.h"
#include "runs.h"
#include "tensors.h"

namespace attached {

using check::expect;

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

}  // namespace attached
