// RecordedStep: a step of training as the device keeps it. The first step of a shape takes the memory it needs; the
// second is recorded, where the device can, and from then on it is replayed.
#pragma once
#include <cstdint>
#include <vector>
#include "run.h"

namespace sophia {

// What a recorded step holds for: its shape, the limit that it clips at, and where everything lies.
struct StepShape {
  std::size_t batches = 0;
  std::int64_t batch = 0, time = 0;
  double clip = 0;
  std::int64_t course = 0;  // of the optimizer's step
  std::int64_t layout = 0;
  bool operator==(const StepShape&) const = default;
};

// A forward pass whose activations lie there for a step to go on from: its number, its shape and its draws.
struct Passed {
  std::int64_t number = -1, batch = 0, time = 0;
  std::uint64_t seed = 0;
  std::uint32_t step = 0;
  bool operator==(const Passed&) const = default;
};

template <class On>
class RecordedStep {
 public:
  using Mark = typename On::Mark;

  // shape() is that of the step as things lie, before and after it; work() enqueues it, and marks where each of its
  // parts begins: the forward and the backward pass of every batch, the optimizer's step and the end.
  template <class Shape, class Work>
  void run(On& on, Shape shape, Work work) {
    const bool same = shape() == shape_;
    if (!same) {
      shape_ = {};  // should the step fail: what was recorded names the old marks
      marks_ = std::vector<Mark>(2 * shape().batches + 2);
    }
    on.replay(graph_, same, work);
    shape_ = shape();
  }

  std::vector<Mark>& marks() { return marks_; }

  // Once the device is done.
  Phases phases() const {
    Phases sum;
    const std::size_t last = marks_.size() - 2;
    for (std::size_t m = 0; m < last; m += 2) {
      sum.forward += On::milliseconds(marks_[m], marks_[m + 1]);
      sum.backward += On::milliseconds(marks_[m + 1], marks_[m + 2]);
    }
    sum.step = On::milliseconds(marks_[last], marks_.back());
    return sum;
  }

 private:
  StepShape shape_;
  std::vector<Mark> marks_;
  typename On::Graph graph_;
};

}  // namespace sophia
