// What memory a training takes, computed from the plan of its activations and the table of its parameters: nothing is
// allocated, so that a machine may be asked about what it does not hold.
#pragma once
#include <string>
#include <utility>
#include <vector>
#include "run.h"

namespace sophia {

struct MemoryQuery {
  std::int64_t batch = 0, length = 0;  // sequences of a pass, and their tokens
  std::string optimizer;               // of the native registry
  std::string dtype, recompute;        // as a Placement has them
  std::int64_t products = 0;           // sequences of a pass for Hessian-vector products; 0: there are none
  // What an OptimizerChoice has beside the name.
  std::map<std::string, double> hyper = {};
  std::vector<SideRule> others = {};
  std::vector<Route> routes = {};
};

inline constexpr Field<MemoryQuery> kMemoryQueryFields[] = {
    {"batch", &MemoryQuery::batch}, {"length", &MemoryQuery::length},       {"optimizer", &MemoryQuery::optimizer},
    {"dtype", &MemoryQuery::dtype}, {"recompute", &MemoryQuery::recompute}, {"products", &MemoryQuery::products}};

struct Requirement {
  Memory memory;                                            // what Run::memory() comes to
  std::vector<std::pair<std::string, std::int64_t>> parts;  // of the activations, by what lies there: bytes
  std::map<std::string, std::int64_t> state;                // of the optimizer, by the slots: bytes
};

// Throws kInvalidArgument for what no run could be.
Requirement required_memory(const Config& config, const MemoryQuery& query);

}  // namespace sophia
