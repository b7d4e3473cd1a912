// The runs of test/golden/opt.safetensors, as optimizers that are attached to tensors.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace attached {

struct Run {
  std::string name, optimizer;
  std::map<std::string, double> hyper;
  double tokens = 1;  // B
  enum { kNever, kBefore, kAfter } refreshes = kNever;
  double tolerance = 2e-5;
  std::vector<std::string> names = {"emb", "mat", "wide", "tall", "bias", "ln"};
};

// Of SGD, which some gradients move by 1e-4 of a parameter: its rounding counts.
inline constexpr double kSmallSteps = 1e-4;

// Every optimizer of the registry that the fixture has.
inline std::vector<Run> runs() {
  return {{"adamw", "adamw", {{"beta1", 0.9}, {"beta2", 0.95}, {"epsilon", 1e-8}}},
          {"lion", "lion", {{"beta1", 0.9}, {"beta2", 0.99}}},
          {"sgd", "sgd", {{"momentum", 0.9}, {"nesterov", 0}}, 1, Run::kNever, kSmallSteps},
          {"sgd_nesterov", "sgd", {{"momentum", 0.95}, {"nesterov", 1}}, 1, Run::kNever, kSmallSteps},
          {"sophiag_official",
           "sophia-g",
           {{"beta1", 0.965}, {"beta2", 0.99}, {"rho", 0.04}, {"epsilon", 1e-15}},
           480,
           Run::kAfter},
          {"sophia_paper",
           "sophia",
           {{"beta1", 0.96}, {"beta2", 0.99}, {"gamma", 3.0}, {"epsilon", 1e-12}},
           1,
           Run::kBefore}};
}

// Directions of small eigenvalues are those of rounding.
inline constexpr double kSmallEigenvalues = 1e-4;

// The same of those that move matrices. Kron draws numbers of its own, so that only its authors' could be compared.
inline std::vector<Run> matrix_runs() {
  const auto muon = [](const char* name, double scale) {
    return Run{.name = name,
               .optimizer = "muon",
               .hyper = {{"momentum", 0.95},
                         {"gradient", 0.05},
                         {"nesterov", 1},
                         {"steps", 5},
                         {"a", 3.4445},
                         {"b", -4.7750},
                         {"c", 2.0315},
                         {"epsilon", 1e-7},
                         {"scale", scale}},
               .names = {"mat", "wide", "tall"}};
  };
  const auto soap = [](const char* name, double counts_first) {
    return Run{.name = name,
               .optimizer = "soap",
               .hyper = {{"beta1", 0.95},
                         {"beta2", 0.95},
                         {"shampooBeta", 0.95},
                         {"epsilon", 1e-8},
                         {"every", 3},
                         {"block", 0},
                         {"largest", 8},
                         {"countsFirst", counts_first},
                         {"precondition1d", 0},
                         {"basisBefore", 0},
                         {"decayAfter", 1}},
               .tolerance = kSmallEigenvalues};
  };
  return {muon("muon", 0), muon("muon_kimi", 1), soap("soap", 0), soap("soap_kozistr", 1)};
}
inline Run kron() {
  return {.name = "kron",
          .optimizer = "kron",
          .hyper = {{"beta1", 0.9},
                    {"preconditionerRate", 0.1},
                    {"damping", 3e-4},
                    {"tiny", 1e-30},
                    {"rmsLimit", 1.1},
                    {"normalize", 1},
                    {"block", 4},
                    {"largest", 9},
                    {"leastProbability", 0.5},
                    {"probabilityDecay", 0.1},
                    {"flatStart", 5},
                    {"balanceEvery", 3},
                    {"seed", 7}}};
}

}  // namespace attached
