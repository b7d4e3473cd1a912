// Whole trainings of the fixtures, against PyTorch in float64, on any run.
#pragma once
#include <algorithm>
#include <cmath>
#include "../../../native/train/run.h"
#include "../../../native/train/schedule.h"
#include "../../../native/optimizers/clip.h"
#include "../check.h"
#include "../golden.h"

namespace replay {

using namespace sophia;

inline Config config(const std::string& name) {
  const Json manifest = golden::json("manifest");
  const Json& json = manifest.at("models").at(name).at("config");
  const auto number = [&](const char* field) { return static_cast<int>(json.at(field).integer()); };
  return {.layers = number("n_layer"),
          .heads = number("n_head"),
          .width = number("n_embd"),
          .context = number("n_ctx"),
          .vocabulary = number("vocab_size")};
}

struct Training {
  std::string model, name;
  Safetensors weights, file;
  Json manifest, facts;
  Config shape;
  std::vector<std::int32_t> tokens, targets, hessian_tokens;
  std::int64_t batch, time, accumulation;

  Training(const std::string& model, const std::string& name)
      : model(model),
        name(name),
        weights(golden::open(model + ".weights")),
        file(golden::open(model + ".train")),
        manifest(golden::json("manifest")),
        facts(manifest.at("train").at(model).at("runs").at(name)),
        shape(config(model)),
        tokens(golden::tensor<std::int32_t>(file, "tokens")),
        targets(golden::tensor<std::int32_t>(file, "targets")),
        hessian_tokens(golden::tensor<std::int32_t>(file, "htokens")),
        batch(static_cast<std::int64_t>(file.at("tokens").shape[2])),
        time(static_cast<std::int64_t>(file.at("tokens").shape[3])),
        accumulation(static_cast<std::int64_t>(facts.at("accum").integer())) {}

  double hyper(const char* field) const { return facts.at("hyper").at(field).number(); }
  bool gnb() const { return facts.at("kind").string() == "sophiag"; }
  bool hutchinson() const { return facts.at("kind").string() == "sophiah"; }

  OptimizerChoice choice() const {
    if (hutchinson())
      return {"sophia",
              {{"beta1", hyper("b1")}, {"beta2", hyper("b2")}, {"gamma", hyper("gamma")}, {"epsilon", hyper("eps")}},
              true};
    if (gnb())
      return {"sophia-g",
              {{"beta1", hyper("b1")}, {"beta2", hyper("b2")}, {"rho", hyper("rho")}, {"epsilon", 1e-15}},
              false};
    if (name == "lion") return {"lion", {{"beta1", hyper("b1")}, {"beta2", hyper("b2")}}, true};
    return {"adamw", {{"beta1", hyper("b1")}, {"beta2", hyper("b2")}, {"epsilon", hyper("eps")}}, true};
  }

  // Micro-batch `micro` of step `step`; both files hold two of them for each step.
  Batch at(const std::vector<std::int32_t>& inputs, const std::int32_t* labels, std::int64_t step,
           std::int64_t micro) const {
    return {batch, time, inputs.data() + (step * 2 + micro) * batch * time, labels};
  }
};

inline void load(Run& run, const Training& t) {
  for (const auto& p : run.parameters().table) {
    const auto values = golden::tensor<float>(t.weights, p.name);
    run.write(ArenaName::kParameters, p.offset, values);
  }
}

// What a run may be off by.
struct Tolerance {
  double loss, norm, win_rate, update;
};
inline constexpr Tolerance kFloats{1e-6, 1e-4, 2e-3, 1e-4};

// Trains as the fixture was trained; compares every loss and the total update of every tensor.
class Replay {
 public:
  Replay(Run& run, const Training& t, const Tolerance& tolerance)
      : run_(run),
        t_(t),
        tolerance_(tolerance),
        who_(t.model + " " + t.name + " on " + run.isa() + ": "),
        weight_(1.0 / static_cast<double>(t.accumulation)),
        positions_(static_cast<double>(t.accumulation * t.batch * t.time)) {
    load(run, t);
    run.attach(t.choice());
  }

  void train() {
    for (std::int64_t step = 0; step < 10; ++step) {
      if (t_.hutchinson() && step % 2 == 0) refresh_by_product(step);
      take(step);
      if (t_.gnb() && step % 2 == 1) refresh_by_labels(step / 2);
    }
    check::expect(who_ + "losses", worst_loss_, tolerance_.loss);
    check::expect(who_ + "learning rates", worst_rate_, 1e-12);
    check::expect(who_ + "gradient norms", worst_norm_, tolerance_.norm);
    if (t_.gnb()) check::expect(who_ + "win rates", worst_win_, tolerance_.win_rate);
    check::expect(who_ + "total update of every tensor", update_error(), tolerance_.update);
  }

