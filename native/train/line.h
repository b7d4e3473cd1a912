// The line of one step: what metrics.jsonl holds and what a report in TypeScript is parsed from.
#pragma once
#include <chrono>
#include <utility>
#include <optional>
#include "../core/json.h"
#include "progress.h"
#include "run.h"

namespace sophia {

// Milliseconds since it was made or last read.
class Stopwatch {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double, std::milli>(now - std::exchange(last_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

struct Line {
  double loss = 0;  // of the step's batch, nats per token
  double learning_rate = 0;
  double gradient_norm = 0;
  bool clipped = false;
  double rho = 0;              // ρ or γ of the step; 0 for other optimizers
  std::vector<double> ratios;  // of a refresh in this step: HessianTotals
  StepTotals totals;
  std::int64_t tokens = 0;  // of the step
  double flops_per_token = 0;
  Phases phases;                                                             // milliseconds
  double data = 0, curvature = 0, evaluation = 0, checkpoint = 0, step = 0;  // the same; checkpoint: of the last step
  std::optional<double> train_loss, validation_loss;
  std::string warning;
};

inline Json to_json(const Line& line, const Progress& progress) {
  const double seconds = line.step / 1e3;
  const auto per_second = [&](double amount) { return seconds > 0 ? amount / seconds : 0; };
  const auto tokens = static_cast<double>(line.tokens);
  Json::Object json{
      {"step", progress.step},
      {"loss", line.loss},
      {"learningRate", line.learning_rate},
      {"gradientNorm", line.gradient_norm},
      {"clipped", line.clipped},
      {"clipRate", static_cast<double>(progress.clipped) / static_cast<double>(progress.step)},
      {"rho", line.rho},
      {"winRate", progress.win_rate},
      {"negativeRate", progress.negative_rate},
      {"unclipped", line.totals.unclipped},
      {"hessianNorm", progress.hessian_norm},
      {"hessianNorm2", progress.hessian_norm2},
      {"parameterNorm", line.totals.parameter_norm},
      {"momentumNorm", line.totals.momentum_norm},
      {"skipped", progress.skipped},
      {"tokens", progress.tokens},
      {"tokensPerSecond", per_second(tokens)},
      {"flops", per_second(tokens * line.flops_per_token)},
      {"milliseconds", Json::Object{{"data", line.data},
                                    {"forward", line.phases.forward},
                                    {"backward", line.phases.backward},
                                    {"step", line.phases.step},
                                    {"curvature", line.curvature},
                                    {"evaluation", line.evaluation},
                                    {"checkpoint", line.checkpoint}}},
  };
  if (line.train_loss) json.push_back({"trainLoss", *line.train_loss});
  if (line.validation_loss) {
    json.push_back({"validationLoss", *line.validation_loss});
    json.push_back({"bestValidationLoss", progress.best_validation});
  }
  if (!line.ratios.empty()) json.push_back({"ratioHistogram", Json::Array(line.ratios.begin(), line.ratios.end())});
  if (!line.warning.empty()) json.push_back({"warning", line.warning});
  return json;
}

}  // namespace sophia
