#include "training.h"
#include <algorithm>

using namespace training;

namespace {

TrainerOptions hutchinson_options(const check::Temporary& folder) {
  auto o = options(folder);
  o.optimizer = "sophia";
  o.estimator = "hutchinson";
  o.hyper = {{"beta1", 0.96}, {"beta2", 0.99}, {"gamma", 0.01}, {"epsilon", 1e-12}};
  return o;
}

}  // namespace

TEST("B is the number of tokens that the refresh averaged") {
  for (const auto& [fraction, tokens] : {std::pair{1.0, 48.0}, {0.5, 24.0}, {0.01, 8.0}}) {
    const check::Temporary folder;
    auto o = options(folder, folder / "run");
    o.fraction = fraction;
    train(o, 2);
    const Safetensors file(folder / "run/last.safetensors");
    const Json progress = Json::parse(file.metadata().at("progress"));
    check::expect(text("a fraction of ", fraction), progress.at("hessianTokens").number() == tokens);
  }
}

TEST("Warnings about the win rate") {
  const check::Temporary folder;
  auto o = options(folder);
  const auto warnings = [&](double rho) {
    o.hyper["rho"] = rho;
    std::vector<std::string> found;
    for (const auto& line : train(o).lines)
      if (line.find("warning")) found.push_back(line.at("warning").string());
    return found;
  };
  const auto low = warnings(1e-30), high = warnings(1e12), fair = warnings(20);
  check::expect("a win rate of 0 is told, once", low.size() == 1 && low[0].find("is 0") != std::string::npos);
  check::expect("a win rate over 0.9 is told", !high.empty() && high[0].find("over 0.9") != std::string::npos);
  check::expect("a good one is not", fair.empty());
}

TEST("Hutchinson's refresh") {
  const check::Temporary folder;
  auto o = hutchinson_options(folder);
  const auto first = train(o);
  const auto& last = first.lines.back();
  check::expect("it learns", last.at("loss").number() < first.lines.front().at("loss").number());
  check::expect("some estimates are negative, and are counted",
                last.at("negativeRate").number() > 0.05 && last.at("negativeRate").number() < 0.95);
  check::expect("the same seed trains the same", train(o).parameters == first.parameters);
  o.distribution = "gaussian";
  check::expect("another distribution does not", train(o).parameters != first.parameters);
}

// The paper's order: the same batch and the same masks for both, by hand.
TEST("A refresh before the step looks at the step's own batch") {
  for (const double fraction : {1.0, 0.5}) {
    const check::Temporary folder;
    auto o = options(folder);
    o.timing = "before";
    o.every = 1;
    o.accumulation = 1;
    o.batch = 4;
    o.fraction = fraction;
    const auto run = model(), by_hand = model();
    train(o, 1, run);
    const Tokens tokens(o.train, 31);
    std::vector<std::int32_t> in(32), out(32);
    tokens.random({o.seed, 0, Purpose::kData, 0}, {4, 8, in.data(), out.data()});
    const Batch batch{4, 8, in.data(), out.data()};
    Batch first = batch;
    first.batch = std::llround(4 * fraction);
    by_hand->attach({o.optimizer, o.hyper, false});
    by_hand->zero_gradient();
    const Loss loss = by_hand->accumulate(first, {o.seed, 0, 0, true}, 1, Labels::kSampledCounted);
    const auto counted = static_cast<double>(loss.counted);
    by_hand->update_hessian({.tokens = counted}, Estimator::kGaussNewtonBartlett);
    by_hand->train({.batches = {&batch, 1},
                    .seed = o.seed,
                    .number = 0,
                    .step = {.number = 1,
                             .learning_rate = learning_rate(schedule_of(o), 0),
                             .weight_decay = o.weight_decay,
                             .tokens = counted},
                    .clip = o.clip});
    check::expect(text("a fraction of ", fraction, ": the same state"), state_of(*run) == state_of(*by_hand));
    check::expect(text("a fraction of ", fraction, ": the same parameters"),
                  run->read(ArenaName::kParameters) == by_hand->read(ArenaName::kParameters));
  }
}

