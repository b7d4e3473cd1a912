// Several rules attached to tensors, each to those of its own: Muon moves matrices, and AdamW the rest. Every rule is
// attached by itself, to tensors that lie by themselves; this is what they are together.
#pragma once
#include "attached.h"
#include "attached_matrices.h"
#include "rule_parts.h"

namespace sophia {

// Attaches an optimizer of one rule, its slots zero.
template <class On>
std::unique_ptr<Attached<typename On::Real>> attach_rule(On& on, const Attachment& to) {
  std::unique_ptr<Attached<typename On::Real>> attached;
  with_optimizer(to.sets.front().optimizer, [&]<class O>() {
    if constexpr (MovesMatrices<O>) attached = std::make_unique<AttachedMatrices<On, O>>(on, to);
    else attached = std::make_unique<AttachedTo<On, O>>(on, to);
  });
  return attached;
}

template <class On>
class AttachedRules : public Attached<typename On::Real> {
 public:
  using T = typename On::Real;
  using Kept = typename Attached<T>::Kept;

  // attach_one(on, part) attaches the tensors of one rule.
  template <class F>
  AttachedRules(On& on, const Attachment& to, F attach_one)
      : spans_(to.spans), thetas_(on, std::ssize(spans_)), gradients_(on, std::ssize(spans_)) {
    for (const auto& name : rule_names(to)) {
      const RulePart part = part_of(to, name);
      parts_.push_back({part.sets, attach_one(on, part.to), count_of(part.to.spans)});
    }
  }

  std::vector<Kept> state() override {
    std::vector<Kept> all;
    for (const auto& part : parts_)
      for (auto& kept : part.attached->state()) all.push_back(std::move(kept));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.tensor < b.tensor; });
    return all;
  }
  std::int64_t workspace() const override {
    std::int64_t bytes = 0;
    for (const auto& part : parts_) bytes += part.attached->workspace();
    return bytes;
  }

  void set(std::span<const Step> steps) override {
    std::vector<Step> own;
    for (const auto& part : parts_) {
      own.clear();
      for (const std::size_t s : part.sets) own.push_back(steps[s]);
      part.attached->set(own);
    }
  }
  std::int64_t course() const override {
    std::int64_t all = 0;
    for (const auto& part : parts_) all = kMostCourses * all + part.attached->course();
    return all;
  }
  void step(const Target<T>& at, const Clipping& clipping) override {
    const Target<T> apart = at.thetas || spans_.empty() ? at : scattered(at);
    for (const auto& part : parts_) part.attached->step(apart, clipping);
  }
  StepTotals totals() override {
    double count = 0, unclipped = 0, parameters = 0, momentum = 0;
    for (const auto& part : parts_) {
      const StepTotals of = part.attached->totals();
      count += part.count;
      unclipped += part.count * of.unclipped;
      parameters += of.parameter_norm * of.parameter_norm;
      momentum += of.momentum_norm * of.momentum_norm;
    }
    return {.unclipped = unclipped / std::max(count, 1.0),
            .parameter_norm = std::sqrt(parameters),
            .momentum_norm = std::sqrt(momentum)};
  }
  HessianTotals update_hessian(const Target<T>&, std::span<const Step>, Estimator) override {
    fail(Code::kInvalidArgument, "Expected no curvature refresh: an optimizer of several rules keeps no Hessian");
  }

 private:
  static constexpr std::int64_t kMostCourses = 16;
  struct Part {
    std::vector<std::size_t> sets;
    std::unique_ptr<Attached<T>> attached;
    double count;
  };

  static double count_of(const std::vector<Span>& spans) {
    double count = 0;
    for (const auto& span : spans) count += static_cast<double>(span.count);
    return count;
  }

  // Tensors of two arenas, as if each lay by itself.
  Target<T> scattered(const Target<T>& at) {
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      thetas_.host()[i] = at.theta + spans_[i].offset;
      gradients_.host()[i] = at.gradient + spans_[i].offset;
    }
    thetas_.upload();
    gradients_.upload();
    return {.theta = {},
            .gradient = {},
            .thetas = thetas_.device(),
            .gradients = gradients_.device(),
            .aligned = at.aligned && is_aligned(at.theta.value) && is_aligned(at.gradient.value)};
  }
  static bool is_aligned(const T* arena) { return reinterpret_cast<std::uintptr_t>(arena) % 16 == 0; }

  std::vector<Span> spans_;
  Mirror<On, View<T>> thetas_, gradients_;
  std::vector<Part> parts_;
};

// The same of any number of rules.
template <class On>
std::unique_ptr<Attached<typename On::Real>> attach_rules(On& on, const Attachment& to) {
  const auto names = rule_names(to);
  const bool one = std::all_of(to.sets.begin(), to.sets.end(), [&](const Rule& s) { return s.optimizer == names[0]; });
  if (one && !moves_matrices(names[0])) return attach_rule(on, to);
  return std::make_unique<AttachedRules<On>>(on, to, attach_rule<On>);
}

}  // namespace sophia