 private:
  double fact(const char* list, std::int64_t step) const {
    return t_.facts.at(list).array()[static_cast<std::size_t>(step)].number();
  }
  const std::int32_t* targets(std::int64_t step, std::int64_t micro) const {
    return t_.targets.data() + (step * 2 + micro) * t_.batch * t_.time;
  }

  void take(std::int64_t step) {
    std::vector<Batch> batches;
    for (std::int64_t micro = 0; micro < t_.accumulation; ++micro)
      batches.push_back(t_.at(t_.tokens, targets(step, micro), step, micro));
    const Schedule schedule{
        .shape = Shape::kCosine, .peak = t_.hyper("lr"), .warmup = 3, .steps = 10, .final_ratio = 0.1};
    const double rate = learning_rate(schedule, step);
    const Trained done = run_.train(
        {.batches = batches,
         .seed = 0,
         .number = static_cast<std::uint32_t>(step),
         .step = {.number = step + 1, .learning_rate = rate, .weight_decay = t_.hyper("wd"), .tokens = positions_},
         .clip = 1});
    note(worst_loss_, done.loss / fact("losses", step) - 1);
    note(worst_rate_, fact("lrs", step) / rate - 1);
    note(worst_norm_, done.gradient.value / fact("grad_norms", step) - 1);
    if (t_.gnb()) note(worst_win_, done.totals.unclipped - fact("win_rates", step));
  }

  void refresh_by_labels(std::int64_t refresh) {
    const auto labels = golden::tensor<std::int32_t>(t_.file, "labels." + t_.name);
    const auto each = t_.batch * t_.time, micros = static_cast<std::int64_t>(labels.size()) / (5 * each);
    run_.zero_gradient();
    for (std::int64_t micro = 0; micro < t_.accumulation; ++micro)
      run_.accumulate(t_.at(t_.hessian_tokens, labels.data() + (refresh * micros + micro) * each, refresh, micro), {},
                      weight_, Labels::kTargets);
    const double clip = clip_coefficient(run_.gradient_norm().value, 1);
    run_.update_hessian({.clip = clip, .tokens = positions_}, Estimator::kGaussNewtonBartlett);
  }

  // The fixture's own probe, on the batch of the step that follows.
  void refresh_by_product(std::int64_t step) {
    for (const auto& p : run_.parameters().table) {
      const auto signs = golden::tensor<float>(t_.file, text("signs.sophiah.", step / 2, "/", p.name));
      run_.write(ArenaName::kDirection, p.offset, signs);
    }
    run_.zero_product();
    run_.multiply(t_.at(t_.tokens, targets(step, 0), step, 0), {}, 1, Curvature::kHessian);
    auto estimate = run_.read(ArenaName::kDirection);
    const auto product = run_.read(ArenaName::kProduct);
    for (std::size_t i = 0; i < product.size(); ++i) estimate[i] *= product[i];
    run_.write(ArenaName::kGradient, 0, estimate);
    run_.update_hessian({.tokens = 1}, Estimator::kHutchinson);
  }

  double update_error() const {
    double worst = 0;
    const auto parameters = run_.read(ArenaName::kParameters);
    for (const auto& p : run_.parameters().table) {
      const auto first = golden::tensor(t_.weights, p.name),
                 last = golden::tensor(t_.file, "final." + t_.name + "/" + p.name);
      double apart = 0, moved = 0;
      for (std::int64_t i = 0; i < p.count; ++i) {
        const bool key_bias = p.name.ends_with("attn.c_attn.bias") && i >= p.count / 3 && i < 2 * p.count / 3;
        const auto j = static_cast<std::size_t>(i);
        if (key_bias) continue;  // its gradient is zero: sign steps follow the noise
        apart += std::pow(parameters[static_cast<std::size_t>(p.offset + i)] - last[j], 2);
        moved += std::pow(last[j] - first[j], 2);
      }
      note(worst, std::sqrt(apart / moved));
    }
    return worst;
  }

  static void note(double& worst, double error) { worst = error == error ? std::max(worst, std::abs(error)) : NAN; }

  Run& run_;
  const Training& t_;
  Tolerance tolerance_;
  std::string who_;
  double weight_, positions_;
  double worst_loss_ = 0, worst_rate_ = 0, worst_norm_ = 0, worst_win_ = 0;
};

// One training of the fixtures; make(config) gives a run.
template <class F>
void training(const char* model, const char* name, F make, const Tolerance& tolerance = kFloats) {
  const Training t(model, name);
  Replay(*make(t.shape), t, tolerance).train();
}

template <class F>
void trainings(F make) {
  for (const char* model : {"tiny", "odd"})
    for (const char* name : {"adamw", "lion", "sophiag", "sophiag_ga2"}) training(model, name, make);
  training("tiny", "sophiah", make);
}

}  // namespace replay
