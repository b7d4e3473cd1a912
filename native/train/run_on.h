// RunOn<On, S>: a run on one backend. The model's arenas, the passes over it, and the optimizer attached to it.
//
// S is the scalar of the passes. At Bf16 they read a copy of the parameters that is made anew after every change.
#pragma once
#include "../model/initialize.h"
#include "../optimizers/clip.h"
#include "direction.h"
#include "losses.h"
#include "memory.h"
#include "optimizer_on.h"
#include "recorded.h"
#include "sums.h"

namespace sophia {

template <class On, class S = typename On::Real>
class RunOn : public Run {
 public:
  using T = typename On::Real;

  template <class... Place>  // what On is made of: a number of threads, or of a GPU
  RunOn(const Config& config, const std::string& recompute, Place... place)
      : Run(config),
        on_(place...),
        memory_(on_, config_, parameters_, offsets_, kept(recompute)),
        inbox_(on_),
        sums_(on_, 2),
        losses_(on_) {
    on_.cancel_when(&cancelled);
  }

  int threads() const override { return on_.threads(); }
  const char* isa() const override { return on_.name(); }

  void read(ArenaName name, std::int64_t offset, std::span<T> to) override {
    on_.download(to.data(), arena(name) + offset, static_cast<std::int64_t>(to.size()));
  }
  void write(ArenaName name, std::int64_t offset, std::span<const T> from) override {
    if (name.kind == ArenaName::kParameters) changed();
    on_.upload(arena(name) + offset, from.data(), static_cast<std::int64_t>(from.size()));
  }
  std::vector<StateSize> state() override { return optimizer_.state(); }
  void read_state(std::size_t entry, std::span<T> to) override { optimizer_.read(entry, to); }
  void write_state(std::size_t entry, std::span<const T> from) override { optimizer_.write(entry, from); }

  void initialize(std::uint64_t seed) override {
    changed();
    std::uint32_t site = 0;
    for (const auto& p : parameters_.table) {
      fill(on_, NormalFill<T>{.to = memory_.parameters() + p.offset,
                              .count = p.count,
                              .mean = static_cast<T>(p.constant),
                              .deviation = static_cast<T>(p.deviation),
                              .draw = {seed, 0, Purpose::kInitialize, 0, site++}});
    }
    on_.synchronize();
  }

  Loss evaluate(const Batch& batch) override {
    refresh();
    const auto model = memory_.template bind<S>(inbox_.put(batch, {}, 0), {});
    forward(on_, model);
    forward(on_, model.head);
    return losses_.total(model.head, batch.targets);
  }

  void next_logits(std::span<const std::int32_t> tokens, bool reuse, std::span<T> out) override {
    refresh();
    const auto same = std::mismatch(decoded_.begin(), decoded_.end(), tokens.begin(), tokens.end()).second;
    const auto past = reuse ? std::min<std::int64_t>(same - tokens.begin(), std::ssize(tokens) - 1) : 0;
    decoded_.resize(static_cast<std::size_t>(past));  // should the pass be cancelled
    const Batch batch{.batch = 1, .time = std::ssize(tokens), .tokens = tokens.data(), .past = past};
    inbox_.reserve(1, config_.context);  // and not for one token more each time
    const auto model = memory_.template bind_decoder<S>(inbox_.put(batch, {}, 0));
    forward(on_, model);
    head::logits(on_, model.head, model.head.rows - 1, 1);
    on_.download(out.data(), model.head.logits.value, config_.vocabulary);
    decoded_.assign(tokens.begin(), tokens.end());
  }

  void attach(const OptimizerChoice& choice) override {
    optimizer_.attach(on_, choice, parameters_);
    ++layout_;
  }

  void zero_gradient() override { memory_.gradient().clear(); }

  Loss accumulate(const Batch& batch, const Randomness& random, double weight, Labels labels) override {
    const auto passage = inbox_.put(batch, random, weight, labels == Labels::kSampledEverywhere);
    refresh();
    const auto [gradient, add] = memory_.gradient().next();
    const auto model = memory_.template bind<S>(passage, gradient, add);
    forward(on_, model);
    return backward_from(model, passage, batch.targets, labels);
  }

