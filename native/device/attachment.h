// An optimizer attached to tensors, as its caller sees it; attached.h makes one for a backend. Where the tensors lie,
// in arenas or each by itself, is said at every step.
#pragma once
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>
#include "../curvature/hessian.h"
#include "../linalg/pieces.h"
#include "../linalg/division.h"
#include "../optimizers/optimizer.h"

namespace sophia {

// The formula of that name in the native registry, and its numbers by the names of its fields.
struct Rule {
  std::string optimizer;
  std::map<std::string, double> hyper;
};

// What an optimizer is attached to: tensors, and the rules that move them, one for each set of tensors that has
// hyperparameters or a formula of its own.
struct Attachment {
  std::vector<Rule> sets;
  std::vector<Span> spans;  // of the tensors, in the arena where they may lie
  std::vector<Division> divisions;
  std::int64_t size;  // of that arena: all spans and the gaps between them
};

// What is kept of one tensor under the name of a slot: so many numbers.
struct StateSize {
  std::int32_t tensor;
  std::string slot;
  std::int64_t count;
};
// In the order of the tensors, without attaching anything.
std::vector<StateSize> state_sizes(const Attachment&);
// Bytes, beside the state, of what a step computes with.
std::int64_t workspace_bytes(const Attachment&);

// Where the tensors and their gradients lie: in two arenas at the offsets of the spans, or by themselves.
template <class T>
struct Target {
  View<T> theta, gradient;
  const View<T>*thetas = nullptr, *gradients = nullptr;
  bool aligned = true;  // those that lie by themselves begin at multiples of 128 bits
};

// Σ g² and Σ ℓ² where the device has them, and how a gradient follows from them: see optimizers/clip.h. Without sums
// the clip and finite of the Step stand.
struct Clipping {
  const double* sums = nullptr;
  double limit = 0, scale = 1;
};

struct StepTotals {
  double unclipped = 0;  // fraction of the coordinates whose step was not clipped; 0 for optimizers that do not clip
  double parameter_norm = 0, momentum_norm = 0;
};

struct HessianTotals {
  double win_rate = 0;       // fraction of coordinates with |m| < ρ B h, with the new h
  double negative_rate = 0;  // fraction of coordinates with h < 0: they take steps of the momentum's sign
  double l1 = 0, l2 = 0;
  std::vector<double> ratios;  // the fraction of the coordinates in each bin of curvature/ratios.h
};

// What is kept of a tensor, with the stretches of the device's memory where it lies.
template <class T>
struct KeptState : StateSize {
  std::vector<std::span<T>> parts;
};
// f(stretch, the place of its first number, how many) for each of them.
template <class T, class F>
void each_part(const KeptState<T>& kept, F f) {
  std::int64_t begin = 0;
  for (const auto& part : kept.parts) {
    f(part.data(), begin, std::ssize(part));
    begin += std::ssize(part);
  }
}

template <class T>
class Attached {
 public:
  virtual ~Attached() = default;

  using Kept = KeptState<T>;  // what state_sizes() lists
  virtual std::vector<Kept> state() = 0;
  virtual std::int64_t workspace() const { return 0; }  // workspace_bytes()

  // A step in three parts: on the host before it, in the order of the device's work, and on the host when that is done.
  // The middle one may be captured once and replayed: it reads what set() left. There is a Step for each set; the clip
  // and the flag `finite` are the first's.
  virtual void set(std::span<const Step>) = 0;
  // Which of the courses that a step may take this one has: a captured one is good for its own alone.
  virtual std::int64_t course() const { return 0; }
  virtual void step(const Target<T>&, const Clipping&) = 0;
  virtual StepTotals totals() = 0;

  // Takes the gradient into the Hessian's moving average. Without one to keep, an Error{kInvalidArgument}.
  virtual HessianTotals update_hessian(const Target<T>&, std::span<const Step>, Estimator) = 0;
};

}  // namespace sophia
