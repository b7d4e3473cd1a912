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
#include "../optimizers/optimizer.h"

namespace sophia {

// What an optimizer is attached to, and its numbers by the names of the native registry: one map for each set of
// tensors that has hyperparameters of its own.
struct Attachment {
  std::string optimizer;
  std::vector<std::map<std::string, double>> sets;
  std::vector<Span> spans;  // with the offsets that its slots have, too
  std::int64_t size;        // of a slot: all spans and the gaps between them
};

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

template <class T>
class Attached {
 public:
  virtual ~Attached() = default;
  virtual std::vector<std::pair<std::string, T*>> slots() = 0;

  // A step in three parts: on the host before it, in the order of the device's work, and on the host when that is done.
  // The middle one may be captured once and replayed: it reads what set() left. There is a Step for each set; the clip
  // and the flag `finite` are the first's.
  virtual void set(std::span<const Step>) = 0;
  virtual void step(const Target<T>&, const Clipping&) = 0;
  virtual StepTotals totals() = 0;

  // Takes the gradient into the Hessian's moving average. Without one to keep, an Error{kInvalidArgument}.
  virtual HessianTotals update_hessian(const Target<T>&, std::span<const Step>, Estimator) = 0;
};

}  // namespace sophia