  Loss pass_sampled(const Batch& batch, std::int64_t sequences, const Randomness& random, Labels labels) override {
    const bool everywhere = labels == Labels::kSampledEverywhere;
    auto passage = inbox_.put(batch, random, 1, everywhere);
    refresh();
    const auto [gradient, add] = memory_.gradient().next();
    auto model = memory_.template bind<S>(passage, gradient, add);
    forward(on_, model);
    if (sequences < batch.batch) {  // their rows lie first
      const Batch first{sequences, batch.time, batch.tokens, batch.targets};
      on_.synchronize();
      passage = inbox_.put(first, random, 1, everywhere);
      model = memory_.template bind<S>(passage, gradient, add);
    }
    const Loss loss = backward_from(model, passage, batch.targets, labels);
    passed_ = {memory_.passes(), batch.batch, batch.time, random.seed, random.step};
    return loss;
  }

  Norm gradient_norm() override {
    return norm(sums_.dot(memory_.gradient().view(), memory_.gradient().view(), parameters_.size));
  }

  Trained train(const TrainingStep& t) override {
    const Batch& batch = t.batches.front();
    const auto count = static_cast<std::int64_t>(t.batches.size());
    require(!t.passed || (count == 1 && passed_ == Passed{memory_.passes(), batch.batch, batch.time, t.seed, t.number}),
            "Expected the forward pass of the step's only batch to be the last pass of the run");
    passed_ = {};
    inbox_.reserve(count, batch.rows());
    std::vector<Passage<T>> passages;
    for (std::int64_t micro = 0; micro < count; ++micro) {
      const Randomness random{t.seed, t.number, static_cast<std::uint32_t>(micro), true};
      passages.push_back(inbox_.fill(t.batches[static_cast<std::size_t>(micro)], random, weight(t), false, micro));
    }
    optimizer_.set(t.step);
    decoded_.clear();
    refresh();
    steps_[t.passed].run(on_, [&] { return shape_of(t); }, [&] { enqueue(passages, t); });
    memory_.gradient().reached();  // a recorded step as well
    on_.synchronize();
    return outcome(t);
  }

  HessianTotals update_hessian(const Step& step, Estimator estimator) override {
    return optimizer_->update_hessian(target(), {&step, 1}, estimator);
  }

  void release_curvature() override { memory_.release_curvature(); }
  void zero_product() override { memory_.product().clear(); }

  void draw_direction(const Randomness& random, const ProbeChoice& probe) override {
    sophia::draw_direction(on_, parameters_, memory_.direction(), random, probe);
  }

  Loss multiply(const Batch& batch, const Randomness& random, double weight, Curvature curvature) override {
    memory_.direction();
    const auto passage = inbox_.put(batch, random, weight);
    const auto [product, add] = memory_.product().next();
    const auto model = memory_.template bind<Dual<T>>(passage, {nullptr, product.value}, add);
    forward(on_, model);
    if (curvature == Curvature::kHessian) {
      forward_backward(on_, model.head);
      backward(on_, model);
    } else {
      const auto plain = memory_.template bind<T>(passage, product, add);
      forward_backward_gauss_newton(on_, model.head, plain.head);
      backward(on_, plain);
    }
    memory_.product().reached();
    return losses_.total(model.head, batch.targets);
  }

  double quadratic() override { return sums_.dot(memory_.direction(), memory_.product().view(), parameters_.size); }

  Loss estimate_diagonal(const Batch& batch, const Randomness& random, double weight,
                         const ProbeChoice& probe) override {
    draw_direction(random, probe);
    zero_product();
    const Loss loss = multiply(batch, random, weight, Curvature::kHessian);
    add_estimate(on_, DiagonalEstimate<T>{.direction = memory_.direction(),
                                          .product = memory_.product().view(),
                                          .estimate = memory_.gradient().view(),
                                          .count = parameters_.size});
    return loss;
  }

  Memory memory() override {
    Memory all = memory_.bytes();
    if (!optimizer_) return all;
    all.optimizer = optimizer_.bytes();
    all.workspace = optimizer_->workspace();
    return all;
  }

 private:
  static constexpr bool kLower = std::is_same_v<S, Bf16>;
  // The parameters are others: what was made of them does not hold any more.
  void changed() {
    fresh_ = false;
    passed_ = {};
    decoded_.clear();
  }
  // Makes the copy that the passes read, if the parameters have changed since.
  void refresh() {
    if constexpr (kLower)
      if (!fresh_) memory_.lower();
    fresh_ = true;
  }

