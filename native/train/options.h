// What a trainer is told. Every default lives in TypeScript (lib/trainer.ts); every field is required here.
#pragma once
#include <algorithm>
#include <iterator>
#include <map>
#include <utility>
#include "../core/field.h"
#include "run.h"
#include "schedule.h"

namespace sophia {

struct TrainerOptions {
  std::string optimizer;                // of the native registry
  std::map<std::string, double> hyper;  // by the names of the optimizer's fields
  std::vector<SideRule> others = {};    // as an OptimizerChoice has them
  std::vector<Route> routes = {};
  double learning_rate = 0, weight_decay = 0;
  std::string decay;     // "matrices+embeddings", "matrices" or "all"
  std::string schedule;  // "cosine", "linear", "constant", "wsd"
  std::int64_t warmup = 0, decay_steps = 0;
  double final_ratio = 0;
  std::string warmup_form;  // "(step+1)/(warmup+1)" or "step/warmup"

  std::int64_t steps = 0;
  std::int64_t batch = 0, length = 0, accumulation = 0;  // sequences, tokens, micro-batches
  double clip = 0;                                       // of the gradient's norm; 0: off

  std::int64_t every = 0;    // steps from one curvature refresh to the next; 0: none
  std::string timing;        // "after" the step (official) or "before" it (paper)
  double fraction = 1;       // of the batch's sequences
  std::string estimator;     // "gnb" or "hutchinson"
  double hessian_clip = 0;   // gnb: of the norm
  std::string positions;     // gnb: "counted" or "all"
  std::string distribution;  // hutchinson: "gaussian" or "rademacher"
  std::int64_t probes = 0;   // hutchinson: of each micro-batch
  double win_rate = 0;       // what ρ or γ is moved towards after every refresh; 0: it stays
  bool anneal = false;       // ρ or γ falls to 0 over the second half of the steps

  std::uint64_t seed = 0;
  std::string train, validation;  // token shards; validation may be ""
  std::string format;             // of both: "llm.c" or "nanogpt"
  std::int64_t evaluate_every = 0, evaluate_batches = 0;
  std::int64_t save_every = 0, checkpoint_every = 0;  // 0: none
  std::string directory;                              // "": nothing is written
  bool resume = false;
  std::int64_t diverged_after = 0;  // skipped steps in a row; 0: never
  std::string config;               // kept in the checkpoint as it is
};

inline constexpr Field<TrainerOptions> kTrainerFields[] = {
    {"optimizer", &TrainerOptions::optimizer},
    {"learningRate", &TrainerOptions::learning_rate},
    {"weightDecay", &TrainerOptions::weight_decay},
    {"decay", &TrainerOptions::decay},
    {"schedule", &TrainerOptions::schedule},
    {"warmup", &TrainerOptions::warmup},
    {"decaySteps", &TrainerOptions::decay_steps},
    {"finalRatio", &TrainerOptions::final_ratio},
    {"warmupForm", &TrainerOptions::warmup_form},
    {"steps", &TrainerOptions::steps},
    {"batch", &TrainerOptions::batch},
    {"length", &TrainerOptions::length},
    {"accumulation", &TrainerOptions::accumulation},
    {"clip", &TrainerOptions::clip},
    {"every", &TrainerOptions::every},
    {"timing", &TrainerOptions::timing},
    {"fraction", &TrainerOptions::fraction},
    {"estimator", &TrainerOptions::estimator},
    {"hessianClip", &TrainerOptions::hessian_clip},
    {"positions", &TrainerOptions::positions},
    {"distribution", &TrainerOptions::distribution},
    {"probes", &TrainerOptions::probes},
    {"targetWinRate", &TrainerOptions::win_rate},
    {"anneal", &TrainerOptions::anneal},
    {"seed", &TrainerOptions::seed},
    {"train", &TrainerOptions::train},
    {"validation", &TrainerOptions::validation},
    {"format", &TrainerOptions::format},
    {"evaluateEvery", &TrainerOptions::evaluate_every},
    {"evaluateBatches", &TrainerOptions::evaluate_batches},
    {"saveEvery", &TrainerOptions::save_every},
    {"checkpointEvery", &TrainerOptions::checkpoint_every},
    {"directory", &TrainerOptions::directory},
    {"resume", &TrainerOptions::resume},
    {"divergedAfter", &TrainerOptions::diverged_after},
    {"config", &TrainerOptions::config},
};

inline constexpr std::pair<const char*, Shape> kShapes[] = {{"cosine", Shape::kCosine},
                                                            {"linear", Shape::kLinear},
                                                            {"constant", Shape::kConstant},
                                                            {"wsd", Shape::kWarmupStableDecay}};

// Throws for what no run could do.
inline void check(const TrainerOptions& o, const Config& model) {
  const auto among = [](const char* name, const std::string& value, std::initializer_list<const char*> allowed) {
    for (const char* choice : allowed)
      if (value == choice) return;
    std::string choices;
    for (const char* choice : allowed) choices += text(choices.empty() ? "" : ", ", choice);
    fail(Code::kInvalidArgument, text("Expected `", name, "` to be one of ", choices, ", got ", value));
  };
  require(o.steps >= 0, "Expected `steps` to be 0 or more, got ", o.steps);
  require(o.batch > 0, "Expected `batch` to be positive, got ", o.batch);
  require(o.accumulation > 0, "Expected `accumulation` to be positive, got ", o.accumulation);
  require(o.length > 0 && o.length <= model.context, "Expected `length` to be in 1 to ", model.context,
          " (the model's context), got ", o.length);
  require(o.fraction > 0 && o.fraction <= 1, "Expected `fraction` to be in (0, 1], got ", o.fraction);
  require(o.clip >= 0 && o.hessian_clip >= 0, "Expected `clip` and `hessianClip` to be 0 or more");
  among("decay", o.decay, {"matrices+embeddings", "matrices", "all"});
  among("schedule", o.schedule, {kShapes[0].first, kShapes[1].first, kShapes[2].first, kShapes[3].first});
  among("warmupForm", o.warmup_form, {"(step+1)/(warmup+1)", "step/warmup"});
  if (o.every > 0) {
    among("timing", o.timing, {"after", "before"});
    among("estimator", o.estimator, {"gnb", "hutchinson"});
    among("positions", o.positions, {"counted", "all"});
    among("distribution", o.distribution, {"gaussian", "rademacher"});
    require(o.win_rate >= 0 && o.win_rate < 1, "Expected `targetWinRate` to be in [0, 1), got ", o.win_rate);
    require(o.probes > 0, "Expected `probes` to be positive, got ", o.probes);
    require(2.0 * static_cast<double>(o.accumulation) * static_cast<double>(o.probes) < kMostMicro,
            "Expected `accumulation` times `probes` to be below ", kMostMicro / 2, ", got ", o.accumulation, " and ",
            o.probes);
  }
}

inline OptimizerChoice choice_of(const TrainerOptions& o) {
  return {o.optimizer, o.hyper, o.decay != "matrices", o.others, o.routes, o.decay == "all"};
}

// That of options which were checked.
inline Schedule schedule_of(const TrainerOptions& o) {
  const auto shape =
      std::find_if(std::begin(kShapes), std::end(kShapes), [&](const auto& s) { return o.schedule == s.first; });
  return {.shape = shape->second,
          .peak = o.learning_rate,
          .warmup = o.warmup,
          .steps = o.steps,
          .decay_steps = o.decay_steps,
          .final_ratio = o.final_ratio,
          .warmup_from_zero = o.warmup_form == "step/warmup"};
}

}  // namespace sophia
