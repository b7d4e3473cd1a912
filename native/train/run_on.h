// RunOn<On>: a run on one backend. The model's arenas, the passes over it, and the optimizer attached to it.
#pragma once
#include <chrono>
#include <utility>
#include "../model/initialize.h"
#include "../model/binding.h"
#include "attached.h"
#include "run.h"

namespace sophia {

template <class On>
class RunOn : public Run {
 public:
  using T = typename On::Real;

  RunOn(const Config& config, const Placement& placement)
      : Run(config),
        on_(placement.threads),
        keep_(placement.recompute ? Keep::kInputs : Keep::kEverything),
        parameter_arena_(on_, parameters_.size) {
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
      fill(on_, NormalFill<T>{.to = parameter_view() + p.offset,
                              .count = p.count,
                              .mean = static_cast<T>(p.constant),
                              .deviation = static_cast<T>(p.deviation),
                              .draw = {seed, 0, Purpose::kInitialize, 0, site++}});
    }
  }

  Loss evaluate(const Batch& batch) override {
    const auto model = bind<T>(batch, {}, {});
    forward(on_, model);
    forward(on_, model.head);
    return sum(model.head);
  }

  void next_logits(const std::int32_t* tokens, std::int64_t count, float* out) override {
    const auto model = bind<T>(Batch{.batch = 1, .time = count, .tokens = tokens}, {}, {});
    forward(on_, model);
    head::logits(on_, model.head, count - 1, 1);
    std::copy_n(model.head.logits.value, config_.vocabulary, out);
  }

  void attach(const OptimizerChoice& choice) override {
    attached_ = sophia::attach(on_, choice, parameters_, parameter_view(), gradient_view());
  }

  void zero_gradient() override { on_.zero(gradient().data(), parameters_.size); }