  // The head and the backward pass of what has passed forward, their gradients added.
  Loss backward_from(Gpt2<S> model, const Passage<T>& passage, const std::int32_t* targets, Labels labels) {
    const bool everywhere = labels == Labels::kSampledEverywhere;
    model.head.labels = label_room(model.head.chunk);
    if (labels == Labels::kTargets) forward_backward(on_, model.head);
    else forward_backward_sampled(on_, model.head, Stream(passage.pass, Purpose::kLabels, 0), everywhere);
    backward(on_, model);
    memory_.gradient().reached();
    return losses_.total(model.head, everywhere ? nullptr : targets);
  }

  StepShape shape_of(const TrainingStep& t) const {
    return {.batches = t.batches.size(),
            .batch = t.batches.front().batch,
            .time = t.batches.front().time,
            .clip = t.clip,
            .course = optimizer_->course(),
            .layout = layout_ + memory_.layout() + inbox_.layout() + sums_.layout()};
  }
  static double weight(const TrainingStep& t) { return 1.0 / static_cast<double>(t.batches.size()); }

  // The work of train(), in the device's order.
  void enqueue(const std::vector<Passage<T>>& passages, const TrainingStep& t) {
    const auto count = static_cast<std::int64_t>(passages.size()), rows = passages.front().batch.rows();
    inbox_.upload(count, rows);
    zero_gradient();
    auto mark = steps_[t.passed].marks().begin();
    for (const auto& passage : passages) {
      on_.mark(*mark++);
      const auto [gradient, add] = memory_.gradient().next();
      const auto model = memory_.template bind<S>(passage, gradient, add);
      if (!t.passed) forward(on_, model);
      on_.mark(*mark++);
      forward_backward(on_, model.head);
      backward(on_, model);
      memory_.gradient().reached();
      on_.copy(passage.losses, model.head.losses.value, rows);
    }
    on_.mark(*mark++);
    sums_.enqueue_dot(memory_.gradient().view(), memory_.gradient().view(), parameters_.size, 0);
    const View<T> losses{passages.front().losses};
    sums_.enqueue_dot(losses, losses, count * rows, 1);
    optimizer_->step(target(), {.sums = sums_.device(), .limit = t.clip});
    if constexpr (kLower) memory_.lower();
    sums_.enqueue_download();
    inbox_.download_losses(count, rows);
    on_.mark(*mark);
  }

  // What it left.
  Trained outcome(const TrainingStep& t) {
    Trained done;
    const std::int64_t rows = t.batches.front().rows();
    for (std::size_t micro = 0; micro < t.batches.size(); ++micro) {
      const View<T> losses{inbox_.losses(static_cast<std::int64_t>(micro), rows)};
      done.loss += weight(t) * total(losses, t.batches[micro].targets, rows).mean();
    }
    done.phases = steps_[t.passed].phases();
    done.gradient = norm(sums_.host()[0]);
    done.finite = t.step.finite && done.gradient.finite && norm(sums_.host()[1]).finite;
    if (done.finite) done.clip = clip_coefficient(done.gradient.value, t.clip);
    done.totals = optimizer_->totals();
    return done;
  }

  T* arena(ArenaName name) {
    switch (name.kind) {
      case ArenaName::kParameters: return memory_.parameters().value;
      case ArenaName::kGradient: return memory_.gradient().view().value;
      case ArenaName::kDirection: return memory_.direction().value;
      case ArenaName::kProduct: return memory_.product().view().value;
    }
    return nullptr;
  }
  Target<T> target() { return {.theta = memory_.parameters(), .gradient = memory_.gradient().view()}; }
  std::int32_t* label_room(std::int64_t count) {
    if (labels_.size() < count) labels_ = Arena<On, std::int32_t>(on_, count);
    return labels_.data();
  }

  On on_;
  ModelMemory<On> memory_;
  Arena<On, std::int32_t> labels_;
  Inbox<On> inbox_;
  Sums<On> sums_;
  Losses<On> losses_;
  OptimizerOn<On> optimizer_;
  RecordedStep<On> steps_[2];          // the step whose forward pass is its own, and the one that is passed
  Passed passed_;                      // whose activations pass_sampled() left
  bool fresh_ = false;                 // the copy that passes at Bf16 read
  std::vector<std::int32_t> decoded_;  // the tokens whose keys and values are in memory
  std::int64_t layout_ = 0;            // changes whenever memory that a recorded step uses moves
};

}  // namespace sophia
