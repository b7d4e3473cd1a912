// Run: everything that happens on a device - a model, its gradient, an optimizer's step and the curvature. One virtual
// interface, chosen once; behind it RunOn<On> is compiled for every instruction set (run.cpu.cpp).
//
// A run is used by one thread at a time. What crosses this interface lies in the host's memory.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <span>
#include <string>
#include "../curvature/hutchinson.h"
#include "../device/attachment.h"
#include "../device/instruction_sets.h"
#include "../layers/crossentropy.h"
#include "../linalg/dot.h"
#include "../model/batch.h"
#include "../model/parameters.h"

namespace sophia {

// What the labels of a pass are: the targets, or drawn from the model at counted positions or at all of them.
enum class Labels { kTargets, kSampledCounted, kSampledEverywhere };

// A rule beside the first one of an optimizer: its learning rate is a part of the step's.
struct SideRule : Rule {
  double rate = 1, weight_decay = 0;
};
// Which of the rules moves a tensor, and how it is divided for that.
struct Route {
  std::int32_t rule = 0;
  std::int64_t parts = 1, block = 0;
  std::vector<std::int64_t> widths;
};
// An optimizer and its numbers, by the names of the native registry.
struct OptimizerChoice {
  std::string name;
  std::map<std::string, double> hyper;
  bool decay_embeddings = true;       // vectors never decay, matrices always
  std::vector<SideRule> others = {};  // rules 1, 2, …
  std::vector<Route> routes = {};     // of every tensor; none: rule 0 moves all of them
  bool decay_all = false;             // and vectors too, as Scion's, whose decay keeps them within a ball
};
Attachment attachment(const OptimizerChoice& choice, const Parameters& parameters);

// The matrix of a product: the Hessian of the mean loss, or its Gauss-Newton part JᵀHJ, with the Jacobian J of the
// logits and the Hessian H of the loss in the logits. The second is positive semidefinite, and what GNB estimates.
enum class Curvature { kHessian, kGaussNewton };

// Hutchinson's probe: its distribution, and its number among the probes of a micro-batch.
struct ProbeChoice {
  Distribution distribution = Distribution::kRademacher;
  std::uint32_t number = 0, of = 1;
};

// Bytes of a run's arenas.
struct Memory {
  std::int64_t parameters = 0, gradient = 0, activations = 0, optimizer = 0;
  std::int64_t curvature = 0;  // the direction, the product and the activations' tangents
  std::int64_t workspace = 0;  // what a step of the optimizer computes with
};

// Milliseconds of the device's time.
struct Phases {
  double forward = 0, backward = 0, step = 0;
};

// The arenas of a run, each laid out as parameters() says.
struct ArenaName {
  enum Kind { kParameters, kGradient, kDirection, kProduct };
  ArenaName(Kind kind) : kind(kind) {}
  Kind kind;
};

// One step of training: micro-batches of one shape, which weigh the same, and the optimizer's numbers.
struct TrainingStep {
  std::span<const Batch> batches;
  std::uint64_t seed;
  std::uint32_t number;  // from 0: dropout draws by it
  Step step;             // its `finite` says whether there is anything against the step already
  double clip;           // the limit of the gradient's norm; 0: none
  bool passed = false;   // its one batch is where pass_sampled() has just left it: the forward pass is not made again
};
struct Trained {
  double loss = 0;     // the mean over the micro-batches
  Norm gradient{};     // before clipping
  double clip = 1;     // what it was multiplied by
  bool finite = true;  // otherwise parameters and state are as they were
  StepTotals totals;
  Phases phases;
};

class Run {
 public:
  virtual ~Run() = default;

  const Config& config() const { return config_; }
  const Parameters& parameters() const { return parameters_; }
  virtual const char* isa() const = 0;
  virtual int threads() const = 0;

  // N(0, 0.02) and the rest of the parameter table, drawn from (seed, tensor, position).
  virtual void initialize(std::uint64_t seed) = 0;

