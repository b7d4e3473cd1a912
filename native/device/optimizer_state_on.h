// OptimizerState on a backend: the tables of where tensors lie, the norm of scattered gradients, and the passes.
#pragma once
#include <algorithm>
#include <limits>
#include "../core/mirror.h"
#include "../curvature/ratios.h"
#include "../linalg/squares.h"
#include "../optimizers/clip.h"
#include "attach.h"
#include "widened.h"

namespace sophia {

inline Attachment attachment(const OptimizerPlan& plan) {
  require(!plan.sets.empty(), "Expected at least one set of hyperparameters, got none");
  Attachment to{.sets = {}, .spans = {}, .divisions = {}, .size = 0};
  for (const auto& set : plan.sets)
    to.sets.push_back({set.optimizer.empty() ? plan.optimizer : set.optimizer, set.hyper});
  Layout layout;
  for (const auto& tensor : plan.tensors) {
    require(tensor.count >= 0, "Expected a tensor of 0 or more numbers, got ", tensor.count);
    require(tensor.set >= 0 && tensor.set < static_cast<int>(plan.sets.size()), "Expected a set from 0 to ",
            plan.sets.size(), ", got ", tensor.set);
    to.spans.push_back({.offset = layout.take(tensor.count),
                        .count = tensor.count,
                        .decay = true,
                        .set = tensor.set,
                        .site = tensor.site});
    to.divisions.push_back(tensor.division);
  }
  to.size = layout.size();
  return to;
}

template <class On>
class OptimizerStateOn final : public OptimizerState {
 public:
  using T = typename On::Real;

  OptimizerStateOn(std::shared_ptr<Device> device, On& on, const OptimizerPlan& plan)
      : OptimizerState(plan),
        device_(std::move(device)),
        on_(on),
        attachment_(attachment(plan)),
        state_(state_sizes(attachment_)),
        claim_(device_, bytes() + workspace_bytes(attachment_)),
        attached_(attach(on, attachment_)),
        pieces_(on, cut(attachment_.spans)),
        thetas_(on, count()),
        gradients_(on, count()),
        squares_(on, count() + 2),  // behind the last total stands a zero, the sum over no losses
        partial_(on, pieces_.table().piece_count) {}

  const std::vector<StateSize>& state() const override { return state_; }
  std::int64_t bytes() const override {
    std::int64_t numbers = 0;
    for (const auto& size : state_) numbers += size.count;
    return numbers * static_cast<std::int64_t>(sizeof(T));
  }
  std::int64_t workspace() const override { return attached_->workspace(); }

  void place(std::vector<Tensor> tensors) override {
    expect_apart(tensors);
    expect_all(tensors, "parameters", {Dtype::kF32});
    tensors_ = std::move(tensors);
    for (std::size_t i = 0; i < tensors_.size(); ++i) thetas_.host()[i] = {tensors_[i].template as<T>()};
    upload(thetas_);
  }
  // Of floats, or of Bf16.
  void place_gradients(std::vector<Tensor> tensors) override {
    expect_all(tensors, "gradients", {Dtype::kF32, Dtype::kBf16});
    if (!widened_ || !widened_->fits(tensors)) widened_ = std::make_unique<Widened<On>>(device_, on_, tensors);
    gradient_tensors_ = std::move(tensors);
    for (std::size_t i = 0; i < gradient_tensors_.size(); ++i)
      gradients_.host()[i] = widened_->at(i, gradient_tensors_[i]);
    upload(gradients_);
  }

  StepResult step(const StepRequest& request) override {
    const auto steps = steps_for(request);
    attached_->set(steps);
    read_gradients();
    const bool measured = request.checked || request.clip > 0;
    if (measured) sum_of_squares();
    attached_->step(target(), {.sums = measured ? sums() : nullptr, .limit = request.clip, .scale = request.scale});
    on_.synchronize();
    StepResult result;
    if (measured) measure(request, result);
    if (!result.finite) return result;
    result.totals = attached_->totals();
    ++counters.steps;
    return result;
  }

  RefreshResult update_hessian(const RefreshRequest& request) override {
    read_gradients();
    sum_of_squares();
    on_.synchronize();
    const Norm found = norm(squares_.host()[count()][SquareOf::kNumbers]);
    const double size = found.value * request.scale, coefficient = clip_coefficient(size, request.clip);
    const bool finite = found.finite && stays_finite<T>(request.scale * coefficient, found.value);
    RefreshResult result{.finite = finite && fits(size * coefficient, request), .gradient_norm = size, .totals = {}};
    if (!result.finite) return result;
    counters.tokens = request.tokens;
    auto steps = steps_for({.scale = request.scale * coefficient});
    const auto estimator = request.squared ? Estimator::kGaussNewtonBartlett : Estimator::kHutchinson;
    result.totals = attached_->update_hessian(target(), steps, estimator);
    // Before the first step there is no momentum, whose win rate would say something.
    if (plan_.win_rate > 0 && counters.steps > 0)
      counters.scale *= ratios::factor(result.totals.ratios, plan_.win_rate);
    return result;
  }

