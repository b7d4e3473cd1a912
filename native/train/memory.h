// The memory of a model on one backend: its parameters, gradient, activations and what curvature needs, each allocated
// when it is first wanted.
#pragma once
#include "../model/binding.h"
#include "inbox.h"
#include "run.h"

namespace sophia {

template <class On>
class ModelMemory {
 public:
  using T = typename On::Real;

  ModelMemory(On& on, const Config& config, const Parameters& parameters, const Offsets& offsets, Keep keep)
      : on_(&on),
        config_(config),
        offsets_(offsets),
        size_(parameters.size),
        keep_(keep),
        parameters_(on, parameters.size) {}

  // Changes whenever memory that was handed out before moves.
  std::int64_t layout() const { return layout_; }

  View<T> parameters() const { return parameters_.template view<T>(0); }
  View<T> gradient() { return made(gradient_); }
  View<T> direction() {
    parameters_.make_twin();
    return tangent(parameters_.template view<Dual<T>>(0));
  }
  View<T> product() { return made(product_); }
  void release_curvature() {
    parameters_.drop_twin();
    activations_.drop_twin();
    product_ = {};
  }

  // The model on a batch. Without gradients only its forward pass may run; at Dual there must be a direction.
  template <class S>
  Gpt2<S> bind(const Passage<T>& passage, View<S> gradients) {
    const Batch& batch = passage.batch;
    require(batch.time > 0 && batch.time <= config_.context, "Expected sequences of 1 to ", config_.context,
            " tokens (the model's context), got ", batch.time);
    constexpr bool kTangents = !std::is_same_v<S, T>;
    plan(batch, kTangents || gradients ? keep_ : Keep::kNothing);
    if constexpr (kTangents) activations_.make_twin();
    const auto model = Binding<S>{.config = config_,
                                  .plan = plan_,
                                  .offsets = offsets_,
                                  .parameters = parameters_.template view<S>(0),
                                  .gradients = gradients,
                                  .activations = activations_.template view<S>(0),
                                  .batch = batch,
                                  .pass = passage.pass,
                                  .dropout = passage.dropout}
                           .bind();
    on_->copy(primal(model.head.dlosses).value, passage.weights, batch.rows());
    return model;
  }

  Memory bytes() const {
    const auto one = [](const Arena<On, T>& arena) { return arena.size() * static_cast<std::int64_t>(sizeof(T)); };
    return {.parameters = one(parameters_),
            .gradient = gradient_.bytes(),
            .activations = one(activations_),
            .curvature =
                parameters_.bytes() - one(parameters_) + activations_.bytes() - one(activations_) + product_.bytes()};
  }

 private:
  View<T> made(Arena<On, T>& arena) {
    if (!arena.data()) arena = Arena<On, T>(*on_, size_);
    return arena.template view<T>(0);
  }

  // Room for a batch, where there is not enough.
  void plan(const Batch& batch, Keep keep) {
    if (activations_.data() && plan_.rows >= batch.rows() && plan_.keep >= keep) return;
    ++layout_;
    plan_ = make_plan(config_, batch.batch, batch.time, std::max(keep, plan_.keep));
    activations_ = {};  // before its successor is allocated
    activations_ = Arena<On, T>(*on_, plan_.size);
  }

  On* on_;
  const Config& config_;
  const Offsets& offsets_;
  std::int64_t size_;
  Keep keep_;
  Arena<On, T> parameters_, gradient_, activations_;  // the twins: the direction, none, tangents
  Arena<On, T> product_;
  Plan plan_{};
  std::int64_t layout_ = 0;
};

}  // namespace sophia