  // Copies to and from `offset` of an arena.
  virtual void read(ArenaName, std::int64_t offset, std::span<float> to) = 0;
  virtual void write(ArenaName, std::int64_t offset, std::span<const float> from) = 0;
  std::vector<float> read(ArenaName name) {
    std::vector<float> all(static_cast<std::size_t>(parameters_.size));
    read(name, 0, all);
    return all;
  }

  // What the optimizer keeps, once one is attached, and the numbers of one entry of that list.
  virtual std::vector<StateSize> state() = 0;
  virtual void read_state(std::size_t entry, std::span<float> to) = 0;
  virtual void write_state(std::size_t entry, std::span<const float> from) = 0;

  // The loss without dropout, nothing kept.
  virtual Loss evaluate(const Batch&) = 0;
  // The logits that follow the last of the tokens, 1 to the context of them; out has room for the vocabulary. With
  // `reuse` only those tokens pass through the model that the last call did not begin with: the same bits, sooner.
  virtual void next_logits(std::span<const std::int32_t> tokens, bool reuse, std::span<float> out) = 0;

  virtual void attach(const OptimizerChoice&) = 0;
  virtual void zero_gradient() = 0;
  // Adds `weight` times the gradient of the batch's mean loss.
  virtual Loss accumulate(const Batch&, const Randomness&, double weight, Labels) = 0;
  // Adds the gradient, at drawn labels, of the mean loss of the batch's first sequences, and leaves the forward pass of
  // the whole batch to the step that is the next pass of this run and changes no parameter before.
  virtual Loss pass_sampled(const Batch&, std::int64_t sequences, const Randomness&, Labels) = 0;
  // The L2 norm, and whether every element is finite.
  virtual Norm gradient_norm() = 0;
  // The gradient of the batches' mean loss in the gradient arena, and the optimizer's step with it.
  virtual Trained train(const TrainingStep&) = 0;
  // Takes the gradient arena, which holds the gradient at sampled labels or an estimate of the diagonal, into the
  // Hessian's moving average; `clip`, `finite` and `tokens` of the step matter.
  virtual HessianTotals update_hessian(const Step&, Estimator) = 0;

  // The direction u, the product and the activations' tangents are allocated at their first use, and stay until this.
  virtual void release_curvature() = 0;
  virtual void zero_product() = 0;
  // Draws u: numbers of the stream (seed, step, micro, tensor).
  virtual void draw_direction(const Randomness&, const ProbeChoice&) = 0;
  // Adds `weight` times the product of the batch's mean loss to the product, which holds nothing else of this batch.
  virtual Loss multiply(const Batch&, const Randomness&, double weight, Curvature) = 0;
  // u·product
  virtual double quadratic() = 0;
  // Draws u and adds `weight` times u ⊙ Hu of the batch's mean loss to the gradient arena.
  virtual Loss estimate_diagonal(const Batch&, const Randomness&, double weight, const ProbeChoice&) = 0;

  virtual Memory memory() = 0;

  // Once it is up, by whichever thread, a pass that is under way throws Cancelled soon.
  std::atomic<bool> cancelled{false};

 protected:
  explicit Run(const Config& config) : config_(config), parameters_(list_parameters(config, &offsets_)) {}
  Config config_;
  Offsets offsets_;
  Parameters parameters_;
};

// How a model is run. But for the dtype it changes no result beyond the rounding of the instruction set.
struct Placement {
  std::string isa;  // "": SOPHIA_ISA, or the best
  int threads = 0;  // 0: the default
  int gpu = 0;      // its number, on CUDA
  // What the backward pass makes once more: "none"; "cheap", the outputs of LayerNorm and GELU; "all", everything but
  // the blocks' inputs.
  std::string recompute = "none";
  // What passes over the model store activations as, and a copy of the parameters: "float32" or "bfloat16".
  std::string dtype = "float32";
};
std::unique_ptr<Run> make_cpu_run(const Config&, const Placement&);
// Throws kDevice where CUDA cannot be used, with the reason of cuda/probe.h.
std::unique_ptr<Run> make_cuda_run(const Config&, const Placement&);

}  // namespace sophia
