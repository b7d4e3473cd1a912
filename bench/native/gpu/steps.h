// The passes over every parameter: the step of each optimizer, and the refresh of the Hessian's average.
#pragma once
#include "../../../native/curvature/hessian.h"
#include "../../../native/optimizers/elementwise.h"
#include "../../../native/optimizers/registry.h"
#include "clock.h"
#include "memory.h"

namespace bench {

class Steps {
 public:
  Steps(Cuda& on, Memory& memory, std::int64_t parameters)
      : on_(on), memory_(memory), parameters_(parameters), pieces_(cut({{.offset = 0, .count = parameters}})) {
    for (auto& arena : arenas_) arena = memory.numbers(parameters);
    table_ = table(pieces_);
    table_.spans = memory.copy(pieces_.spans);
    table_.groups = memory.copy(pieces_.groups);
    table_.pieces = memory.copy(pieces_.pieces);
    for_each_optimizer([this]<class O>() { add_step<O>(); });
    add_refresh();
  }
  std::vector<Pass> list;

 private:
  template <class Sums>
  Sums* sums(std::size_t count) {
    return memory_.copy(std::vector<Sums>(count, Sums(0)));
  }
  Pass pass(const std::string& name, int arrays, std::function<void()> run) const {
    const double bytes = static_cast<double>(arrays) * sizeof(float) * static_cast<double>(parameters_);
    return {name, text(parameters_, " parameters"), Bound::kMemory, bytes, std::move(run)};
  }

  // How many arrays a statistic is made of, in a pass before the step: the gradient and the slots that it needs.
  static int statistic_of(const std::string& optimizer) {
    const std::map<std::string, int> all{
        {"adam-mini", 1}, {"cautious-adamw", 3}, {"cautious-lion", 2}, {"mars", 2}, {"rms-momentum", 2}};
    const auto found = all.find(optimizer);
    return found == all.end() ? 0 : found->second;
  }

  template <class O>
  void add_step() {
    const std::map<std::string, double> all{
        {"beta1", 0.9},  {"beta2", 0.95},      {"epsilon", 1e-8}, {"gamma", 0.05},
        {"global", 1},   {"maxNorm", 1},       {"momentum", 0.9}, {"momentumDecay", 0.004},
        {"nesterov", 0}, {"normalization", 0}, {"rho", 0.04}};
    std::map<std::string, double> own;
    for (const auto& field : O::kFields) own[field.name] = all.at(field.name);
    Update<O, float> update{};
    update.theta = arenas_[0];
    update.gradient = arenas_[1];
    for (int s = 0; s < kSlotCount<O>; ++s) update.slot[s] = arenas_[2 + s];
    update.table = table_;
    const Step now_of{.number = 1, .learning_rate = 1e-4, .weight_decay = 0.1, .tokens = 20};
    update.now = memory_.copy(std::vector{now<O, float>(read_hyper<O>(own), now_of)});
    update.totals = sums<StepSums>(2);
    update.partial = sums<StepSums>(pieces_.pieces.size());
    update.settled = memory_.numbers(1);
    update.weights = memory_.numbers(1);
    for (int s = 0; s < kBlockSlotCount<O>; ++s) update.block_slot[s] = memory_.numbers(1);
    const int arrays = 3 + kSlotCount<O> + O::kWritten + statistic_of(O::kName);
    list.push_back(pass(text("step of ", O::kName), arrays, [=, this] { step(on_, update); }));
  }

  void add_refresh() {
    const HessianNow<float> now{.average = MovingAverage<float>(0.99, 1),
                                .clip = 1,
                                .threshold = 1,
                                .floor = 0,
                                .squared = true,
                                .finite = true};
    const HessianUpdate<float> update{arenas_[0],
                                      arenas_[1],
                                      arenas_[2],
                                      table_,
                                      memory_.copy(std::vector{now}),
                                      sums<HessianSums>(2),
                                      sums<HessianSums>(pieces_.pieces.size())};
    list.push_back(pass("Hessian's average", 4, [=, this] { update_hessian(on_, update); }));
  }

  Cuda& on_;
  Memory& memory_;
  std::int64_t parameters_;
  Pieces pieces_;
  PieceTable table_{};
  View<float> arenas_[5];
};

}  // namespace bench
