// Golden trajectories: a run of an optimizer against the fixture of the same name, and the rates that all runs share.
#pragma once
#include <map>
#include <string>
#include "../check.h"
#include "../golden.h"
#include "flat.h"

namespace laws {

using namespace sophia;
using check::expect;
using flat::Flat, flat::Tensor;

inline constexpr double kRate = 0.01, kDecay = 0.1;
inline Step step_number(std::int64_t number, double tokens = 1) {
  return {.number = number, .learning_rate = kRate, .weight_decay = kDecay, .tokens = tokens};
}

struct Run {
  std::string name;
  double tokens = 1;  // B
  enum { kNever, kBefore, kAfter } refreshes = kNever;
  std::map<std::string, std::int64_t> blocks = {};  // of tensors that are divided
  std::vector<std::string> others = {};             // tensors of a second set of hyperparameters, which all decay
  double rate_of_others = kRate;
  std::vector<std::string> tensors = {"emb", "mat", "wide", "tall", "bias", "ln"};
  double decay = 0;  // of all tensors; 0: kDecay, of those that the run lists
};

// The run's final parameters, against those of test/golden/opt.safetensors, relative to how far they went.
template <class O, class At>
void expect_golden(const Run& run, const typename O::Hyper& hyper, double tolerance,
                   const std::vector<typename O::Hyper>& of_others = {}) {
  const auto file = golden::open("opt");
  const auto manifest = golden::json("manifest");
  std::vector<std::string> decays = run.others;
  for (const Json& name : manifest.at("opt").at("runs").at(run.name).at("decay").array())
    decays.push_back(name.string());
  const auto in = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  std::vector<std::string> names;
  std::vector<Tensor> tensors;
  std::vector<std::vector<double>> start;
  for (const std::string& name : run.tensors) {
    names.push_back(name);
    start.push_back(golden::tensor(file, "p0/" + name));
    tensors.push_back({.count = static_cast<std::int64_t>(start.back().size()),
                       .decay = run.decay > 0 || in(decays, name),
                       .block = run.blocks.count(name) ? run.blocks.at(name) : 0,
                       .set = in(run.others, name) ? 1 : 0});
  }
  Flat<O, At> flat(hyper, tensors, 2);
  for (const auto& other : of_others) flat.add_set(other);
  const auto load = [&](const std::string& series, std::size_t row) {
    for (std::size_t t = 0; t < names.size(); ++t) {
      const auto all = golden::tensor(file, series + "/" + names[t]);
      flat.fill(flat.gradient(t), std::span(all).subspan(row * start[t].size(), start[t].size()));
    }
  };
  for (std::size_t t = 0; t < names.size(); ++t) flat.fill(flat.theta(t), start[t]);

  for (std::size_t i = 0; i < 25; ++i) {
    if constexpr (ReadsHessian<O>) {
      if (run.refreshes == Run::kBefore && i % 5 == 0) {
        load("hest", i / 5);
        flat.refresh(O::refresh(hyper, {.tokens = 1}), false);
      }
    }
    load("g", i);
    std::vector<Step> steps(1 + of_others.size(), step_number(static_cast<std::int64_t>(i) + 1, run.tokens));
    if (!of_others.empty()) steps[1].learning_rate = run.rate_of_others;
    if (run.decay > 0) steps[0].weight_decay = run.decay;
    flat.step_sets(steps);
    if constexpr (ReadsHessian<O>) {
      if (run.refreshes == Run::kAfter && i % 5 == 4) {
        load("hgrad", i / 5);
        flat.refresh(O::refresh(hyper, {.tokens = run.tokens}), true);
      }
    }
    if (i != 0 && i != 4 && i != 24) continue;
    for (std::size_t t = 0; t < names.size(); ++t) {
      auto want = golden::tensor(file, run.name + "." + std::to_string(i + 1) + "/" + names[t]);
      std::vector<double> got(flat.theta(t), flat.theta(t) + want.size());
      for (std::size_t e = 0; e < want.size(); ++e) {
        want[e] -= start[t][e];
        got[e] -= start[t][e];
      }
      expect(text(run.name, " on ", At::kName, ": golden ", names[t], " after ", i + 1), golden::error(got, want),
             tolerance);
    }
  }
}
// In float32 and in the reference arithmetic.
template <class O>
void expect_golden(const Run& run, const typename O::Hyper& hyper,
                   const std::vector<typename O::Hyper>& of_others = {}) {
  expect_golden<O, Isa>(run, hyper, 2e-5, of_others);
  expect_golden<O, Float64>(run, hyper, 1e-12, of_others);
}

}  // namespace laws