  void read(std::size_t entry, float* to) override {
    each_part(kept(entry),
              [&](T* part, std::int64_t begin, std::int64_t count) { on_.download(to + begin, part, count); });
  }
  void write(std::size_t entry, const float* from) override {
    each_part(kept(entry),
              [&](T* part, std::int64_t begin, std::int64_t count) { on_.upload(part, from + begin, count); });
  }

 private:
  std::int64_t count() const { return static_cast<std::int64_t>(plan_.tensors.size()); }
  const double* sums() const { return squares_.device()[count()].sum; }
  KeptState<T> kept(std::size_t entry) const {
    require(entry < state_.size(), "Expected an entry of the state from 0 to ", state_.size() - 1, ", got ", entry);
    return attached_->state()[entry];
  }

  // What clip.h found on the device, once more for the caller.
  void measure(const StepRequest& request, StepResult& result) const {
    const Norm found = norm(squares_.host()[count()][SquareOf::kNumbers]);
    const double size = found.value * request.scale, coefficient = clip_coefficient(size, request.clip);
    result.finite = found.finite && stays_finite<T>(request.scale * coefficient, found.value);
    result.gradient_norm = size;
    if (result.finite) result.coefficient = coefficient;
  }

  // Whether no number of an estimate of that norm is too large for a float. An infinite h would hold its coordinate
  // still for ever.
  static bool fits(double size, const RefreshRequest& request) {
    const double largest = request.squared ? size * size * std::max(request.tokens, 1.0) : size;
    return largest <= std::numeric_limits<float>::max();
  }

  void expect_all(const std::vector<Tensor>& tensors, const char* name, std::initializer_list<Dtype> dtypes) const {
    require(std::ssize(tensors) == count(), "Expected ", count(), " ", name, ", got ", tensors.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const bool one_of = std::find(dtypes.begin(), dtypes.end(), tensors[i].dtype) != dtypes.end();
      expect_tensor(*device_, name, tensors[i], one_of ? tensors[i].dtype : *dtypes.begin(), plan_.tensors[i].count);
    }
  }
  void upload(Mirror<On, View<T>>& table) {
    table.upload();
    on_.synchronize();
  }
  void read_gradients() {
    if (widened_) widened_->update(gradient_tensors_);
  }

  // Numbers that two tensors share would be moved twice.
  static void expect_apart(const std::vector<Tensor>& tensors) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < tensors.size(); ++i)
      if (tensors[i] && tensors[i].count > 0) order.push_back(i);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return tensors[a].data() < tensors[b].data(); });
    for (std::size_t i = 1; i < order.size(); ++i) {
      const Tensor& one = tensors[order[i - 1]];
      require(one.data() + one.bytes() <= tensors[order[i]].data(),
              "Expected tensors that share no memory, but the parameters ", order[i - 1], " and ", order[i], " do");
    }
  }

  // Whether every one begins at a multiple of 128 bits.
  bool aligned(Mirror<On, View<T>>& table) const {
    constexpr std::uintptr_t kBytes = 16;
    return std::all_of(table.host(), table.host() + count(),
                       [](View<T> x) { return reinterpret_cast<std::uintptr_t>(x.value) % kBytes == 0; });
  }
  Target<T> target() {
    require(!tensors_.empty() || count() == 0, "Expected the parameters to be placed first");
    require(!gradient_tensors_.empty() || count() == 0, "Expected gradients to be placed first");
    return {.theta = {},
            .gradient = {},
            .thetas = thetas_.device(),
            .gradients = gradients_.device(),
            .aligned = aligned(thetas_) && aligned(gradients_)};
  }

  std::vector<Step> steps_for(const StepRequest& request) const {
    std::vector<Step> steps;
    for (const auto& set : plan_.sets)
      steps.push_back({.number = counters.steps + 1,
                       .learning_rate = set.learning_rate * request.factor,
                       .weight_decay = set.weight_decay,
                       .clip = request.scale,
                       .tokens = counters.tokens,
                       .scale = counters.scale});
    return steps;
  }

  void sum_of_squares() {
    const Target<T> at = target();
    sum_squares(on_, Squares<T>{.tensors = at.gradients,
                                .table = pieces_.table(),
                                .totals = squares_.device(),
                                .partial = partial_.data(),
                                .aligned = at.aligned});
    squares_.download();
  }

  std::shared_ptr<Device> device_;
  On& on_;
  Attachment attachment_;
  std::vector<StateSize> state_;
  Device::Claim claim_;
  std::unique_ptr<Attached<T>> attached_;
  PiecesOn<On> pieces_;
  Mirror<On, View<T>> thetas_, gradients_;
  Mirror<On, SquareSum> squares_;
  Arena<On, SquareSum> partial_;
  std::vector<Tensor> tensors_, gradient_tensors_;
  std::unique_ptr<Widened<On>> widened_;
};

}  // namespace sophia