// 5 sequences of 2 micro-batches of 3, with 3 probes each.
TEST("A refresh of Hutchinson's is the mean over its sequences and probes") {
  const check::Temporary folder;
  auto o = hutchinson_options(folder);
  o.timing = "before";
  o.every = 1;
  o.fraction = 0.8;
  o.probes = 3;
  const auto run = model(), by_hand = model();
  train(o, 1, run);
  const Tokens tokens(o.train, 31);
  std::vector<std::int32_t> in(24), out(24);
  by_hand->zero_gradient();
  for (const std::uint32_t micro : {0u, 1u}) {
    const std::int64_t sequences = micro == 0 ? 3 : 2;
    tokens.random({o.seed, 0, Purpose::kData, micro}, {sequences, 8, in.data(), out.data()});
    for (const std::uint32_t probe : {0u, 1u, 2u})
      by_hand->estimate_diagonal({sequences, 8, in.data(), out.data()}, {o.seed, 0, micro, true},
                                 static_cast<double>(sequences) / 15, {Distribution::kRademacher, probe, 3});
  }
  double apart = 0, size = 0;
  std::vector<float> h;
  for (const auto& of : state_of(*run, "hessian")) h.insert(h.end(), of.begin(), of.end());
  const auto mean = dense(*by_hand, ArenaName::kGradient);
  for (std::size_t i = 0; i < h.size(); ++i) {
    const double want = 0.01 * static_cast<double>(mean[i]);
    apart += std::pow(static_cast<double>(h[i]) - want, 2);
    size += want * want;
  }
  check::expect("h is a hundredth of the mean", size > 0 ? std::sqrt(apart / size) : 1, 1e-6);
}

namespace {

// ρ or γ at the last step over what it was given as, and the mean win rate of the last refreshes.
struct Moved {
  double by, win_rate;
};
Moved moved(TrainerOptions o, const char* scale) {
  const double given = o.hyper.at(scale);
  o.win_rate = 0.3;
  o.steps = 40;
  o.every = 2;
  double sum = 0;
  int count = 0;
  const auto lines = train(o).lines;
  for (const auto& line : lines)
    if (line.find("ratioHistogram") && line.at("step").number() > 20) {
      sum += line.at("winRate").number();
      ++count;
    }
  return {lines.back().at("rho").number() / given, sum / count};
}

}  // namespace

TEST("A target win rate finds its scale from a hundred times too much and too little") {
  for (const bool products : {false, true}) {
    const char* const scale = products ? "gamma" : "rho";
    const check::Temporary folder;
    const TrainerOptions o = products ? hutchinson_options(folder) : options(folder);
    const Moved fair = moved(o, scale);
    check::expect(text(scale, ": the win rate is near its target"), std::abs(fair.win_rate - 0.3), 0.08);
    for (const double off : {0.01, 100.0}) {
      TrainerOptions wrong = o;
      wrong.hyper[scale] *= off;
      const Moved found = moved(wrong, scale);
      check::expect(text(scale, " off by ", off, ": the win rate is near its target"), std::abs(found.win_rate - 0.3),
                    0.08);
      check::expect(text(scale, " off by ", off, ": within half an octave"),
                    std::abs(std::log2(found.by * off / fair.by)), 0.5);
    }
  }
}

TEST("A target win rate waits for a momentum") {
  const check::Temporary folder;
  auto o = options(folder);
  o.timing = "before";
  o.win_rate = 0.3;
  o.every = 1;
  o.steps = 2;
  const auto lines = train(o).lines;
  check::expect(
      "the refresh before the first step moves nothing",
      lines.at(0).at("rho").number() == o.hyper.at("rho") && lines.at(1).at("rho").number() != o.hyper.at("rho"));
}

TEST("The scale stays, or falls over the second half of the steps") {
  const check::Temporary folder;
  auto o = options(folder);
  o.steps = 8;
  const auto rho = [&](bool anneal) {
    o.anneal = anneal;
    std::vector<double> all;
    for (const auto& line : train(o).lines) all.push_back(line.at("rho").number() / o.hyper.at("rho"));
    return all;
  };
  check::expect("it stays", rho(false) == std::vector<double>(8, 1));
  const auto falling = rho(true);
  bool cosine = true;
  for (int t = 0; t < 8; ++t)
    cosine &= std::abs(falling[t] - (t < 4 ? 1 : (1 + std::cos(std::acos(-1) * (t - 4) / 4)) / 2)) < 1e-12;
  check::expect("it falls along a cosine", cosine);
}

TEST("A scale that moves by itself needs no advice") {
  const check::Temporary folder;
  auto o = options(folder);
  o.hyper["rho"] = 1e-30;
  const auto warned = [&] {
    const auto lines = train(o).lines;
    return std::any_of(lines.begin(), lines.end(), [](const Json& line) { return line.find("warning") != nullptr; });
  };
  check::expect("one that stays does", warned());
  o.win_rate = 0.3;
  check::expect("one with a target does not", !warned());
  o.win_rate = 0;
  o.hyper["rho"] = 20;
  o.anneal = true;
  check::expect("nor one that falls", !warned());
}

TEST("A run whose scale moves resumes bit for bit") {
  const check::Temporary folder;
  auto o = options(folder, folder / "whole");
  o.win_rate = 0.2;
  o.steps = 9;
  o.every = 2;
  const auto whole = train(o).parameters;
  o.directory = folder / "parts";
  train(o, 5);
  o.resume = true;
  check::expect("the same parameters", train(o).parameters == whole);
}
