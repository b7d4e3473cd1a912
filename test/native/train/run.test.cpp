// Whole trainings against PyTorch in float64, on every instruction set that this machine has.
#include "../../../native/train/run.h"
#include <cmath>
#include "../../../native/train/clip.h"
#include "../../../native/train/schedule.h"
#include "../check.h"
#include "../golden.h"

namespace {

using namespace sophia;

Config config(const std::string& name) {
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
  bool sophia() const { return facts.at("kind").string() == "sophiag"; }

  OptimizerChoice choice() const {
    if (sophia())
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

void load(Run& run, const Training& t) {
  for (const auto& p : run.parameters().table) {
    const auto values = golden::tensor<float>(t.weights, p.name);
    std::copy(values.begin(), values.end(), run.parameter_memory() + p.offset);
  }
}

// Trains as the fixture was trained; compares every loss and the total update of every tensor.
void train(Run& run, const Training& t) {
  const std::string who = t.model + " " + t.name + " on " + run.isa() + ": ";
  load(run, t);
  run.attach(t.choice());
  const auto losses = golden::tensor(t.file, "losses." + t.name);
  const Schedule schedule{.shape = Shape::kCosine, .peak = t.hyper("lr"), .warmup = 3, .steps = 10, .final_ratio = 0.1};
  const auto labels =
      t.sophia() ? golden::tensor<std::int32_t>(t.file, "labels." + t.name) : std::vector<std::int32_t>{};
  const auto weight = 1.0 / static_cast<double>(t.accumulation);
  const auto each_batch = t.batch * t.time;
  const auto positions = static_cast<double>(t.accumulation * each_batch);
  double worst_loss = 0, worst_rate = 0, worst_norm = 0, worst_win = 0;
  std::size_t refreshes = 0;

  for (std::int64_t step = 0; step < 10; ++step) {
    double loss = 0;
    run.zero_gradient();
    for (std::int64_t micro = 0; micro < t.accumulation; ++micro) {
      const auto* targets = t.targets.data() + (step * 2 + micro) * each_batch;
      loss += weight * run.accumulate(t.at(t.tokens, targets, step, micro), {}, weight, Labels::kTargets).mean();
    }
    const auto i = static_cast<std::size_t>(step);
    const Norm norm = run.gradient_norm();
    const double rate = learning_rate(schedule, step);
    worst_loss = std::fmax(worst_loss, std::abs(loss - losses[i]) / losses[i]);
    worst_rate = std::fmax(worst_rate, std::abs(rate - t.facts.at("lrs").array()[i].number()) / rate);
    const double known_norm = t.facts.at("grad_norms").array()[i].number();
    worst_norm = std::fmax(worst_norm, std::abs(norm.value - known_norm) / known_norm);
    run.step({.number = step + 1,
              .learning_rate = rate,
              .weight_decay = t.hyper("wd"),
              .clip = clip_coefficient(norm.value, 1),
              .finite = norm.finite,
              .tokens = positions});
    if (!t.sophia() || step % 2 == 0) continue;

    run.zero_gradient();
    for (std::int64_t micro = 0; micro < t.accumulation; ++micro) {
      const auto at = static_cast<std::int64_t>(refreshes) * 2 + micro;
      const auto* drawn =
          labels.data() +
          (labels.size() == static_cast<std::size_t>(5 * each_batch) ? static_cast<std::int64_t>(refreshes) : at) *
              each_batch;
      run.accumulate(t.at(t.hessian_tokens, drawn, static_cast<std::int64_t>(refreshes), micro), {}, weight,
                     Labels::kTargets);
    }
    const Norm sampled = run.gradient_norm();
    const auto totals = run.update_hessian({.clip = clip_coefficient(sampled.value, 1), .tokens = positions},
                                           Estimator::kGaussNewtonBartlett);
    worst_win = std::fmax(worst_win,
                          std::abs(totals.win_rate - t.facts.at("win_rates").array()[i + 1 < 10 ? i + 1 : i].number()));
    ++refreshes;
  }

  check::expect(who + "losses", worst_loss, 1e-6);
  check::expect(who + "learning rates", worst_rate, 1e-12);
  check::expect(who + "gradient norms", worst_norm, 1e-4);
  double worst = 0;
  for (const auto& p : run.parameters().table) {
    const auto first = golden::tensor(t.weights, p.name),
               last = golden::tensor(t.file, "final." + t.name + "/" + p.name);
    double apart = 0, moved = 0;
    for (std::int64_t i = 0; i < p.count; ++i) {
      const bool key_bias = p.name.ends_with("attn.c_attn.bias") && i >= p.count / 3 && i < 2 * p.count / 3;
      const auto j = static_cast<std::size_t>(i);
      if (key_bias) continue;  // its gradient is zero: sign steps follow the noise
      apart += std::pow(run.parameter_memory()[p.offset + i] - last[j], 2);
      moved += std::pow(last[j] - first[j], 2);
    }
    worst = std::fmax(worst, std::sqrt(apart / moved));
  }
  check::expect(who + "total update of every tensor", worst, 1e-4);
}

}  // namespace

TEST("Golden trainings") {
  for (const auto& isa : usable_isas())
    for (const char* model : {"tiny", "odd"})
      for (const char* name : {"adamw", "lion", "sophiag", "sophiag_ga2"}) {
        const Training t(model, name);
        train(*make_cpu_run(t.shape, {isa, 2}), t);
      }
}

TEST("A new model predicts nothing") {
  const Config c{.layers = 2, .heads = 2, .width = 32, .context = 16, .vocabulary = 61};
  std::vector<std::int32_t> tokens(64), targets(64);
  for (std::size_t i = 0; i < 64; ++i) {
    tokens[i] = static_cast<std::int32_t>(i * 7 % 61);
    targets[i] = static_cast<std::int32_t>(i * 13 % 61);
  }
  const auto run = make_cpu_run(c, {"", 2});
  run->initialize(1);
  const Batch batch{4, 16, tokens.data(), targets.data()};
  check::expect("its loss is nearly ln V", std::abs(run->evaluate(batch).mean() - std::log(61.0)), 0.05);
  const std::vector<float> first(run->parameter_memory(), run->parameter_memory() + run->parameters().size);
  run->initialize(1);
  check::expect("the same seed gives the same weights",
                std::equal(first.begin(), first.end(), run->parameter_memory()));
  run->initialize(2);
  check::expect("another seed gives others", !std::equal(first.begin(), first.end(), run->parameter_memory()));
  check::expect_error("a sequence beyond the context is refused", Code::kInvalidArgument, "context",
                      [&] { run->evaluate({2, 32, tokens.data(), targets.data()}); });
  run->cancelled = true;
  bool gave_up = false;
  try {
    run->evaluate(batch);
  } catch (const Cancelled&) {
    gave_up = true;
  }
  check::expect("a cancelled run gives up its pass", gave_up);
}

TEST("Gradient of the run") {
  // The mean over micro-batches is the gradient of the mean; weights of a sampled pass sum to one.
  const Config c{.layers = 1, .heads = 2, .width = 16, .context = 8, .vocabulary = 29, .dropout = 0.2};
  std::vector<std::int32_t> tokens(32), targets(32);
  for (std::size_t i = 0; i < 32; ++i) {
    tokens[i] = static_cast<std::int32_t>(i * 7 % 29);
    targets[i] = i % 5 == 0 ? -1 : static_cast<std::int32_t>(i * 13 % 29);
  }
  const auto gradient = [&](int threads, const Randomness& random, Labels labels) {
    const auto run = make_cpu_run(c, {"", threads});
    run->initialize(3);
    run->zero_gradient();
    const Loss loss = run->accumulate({4, 8, tokens.data(), targets.data()}, random, 1, labels);
    check::expect("counted positions", loss.counted == (labels == Labels::kSampledEverywhere ? 32 : 25));
    return std::vector<float>(run->gradient_memory(), run->gradient_memory() + run->parameters().size);
  };
  const Randomness one{.seed = 1, .step = 4, .micro = 2, .dropout = true};
  for (const Labels labels : {Labels::kTargets, Labels::kSampledCounted, Labels::kSampledEverywhere}) {
    const auto first = gradient(1, one, labels);
    check::expect("the same bits for 1, 2 and 3 threads",
                  first == gradient(2, one, labels) && first == gradient(3, one, labels));
    Randomness other = one;
    other.step = 5;
    check::expect("another step draws another mask", first != gradient(1, other, labels));
  }
}
