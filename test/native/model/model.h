// A GPT-2 of the golden fixtures, bound to memory of its own, at any scalar on any CPU.
#pragma once
#include <algorithm>
#include <random>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../../../native/model/binding.h"
#include "../golden.h"

namespace fixture {

using namespace sophia;

inline Config config(const std::string& name) {
  const Json manifest = golden::json("manifest");
  const Json& json = manifest.at("models").at(name).at("config");
  const auto number = [&](const char* field) { return static_cast<int>(json.at(field).integer()); };
  const auto flag = [&](const char* field, bool otherwise) {
    return json.find(field) ? json.at(field).boolean() : otherwise;
  };
  return {.layers = number("n_layer"),
          .heads = number("n_head"),
          .width = number("n_embd"),
          .context = number("n_ctx"),
          .vocabulary = number("vocab_size"),
          .bias = flag("bias", true),
          .scale_by_layer = flag("scale_attn_by_inverse_layer_idx", false)};
}

template <class S>
using Vector = std::vector<Number<S>>;

// The parameters of `file`, under a prefix, laid out as the arena is.
template <class T>
std::vector<T> read(const Parameters& parameters, const Safetensors& file, const std::string& prefix = "") {
  std::vector<T> all(static_cast<std::size_t>(parameters.size));
  for (const auto& p : parameters.table) {
    const auto values = golden::tensor(file, prefix + p.name);
    std::copy(values.begin(), values.end(), all.begin() + p.offset);
  }
  return all;
}

// One tensor of an arena, without the slice whose gradient is identically zero (the bias of the keys).
template <class T>
std::vector<double> slice(const Parameter& p, const T* arena) {
  std::vector<double> values(arena + p.offset, arena + p.offset + p.count);
  if (p.name.ends_with("attn.c_attn.bias"))
    values.erase(values.begin() + p.count / 3, values.begin() + 2 * p.count / 3);
  return values;
}

template <class On, class S>
class Model {
 public:
  using T = Number<S>;

  // With the weights of the fixture.
  Model(On& on, const std::string& name, Keep keep = Keep::kEverything) : Model(on, config(name), keep) {
    const auto values = read<T>(parameters_, golden::open(name + ".weights"));
    std::copy(values.begin(), values.end(), weights_.data());
  }
  // With random weights, large enough that every layer bends.
  Model(On& on, const Config& config, Keep keep = Keep::kEverything)
      : on_(on),
        keep_(keep),
        config_(config),
        parameters_(list_parameters(config_, &offsets_)),
        weights_(on, parameters_.size),
        gradient_(on, parameters_.size) {
    if constexpr (kDual) {
      weights_.make_twin();
      gradient_.make_twin();
    }
    fill(weights_.data(), 3, 0.3);
  }

  // Normal numbers times `size` where there are parameters, zeros in the gaps.
  void fill(T* arena, unsigned seed, double size) const {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    for (const auto& p : parameters_.table)
      for (std::int64_t i = 0; i < p.count; ++i) arena[p.offset + i] = static_cast<float>(size * normal(random));
  }

  const Parameters& parameters() const { return parameters_; }
  T* weights() { return weights_.data(); }
  T* gradient() { return gradient_.data(); }
  T* direction() { return weights_.template view<Dual<T>>(0).tangent; }
  T* product() { return gradient_.template view<Dual<T>>(0).tangent; }  // H·direction, after gradient_of

  // A pass over Dual then makes the product alone.
  void want_no_gradient() { values_ = false; }
  void want(const Randomness& random) { random_ = random; }

  // Binds one batch. Memory is made anew, full of NaN where the model must write with =.
  Gpt2<S> bind(const Batch& batch) {
    plan_ = make_plan<S>(config_, batch.batch, batch.time, keep_);
    activations_ = Arena<On, T>(on_, plan_.size);
    if constexpr (kDual) activations_.make_twin();
    std::fill_n(activations_.data(), plan_.size, static_cast<T>(NAN));
    auto gradients = gradient_.template view<S>(0);
    if (!values_) gradients.value = nullptr;
    return bind_as<S>(batch, gradients);
  }
  // The same memory as another scalar sees it.
  template <class Other>
  Gpt2<Other> bind_as(const Batch& batch, View<Other> gradients) {
    return Binding<Other>{config_,   plan_,
                          offsets_,  weights_.template view<Other>(0),
                          gradients, activations_.template view<Other>(0),
                          true,      batch,
                          &random_,  random_.dropout}
        .bind();
  }

  // The loss and, in gradient(), its gradient: the mean over counted targets.
  S gradient_of(const Batch& batch) {
    const auto model = bind(batch);
    weigh(model.head);
    forward(on_, model);
    forward_backward(on_, model.head);
    backward(on_, model);
    return mean_loss(model.head);
  }

  // The same, and in product() JᵀHJ·direction, with the Hessian H of the loss in the logits.
  S gauss_newton(const Batch& batch)
    requires(!std::is_same_v<S, T>)
  {
    const auto model = bind(batch);
    const auto plain = bind_as<T>(batch, View<T>{product()});
    weigh(model.head);
    forward(on_, model);
    forward_backward_gauss_newton(on_, model.head, plain.head);
    backward(on_, plain);
    return mean_loss(model.head);
  }

  // Weights of the mean over counted targets.
  static void weigh(const Head<S>& head) {
    for (std::int64_t r = 0; r < head.rows; ++r) head.dlosses.store(r, S(static_cast<T>(1 / counted(head))));
  }
  static double counted(const Head<S>& head) {
    return static_cast<double>(std::count_if(head.targets, head.targets + head.rows, [](auto t) { return t >= 0; }));
  }
  static S mean_loss(const Head<S>& head) {
    S loss(0);
    for (std::int64_t r = 0; r < head.rows; ++r) loss = loss + head.losses[r];
    return loss / static_cast<T>(counted(head));
  }

  std::vector<double> logits_of(const Batch& batch) {
    const auto model = bind(batch);
    forward(on_, model);
    head::logits(on_, model.head, 0, batch.rows());
    std::vector<double> all;
    for (std::int64_t r = 0; r < batch.rows(); ++r)
      for (int v = 0; v < config_.vocabulary; ++v) all.push_back(primal(model.head.logits).row(r, plan_.stride)[v]);
    return all;
  }

 private:
  static constexpr bool kDual = !std::is_same_v<S, Number<S>>;
  On& on_;
  Keep keep_;
  bool values_ = true;  // of the gradient, at Dual
  Randomness random_;
  Config config_;
  Offsets offsets_;
  Parameters parameters_;
  Arena<On, T> weights_, gradient_, activations_;
  Plan plan_{};
};

}  // namespace fixture
