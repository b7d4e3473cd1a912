// OptimizerState: an optimizer attached to tensors of a device that lie wherever their owner wants them. The caller has
// a Hold on the device.
#pragma once
#include <memory>
#include <string>
#include <vector>
#include "attachment.h"
#include "memory.h"

namespace sophia {

// A tensor that is optimized, and the set of hyperparameters it belongs to.
struct OptimizedTensor {
  std::int64_t count;
  int set;
  Division division = {};
  std::int32_t site = -1;  // of random draws for it: one that stays when tensors change places; its number by itself
};

struct ParameterSet {
  std::map<std::string, double> hyper;  // by the names of the registry's fields
  double learning_rate = 0, weight_decay = 0;
  std::string optimizer = {};  // whose they are; "": the plan's
};

struct OptimizerPlan {
  std::string optimizer;  // of the registry
  std::vector<ParameterSet> sets;
  std::vector<OptimizedTensor> tensors;
  double win_rate = 0;  // what ρ or γ is moved towards at every refresh; 0: it stays
};

struct StepRequest {
  double factor = 1;    // of all learning rates, as a schedule has it
  double scale = 1;     // of the gradient
  double clip = 0;      // its norm, after the scale; 0: off
  bool checked = true;  // a gradient that is not finite changes nothing
};

struct StepResult {
  bool finite = true;        // otherwise nothing was changed
  double gradient_norm = 0;  // after the scale, before the clip; 0 where nobody asked
  double coefficient = 1;    // what the clip multiplied it by
  StepTotals totals;
};

struct RefreshRequest {
  double tokens = 1;  // B: the predictions that the sampled loss is the mean of
  double scale = 1, clip = 0;
  bool squared = true;  // the gradients are those at sampled labels; otherwise they estimate the diagonal itself
};

struct RefreshResult {
  bool finite = true;
  double gradient_norm = 0;
  HessianTotals totals;
};

class OptimizerState {
 public:
  virtual ~OptimizerState() = default;

  // What is kept of each tensor, and all of it in bytes; and the bytes, beside those, that a step computes with.
  virtual const std::vector<StateSize>& state() const = 0;
  virtual std::int64_t bytes() const = 0;
  virtual std::int64_t workspace() const = 0;

  // Where the tensors, or their gradients, lie from now on; they are kept alive until the next time.
  virtual void place(std::vector<Tensor> tensors) = 0;
  virtual void place_gradients(std::vector<Tensor> gradients) = 0;

  virtual StepResult step(const StepRequest&) = 0;
  virtual RefreshResult update_hessian(const RefreshRequest&) = 0;

  // The numbers of an entry of state().
  virtual void read(std::size_t entry, float* to) = 0;
  virtual void write(std::size_t entry, const float* from) = 0;

  // The updates that were made, B of the last refresh, and the factor of ρ or γ: what a saved state has beside slots.
  struct Counters {
    std::int64_t steps = 0;
    double tokens = 1, scale = 1;
  };
  Counters counters;
  void set_rates(int set, double learning_rate, double weight_decay) {
    plan_.sets.at(static_cast<std::size_t>(set)).learning_rate = learning_rate;
    plan_.sets.at(static_cast<std::size_t>(set)).weight_decay = weight_decay;
  }
  const OptimizerPlan& plan() const { return plan_; }

 protected:
  explicit OptimizerState(OptimizerPlan plan) : plan_(std::move(plan)) {}
  OptimizerPlan plan_;
};

}  // namespace sophia
