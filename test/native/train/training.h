// What the tests of a training share: a small model, its data, and the lines that a run leaves.
#pragma once
#include "../../../native/train/trainer.h"
#include <cmath>
#include <sstream>
#include "../../../native/train/safetensors.h"
#include "../check.h"
#include "slots.h"
#include "../temporary.h"

namespace training {

using namespace sophia;

inline constexpr Config kTiny{.layers = 2, .heads = 2, .width = 16, .context = 12, .vocabulary = 31, .dropout = 0.1};

// A shard of words over a small alphabet, with some order in it to learn.
inline std::string shard(const check::Temporary& folder, const std::string& name, int count = 600) {
  std::vector<std::uint16_t> tokens;
  for (int i = 0; i < count; ++i) tokens.push_back(static_cast<std::uint16_t>((i * i / 7 + 3 * i) % 31));
  write_tokens(folder / name, tokens);
  return folder / name;
}

inline TrainerOptions options(const check::Temporary& folder, const std::string& directory = "") {
  const std::string train = shard(folder, "train.bin"), validation = shard(folder, "val.bin", 100);
  return {.optimizer = "sophia-g",
          .hyper = {{"beta1", 0.965}, {"beta2", 0.99}, {"rho", 0.04}, {"epsilon", 1e-15}},
          .learning_rate = 1e-2,
          .weight_decay = 0.1,
          .decay = "matrices",
          .schedule = "cosine",
          .warmup = 2,
          .decay_steps = 0,
          .final_ratio = 0.1,
          .warmup_form = "(step+1)/(warmup+1)",
          .steps = 12,
          .batch = 3,
          .length = 8,
          .accumulation = 2,
          .clip = 1,
          .every = 2,
          .timing = "after",
          .fraction = 1,
          .estimator = "gnb",
          .hessian_clip = 0,
          .positions = "counted",
          .distribution = "rademacher",
          .probes = 1,
          .seed = 7,
          .train = train,
          .validation = validation,
          .format = "llm.c",
          .evaluate_every = 4,
          .evaluate_batches = 2,
          .save_every = 3,
          .checkpoint_every = 6,
          .directory = directory,
          .resume = false,
          .diverged_after = 3,
          .config = "{}"};
}

struct Outcome {
  std::vector<float> parameters;
  std::vector<Json> lines;
};

inline std::shared_ptr<Run> model() {
  std::shared_ptr<Run> run = make_cpu_run(kTiny, {"", 2});
  run->initialize(1);
  return run;
}

// Trains up to `until` steps of the options' and gives what is left behind.
inline Outcome train(const TrainerOptions& options, std::int64_t until = 1000, std::shared_ptr<Run> run = model()) {
  Outcome outcome;
  Trainer(run, options).run([&](const std::string& line) {
    outcome.lines.push_back(Json::parse(line));
    return outcome.lines.back().at("step").number() < static_cast<double>(until);
  });
  outcome.parameters = run->read(ArenaName::kParameters);
  return outcome;
}

// A line without what a clock decides.
inline std::string timeless(const Json& line) {
  Json::Object kept;
  for (const auto& member : line.object())
    if (member.name != "milliseconds" && member.name != "tokensPerSecond" && member.name != "flops")
      kept.push_back(member);
  return Json(kept).dump();
}

inline std::vector<std::string> metrics(const check::Temporary& folder) {
  std::istringstream file(folder.get("run/metrics.jsonl"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(timeless(Json::parse(line)));
  return lines;
}

}  // namespace training
