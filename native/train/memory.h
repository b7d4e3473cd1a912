// The memory of a model on one backend: its parameters, gradient, activations and what curvature needs, each allocated
// when it is first wanted. A pass in bf16 has activations of its own, and reads a copy of the parameters.
#pragma once
#include "../linalg/cast.h"
#include "../model/binding.h"
#include "gradient.h"
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
        parameters_(on, parameters.size),
        gradient_(on, parameters),
        product_(on, parameters) {}

  // Changes whenever memory that was handed out before moves.
  std::int64_t layout() const { return layout_; }

  // How many passes the activations have been bound for.
  std::int64_t passes() const { return passes_; }

  View<T> parameters() const { return parameters_.template view<T>(0); }
  Gradient<On>& gradient() { return gradient_; }
  View<T> direction() {
    parameters_.make_twin();
    return tangent(parameters_.template view<Dual<T>>(0));
  }
  Gradient<On>& product() { return product_; }
  void release_curvature() {
    parameters_.drop_twin();
    space_.activations.drop_twin();
    if (for_products_alone()) space_ = {};
    product_.release();
    on_->give_back();
  }

  // The model on a batch. Without gradients only its forward pass may run; at Dual there must be a direction, and at
  // Bf16 the copy must be fresh.
  template <class S>
  Gpt2<S> bind(const Passage<T>& passage, View<Acc<S>> gradients, bool add = true) {
    const Batch& batch = passage.batch;
    check(batch);
    ++passes_;
    constexpr bool kTangents = kIsDual<S>;
    Workspace& space = std::is_same_v<S, Bf16> ? lowered_space_ : space_;
    plan<S>(space, batch, kTangents || gradients ? keep_ : Keep::kNothing);
    if constexpr (kTangents) space.activations.make_twin();
    const auto model = binding<S>(space, passage, gradients, add).bind();
    on_->copy(primal(model.head.dlosses).value, passage.weights, batch.rows());
    return model;
  }

  // The model on one sequence, for its forward pass alone; what it leaves of keys and values stays until the next.
  template <class S>
  Gpt2<S> bind_decoder(const Passage<T>& passage) {
    check(passage.batch);
    plan<S>(decoding_space_, {.batch = 1, .time = config_.context}, Keep::kKeys);
    return binding<S>(decoding_space_, passage, {}, true).bind();
  }

  // Makes the copy of the parameters that passes in bf16 read.
  void lower() {
    if (!lowered_.data()) {
      lowered_ = Arena<On, Bf16>(*on_, size_);
      ++layout_;
    }
    to_bf16(*on_, size_, parameters(), View<Bf16>{lowered_.data()});
  }

  Memory bytes() const {
    const auto values = [](const Arena<On, T>& arena) { return arena.size() * static_cast<std::int64_t>(sizeof(T)); };
    const auto twin = [&](const Arena<On, T>& arena) { return arena.bytes() - values(arena); };
    const auto in_float = values(space_.activations);
    return {.parameters = values(parameters_) + lowered_.bytes(),
            .gradient = gradient_.bytes(),
            .activations = values(lowered_space_.activations) + values(decoding_space_.activations) +
                           (for_products_alone() ? 0 : in_float),
            .curvature = twin(parameters_) + twin(space_.activations) + product_.bytes() +
                         (for_products_alone() ? in_float : 0)};
  }

 private:
  // Whether the activations in float are: those of all other passes are in bf16 then.
  bool for_products_alone() const { return lowered_.data() != nullptr; }

  struct Workspace {
    Plan plan{};
    Arena<On, T> activations;
  };

  // Room for a batch, where there is not enough.
  template <class S>
  void plan(Workspace& space, const Batch& batch, Keep keep) {
    auto& [plan, activations] = space;
    if (activations.data() && plan.rows >= batch.rows() && plan.keep >= keep) return;
    ++layout_;
    plan = make_plan<S>(config_, batch.batch, batch.time, std::max(keep, plan.keep));
    activations = {};  // before its successor is allocated
    activations = Arena<On, T>(*on_, plan.size);
  }

  void check(const Batch& batch) const {
    require(batch.time > 0 && batch.time <= config_.context, "Expected sequences of 1 to ", config_.context,
            " tokens (the model's context), got ", batch.time);
  }

  template <class S>
  Binding<S> binding(const Workspace& space, const Passage<T>& passage, View<Acc<S>> gradients, bool add) const {
    return {.config = config_,
            .plan = space.plan,
            .offsets = offsets_,
            .parameters = parameters_at<S>(),
            .gradients = gradients,
            .activations = space.activations.template view<Acc<S>>(0),
            .add = add,
            .batch = passage.batch,
            .pass = passage.pass,
            .dropout = passage.dropout};
  }

  template <class S>
  View<Par<S>> parameters_at() const {
    if constexpr (std::is_same_v<S, Bf16>) return {lowered_.data()};
    else return parameters_.template view<S>(0);
  }

  On* on_;
  const Config& config_;
  const Offsets& offsets_;
  std::int64_t size_;
  Keep keep_;
  Arena<On, T> parameters_;  // its twin: the direction
  Gradient<On> gradient_, product_;
  Arena<On, Bf16> lowered_;
  Workspace space_, lowered_space_;  // the twin of the first's activations: their tangents
  Workspace decoding_space_;
  std::int64_t layout_ = 0, passes_ = 0;
};

}  // namespace sophia