  Loss accumulate(const Batch& batch, const Randomness& random, double weight, Labels labels) override {
    auto model = bind<T>(batch, random, gradient_view());
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

  Norm gradient_norm() override { return norm(dot(gradient_view(), gradient_view())); }
  StepTotals step(const Step& step) override {
    return timed(phases_.step, [&] { return attached().step(step); });
  }
  HessianTotals update_hessian(const Step& step, Estimator estimator) override {
    return attached().update_hessian(step, estimator);
  }

  T* direction_memory() override { return direction_view().value; }
  T* product_memory() override { return product_view().value; }
  void release_curvature() override {
    parameter_arena_.drop_twin();
    activations_.drop_twin();
    product_arena_ = {};
  }
  void zero_product() override { on_.zero(product_memory(), parameters_.size); }

  void draw_direction(const Randomness& random, const ProbeChoice& probe) override {
    const View<T> direction = direction_view();
    Draw stream{random.seed, random.step, Purpose::kProbe, random.micro * probe.of + probe.number, 0};
    for (const auto& p : parameters_.table) {
      draw(
          on_,
          Probe<T>{
              .direction = direction + p.offset, .count = p.count, .distribution = probe.distribution, .draw = stream});
      ++stream.site;
    }
  }

  Loss multiply(const Batch& batch, const Randomness& random, double weight, Curvature curvature) override {
    direction_view();
    const auto model = bind<Dual<T>>(batch, random, {nullptr, product_memory()});
    weigh(model.head, weight, false);
    forward(on_, model);
    if (curvature == Curvature::kHessian) {
      forward_backward(on_, model.head);
      backward(on_, model);
    } else {
      const auto plain = bind<T>(batch, random, product_view());
      forward_backward_gauss_newton(on_, model.head, plain.head);
      backward(on_, plain);
    }
    return sum(model.head);
  }

  double quadratic() override { return dot(direction_view(), product_view()); }

  Loss estimate_diagonal(const Batch& batch, const Randomness& random, double weight,
                         const ProbeChoice& probe) override {
    draw_direction(random, probe);
    zero_product();
    const Loss loss = multiply(batch, random, weight, Curvature::kHessian);
    add_estimate(on_, DiagonalEstimate<T>{.direction = direction_view(),
                                          .product = product_view(),
                                          .estimate = gradient_view(),
                                          .count = parameters_.size});
    return loss;
  }

  Phases take_phases() override { return std::exchange(phases_, {}); }

  Memory memory() override {
    Memory all{.parameters = parameters_.size * kBytes,
               .gradient = gradient_arena_.bytes(),
               .activations = activations_.size() * kBytes};
    if (attached_) all.optimizer = static_cast<std::int64_t>(attached_->slots().size()) * parameters_.size * kBytes;
    all.curvature =
        parameter_arena_.bytes() - all.parameters + activations_.bytes() - all.activations + product_arena_.bytes();
    return all;
  }

 private:
  static constexpr auto kBytes = static_cast<std::int64_t>(sizeof(T));

  // The model on a batch. Without gradients only its forward pass may run.
  template <class S>
  Gpt2<S> bind(const Batch& batch, const Randomness& random, View<S> gradients) {
    require(batch.time > 0 && batch.time <= config_.context, "Expected sequences of 1 to ", config_.context,
            " tokens (the model's context), got ", batch.time);
    constexpr bool kTangents = !std::is_same_v<S, T>;
    plan(batch, kTangents || gradients ? keep_ : Keep::kNothing);
    if constexpr (kTangents) activations_.make_twin();
    return Binding<S>{
        config_, plan_, offsets_, parameter_arena_.template view<S>(0), gradients, activations_.template view<S>(0),
        batch,   random}
        .bind();
  }

  // Room for a batch, where there is not enough.
  void plan(const Batch& batch, Keep keep) {
    if (activations_.data() && plan_.rows >= batch.rows() && plan_.keep >= keep) return;
    plan_ = make_plan(config_, batch.batch, batch.time, std::max(keep, plan_.keep));
    activations_ = {};  // before its successor is allocated
    activations_ = Arena<On, T>(on_, plan_.size);
  }

  View<T> parameter_view() const { return parameter_arena_.template view<T>(0); }
  View<T> gradient_view() { return gradient().template view<T>(0); }
  View<T> direction_view() {
    parameter_arena_.make_twin();
    return tangent(parameter_arena_.template view<Dual<T>>(0));
  }
  View<T> product_view() {
    if (!product_arena_.data()) product_arena_ = Arena<On, T>(on_, parameters_.size);
    return product_arena_.template view<T>(0);
  }

  double dot(View<T> x, View<T> y) {
    dot_sums_.resize(static_cast<std::size_t>(dot_blocks(parameters_.size)));
    double sum = 0;
    sophia::dot(on_, Dot<T>{.x = x, .y = y, .count = parameters_.size, .partial = dot_sums_.data(), .result = &sum});
    return sum;
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

  // Every counted row weighs the same: `weight` over their number.
  template <class S>
  static void weigh(const Head<S>& head, double weight, bool everywhere) {
    std::int64_t counted = head.rows;
    if (!everywhere) counted = std::count_if(head.targets, head.targets + head.rows, [](auto t) { return t >= 0; });
    const S each(static_cast<T>(counted ? weight / static_cast<double>(counted) : 0));
    for (std::int64_t r = 0; r < head.rows; ++r) head.dlosses.store(r, each);
  }
  template <class S>
  static Loss sum(const Head<S>& head, bool everywhere = false) {
    return total(head.losses, everywhere ? nullptr : head.targets, head.rows);
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
  Keep keep_;
  Arena<On, T> parameter_arena_, gradient_arena_, activations_;  // the twins: the direction, none, tangents
  Arena<On, T> product_arena_;
  Arena<On, std::int32_t> labels_;
  Plan plan_{};
  std::unique_ptr<Attached<T>> attached_;
  std::vector<double> dot_sums_;
  Phases phases_;
};

}  // namespace sophia
