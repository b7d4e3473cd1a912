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
  std::map<std::string, Widths> columns = {};       // of tensors that are transposed, and divided by columns
  std::vector<std::string> others = {};             // tensors of a second set of hyperparameters, which all decay
  double rate_of_others = kRate;
  std::vector<std::string> tensors = {"emb", "mat", "wide", "tall", "bias", "ln"};
  double decay = 0;  // of all tensors; 0: kDecay, of those that the run lists
};

// The tensors of a run, as the fixture has them.
class Fixture {
 public:
  explicit Fixture(const Run& run) : run_(run) {
    for (const std::string& name : run.tensors) {
      start_.push_back(read("p0/" + name, name));
      tensors_.push_back({.count = std::ssize(start_.back()),
                          .decay = decays(name),
                          .block = run.blocks.count(name) ? run.blocks.at(name) : 0,
                          .set = contains(run.others, name) ? 1 : 0});
      if (!run.columns.count(name)) continue;
      tensors_.back().columns = static_cast<std::int32_t>(shape(name, 0));
      tensors_.back().widths = run.columns.at(name);
    }
  }
  const std::vector<Tensor>& tensors() const { return tensors_; }

  template <class Flat>
  void load_parameters(Flat& flat) const {
    for (std::size_t t = 0; t < tensors_.size(); ++t) flat.fill(flat.theta(t), start_[t]);
  }
  // Row `row` of a series becomes the gradient.
  template <class Flat>
  void load(Flat& flat, const std::string& series, std::size_t row) const {
    for (std::size_t t = 0; t < tensors_.size(); ++t)
      flat.fill(flat.gradient(t), read(series + "/" + run_.tensors[t], run_.tensors[t], row));
  }
  // How far from where the fixture has them the parameters are after a step, relative to how far they went.
  template <class Flat>
  void compare(Flat& flat, std::size_t step, const std::string& arithmetic, double tolerance) const {
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      const std::string& name = run_.tensors[t];
      auto want = read(text(run_.name, '.', step, '/', name), name);
      std::vector<double> got(flat.theta(t), flat.theta(t) + want.size());
      for (std::size_t e = 0; e < want.size(); ++e) {
        want[e] -= start_[t][e];
        got[e] -= start_[t][e];
      }
      expect(text(run_.name, " on ", arithmetic, ": golden ", name, " after ", step), golden::error(got, want),
             tolerance);
    }
  }

 private:
  static bool contains(const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  }
  bool decays(const std::string& name) const {
    bool listed = false;
    for (const Json& decayed : manifest_.at("opt").at("runs").at(run_.name).at("decay").array())
      listed |= decayed.string() == name;
    return listed || run_.decay > 0 || contains(run_.others, name);
  }
  std::size_t shape(const std::string& name, std::size_t axis) const {
    return static_cast<std::size_t>(manifest_.at("opt").at("shapes").at(name).array()[axis].number());
  }
  // The numbers of the tensor `name` in row `row` of a series.
  std::vector<double> read(const std::string& series, const std::string& name, std::size_t row = 0) const {
    const auto all = golden::tensor(file_, series), one = golden::tensor(file_, "p0/" + name);
    const auto from = std::span(all).subspan(row * one.size(), one.size());
    std::vector<double> to(from.begin(), from.end());
    if (!run_.columns.count(name)) return to;
    const std::size_t rows = shape(name, 0), columns = shape(name, 1);
    for (std::size_t i = 0; i < to.size(); ++i) to[i % columns * rows + i / columns] = from[i];
    return to;
  }

  const Run& run_;
  Safetensors file_ = golden::open("opt");
  Json manifest_ = golden::json("manifest");
  std::vector<Tensor> tensors_;
  std::vector<std::vector<double>> start_;
};

// The run's parameters after some of its steps, against those of test/golden/opt.safetensors.
template <class O, class At>
void expect_golden(const Run& run, const typename O::Hyper& hyper, double tolerance,
                   const std::vector<typename O::Hyper>& of_others = {}) {
  const Fixture fixture(run);
  Flat<O, At> flat(hyper, fixture.tensors(), 2);
  for (const auto& other : of_others) flat.add_set(other);
  fixture.load_parameters(flat);

  for (std::size_t i = 0; i < 25; ++i) {
    if constexpr (ReadsHessian<O>) {
      if (run.refreshes == Run::kBefore && i % 5 == 0) {
        fixture.load(flat, "hest", i / 5);
        flat.refresh(O::refresh(hyper, {.tokens = 1}), false);
      }
    }
    fixture.load(flat, "g", i);
    std::vector<Step> steps(1 + of_others.size(), step_number(static_cast<std::int64_t>(i) + 1, run.tokens));
    if (!of_others.empty()) steps[1].learning_rate = run.rate_of_others;
    if (run.decay > 0) steps[0].weight_decay = run.decay;
    flat.step_sets(steps);
    if constexpr (ReadsHessian<O>) {
      if (run.refreshes == Run::kAfter && i % 5 == 4) {
        fixture.load(flat, "hgrad", i / 5);
        flat.refresh(O::refresh(hyper, {.tokens = run.tokens}), true);
      }
    }
    if (i == 0 || i == 4 || i == 24) fixture.compare(flat, i + 1, At::kName, tolerance);
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
