// RunOn<On>: a run on one backend. The model's arenas, the passes over it, and the optimizer attached to it.
#pragma once
#include <chrono>
#include <utility>
#include "../model/initialize.h"
#include "../model/plan.h"
#include "attached.h"
#include "run.h"

namespace sophia {

template <class On>
class RunOn : public Run {
 public:
  using T = typename On::Real;

  RunOn(const Config& config, int threads) : Run(config), on_(threads), parameter_arena_(on_, parameters_.size) {
    on_.cancel_when(&cancelled);
  }

  int threads() const override { return on_.threads(); }
  const char* isa() const override { return On::kName; }
  T* parameter_memory() override { return parameter_arena_.data(); }
  T* gradient_memory() override { return gradient().data(); }
  std::vector<std::pair<std::string, T*>> slot_memory() override { return attached().slots(); }

  void initialize(std::uint64_t seed) override {
    std::uint32_t site = 0;
    for (const auto& p : parameters_.table) {
      fill_normal(on_, parameter_arena_.template view<T>(p.offset), p.count, static_cast<T>(p.constant),
                  static_cast<T>(p.deviation), Draw{seed, 0, Purpose::kInitialize, 0, site++});
    }
  }

  Loss evaluate(const Batch& batch) override {
    const auto model = bind(batch, {}, false);
    forward(on_, model);
    forward(on_, model.head);
    return sum(model.head);
  }

  void next_logits(const std::int32_t* tokens, std::int64_t count, float* out) override {
    const auto model = bind({.batch = 1, .time = count, .tokens = tokens}, {}, false);
    forward(on_, model);
    head::logits(on_, model.head, count - 1, 1);
    std::copy_n(model.head.logits.value, config_.vocabulary, out);
  }

  void attach(const OptimizerChoice& choice) override {
    attached_ =
        sophia::attach(on_, choice, parameters_, parameter_arena_.template view<T>(0), gradient().template view<T>(0));
  }

  void zero_gradient() override { on_.zero(gradient().data(), parameters_.size); }

  Loss accumulate(const Batch& batch, const Randomness& random, double weight, Labels labels) override {
    gradient();
    auto model = bind(batch, random, true);
    model.head.labels = label_room(model.head.chunk);
    weigh(model.head, weight, labels == Labels::kSampledEverywhere);
    timed(phases_.forward, [&] { forward(on_, model); });
    timed(phases_.backward, [&] {
      if (labels == Labels::kTargets) forward_backward(on_, model.head);
      else
        forward_backward_sampled(on_, model.head, {random.seed, random.step, Purpose::kLabels, random.micro},
                                 labels == Labels::kSampledEverywhere);
      backward(on_, model);
    });
    return sum(model.head, labels == Labels::kSampledEverywhere);
  }

  Norm gradient_norm() override {
    partial_norms_.resize(static_cast<std::size_t>(norm_blocks(parameters_.size)));
    Norm norm;
    global_norm(on_, GlobalNorm<T>{.x = gradient().template view<T>(0),
                                   .count = parameters_.size,
                                   .partial = partial_norms_.data(),
                                   .result = &norm});
    return norm;
  }
  StepTotals step(const Step& step) override {
    return timed(phases_.step, [&] { return attached().step(step); });
  }
  HessianTotals update_hessian(const Step& step) override { return attached().update_hessian(step); }

  Phases take_phases() override { return std::exchange(phases_, {}); }

 private:
  Gpt2<T> bind(const Batch& batch, const Randomness& random, bool gradients) {
    require(batch.time > 0 && batch.time <= config_.context, "Expected sequences of 1 to ", config_.context,
            " tokens (the model's context), got ", batch.time);
    if (!planned_ || plan_.rows < batch.rows() || (gradients && !planned_gradients_)) {
      plan_ = make_plan(config_, batch.batch, batch.time, gradients || planned_gradients_);
      activations_ = {};  // before its successor is allocated
      activations_ = Arena<On, T>(on_, plan_.size);
      planned_ = true;
      planned_gradients_ |= gradients;
    }
    return Binding<T>{config_,
                      plan_,
                      offsets_,
                      parameter_arena_.template view<T>(0),
                      gradient_arena_.template view<T>(0),
                      activations_.template view<T>(0),
                      batch,
                      random}
        .bind();
  }

  Arena<On, T>& gradient() {
    if (!gradient_arena_.data()) gradient_arena_ = Arena<On, T>(on_, parameters_.size);
    return gradient_arena_;
  }
  Attached<T>& attached() {
    require(attached_ != nullptr, "Expected an optimizer to be attached first");
    return *attached_;
  }
  std::int32_t* label_room(std::int64_t count) {
    if (labels_.size() < count) labels_ = Arena<On, std::int32_t>(on_, count);
    return labels_.data();
  }

  static std::int64_t count(const Head<T>& head, bool everywhere) {
    std::int64_t counted = 0;
    for (std::int64_t r = 0; r < head.rows; ++r) counted += everywhere || head.targets[r] >= 0;
    return counted;
  }
  // Every counted row weighs the same: `weight` over their number.
  void weigh(const Head<T>& head, double weight, bool everywhere) {
    const auto counted = count(head, everywhere);
    std::fill_n(head.dlosses.value, head.rows, static_cast<T>(counted ? weight / static_cast<double>(counted) : 0));
  }
  static Loss sum(const Head<T>& head, bool everywhere = false) {
    const LossTotal all = total(head.losses, everywhere ? nullptr : head.targets, head.rows);
    return {all.nats, all.counted};
  }

  template <class F>
  auto timed(double& total, F f) {
    struct Clock {
      double& total;
      std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
      ~Clock() { total += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count(); }
    } clock{total};
    return f();
  }

  On on_;
  Arena<On, T> parameter_arena_, gradient_arena_, activations_;
  Arena<On, std::int32_t> labels_;
  Plan plan_{};
  bool planned_ = false, planned_gradients_ = false;
  std::unique_ptr<Attached<T>> attached_;
  std::vector<double> partial_norms_;
  Phases phases_;
};

}  // namespace sophia
