// An optimizer and its tensors in one flat arena, on the CPU: what the tests of optimizers share. The arena begins at
// an odd address, and gaps between its tensors hold a number that nothing may touch.
#pragma once
#include <bit>
#include <cmath>
#include <memory>
#include <span>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../../../native/curvature/hessian.h"
#include "../../../native/optimizers/elementwise.h"
#include "../../../native/optimizers/registry.h"

namespace flat {

using namespace sophia;

struct Tensor {
  std::int64_t count;
  bool decay = true;
  std::int64_t block = 0;
  int set = 0;
  std::int32_t columns = 0;
  Widths widths = {};
};

constexpr std::int64_t kGap = 3;
constexpr double kUntouched = -77;

// The bits of numbers, for comparisons in which NaN equals NaN and −0 differs from 0.
template <class T>
auto bits(const std::vector<T>& x) {
  std::vector<std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>> all;
  for (const T v : x) all.push_back(std::bit_cast<typename decltype(all)::value_type>(v));
  return all;
}

template <class O, class At = Isa>
class Flat {
 public:
  using T = Real<At>;
  using Hyper = typename O::Hyper;
  static constexpr int kSlots = kSlotCount<O>, kBlockSlots = kBlockSlotCount<O>;

  Flat(const Hyper& hyper, const std::vector<Tensor>& tensors, int threads = 1)
      : on_(std::make_unique<Cpu<At>>(threads)), hypers_{hyper}, pieces_(cut(spans(tensors), widths(tensors))) {
    const auto& last = pieces_.spans.back();
    size_ = last.offset + last.count + kGap;
    for (auto* arena : {&theta_, &gradient_})
      *arena = std::vector<T>(static_cast<std::size_t>(size_ + 1), T(kUntouched));
    for (auto& slot : slots_) slot = theta_;
    for (const auto& span : pieces_.spans) {
      for (auto& slot : slots_) std::fill_n(slot.begin() + 1 + span.offset, span.count, T(0));
    }
    totals_.resize(pieces_.spans.size() + 1, StepSums(0));
    refreshed_.resize(pieces_.spans.size() + 1, HessianSums(0));
    partial_.resize(pieces_.pieces.size());
    // What a step leaves in its workspace, another may not rely on.
    settled_.resize(std::max(pieces_.groups.size(), pieces_.spans.size()), T(NAN));
    weights_.resize(pieces_.spans.size(), T(NAN));
    for (auto& slot : block_slots_) slot.resize(pieces_.groups.size());
    column_work_.resize(static_cast<std::size_t>(pieces_.column_work), T(NAN));
  }
  // Another set of hyperparameters, for the tensors of the next number.
  Flat& add_set(const Hyper& hyper) {
    hypers_.push_back(hyper);
    return *this;
  }

  std::int64_t count(std::size_t tensor) const { return pieces_.spans[tensor].count; }
  T* theta(std::size_t tensor) { return at(theta_, tensor); }
  T* gradient(std::size_t tensor) { return at(gradient_, tensor); }
  T* slot(int s, std::size_t tensor) { return at(slots_[s], tensor); }
  // One number for each group of the tensor.
  std::span<T> block_slot(int s, std::size_t tensor) {
    const auto& span = pieces_.spans[tensor];
    return {block_slots_[s].data() + span.first_group, static_cast<std::size_t>(span.end_group - span.first_group)};
  }
  template <class Range>
  static void fill(T* to, const Range& from) {
    for (const auto x : from) *to++ = static_cast<T>(x);
  }

  void step(const Step& step) { step_sets(std::vector<Step>(hypers_.size(), step)); }
  // A Step for each set.
  void step_sets(const std::vector<Step>& steps) {
    std::vector<Now<O, T>> now;
    for (std::size_t s = 0; s < steps.size(); ++s) now.push_back(sophia::now<O, T>(hypers_[s], steps[s]));
    Update<O, T> update{.theta = view(theta_),
                        .gradient = view(gradient_),
                        .slot = {},
                        .table = table(pieces_),
                        .now = now.data(),
                        .totals = totals_.data(),
                        .partial = partial_.data(),
                        .settled = {settled_.data()},
                        .weights = {weights_.data()},
                        .block_slot = {},
                        .column_work = {column_work_.data()}};
    for (int s = 0; s < kSlots; ++s) update.slot[s] = view(slots_[s]);
    for (int s = 0; s < kBlockSlots; ++s) update.block_slot[s] = {block_slots_[s].data()};
    sophia::step(*on_, update);
  }
  // Takes what stands in the gradient into the last slot.
  void refresh(const Refresh& refresh, bool squared, double clip = 1, bool finite = true) {
    const HessianNow<T> now{MovingAverage<T>(refresh.beta2, refresh.scale),
                            static_cast<T>(clip),
                            static_cast<T>(refresh.threshold),
                            static_cast<T>(refresh.floor),
                            squared,
                            finite};
    std::vector<HessianSums> partial(partial_.size());
    update_hessian(*on_, HessianUpdate<T>{view(slots_[kSlots - 1]), view(gradient_), view(slots_[0]), table(pieces_),
                                          &now, refreshed_.data(), partial.data()});
  }

  // Of one tensor, or of all.
  StepSums totals(std::size_t tensor) const { return totals_[tensor]; }
  StepSums totals() const { return totals_.back(); }
  HessianSums refreshed(std::size_t tensor) const { return refreshed_[tensor]; }
  HessianSums refreshed() const { return refreshed_.back(); }

  // Everything that a step may write.
  auto state() const {
    std::vector<T> all(theta_);
    for (const auto& slot : slots_) all.insert(all.end(), slot.begin(), slot.end());
    for (const auto& slot : block_slots_) all.insert(all.end(), slot.begin(), slot.end());
    return bits(all);
  }
  bool gaps_untouched() const {
    std::vector<bool> tensor(static_cast<std::size_t>(size_ + 1), false);
    for (const auto& span : pieces_.spans) std::fill_n(tensor.begin() + 1 + span.offset, span.count, true);
    bool untouched = true;
    for (std::size_t i = 0; i < tensor.size(); ++i) {
      if (tensor[i]) continue;
      untouched &= theta_[i] == T(kUntouched);
      for (const auto& slot : slots_) untouched &= slot[i] == T(kUntouched);
    }
    return untouched;
  }

 private:
  static std::vector<Span> spans(const std::vector<Tensor>& tensors) {
    std::vector<Span> all;
    std::int64_t offset = kGap;
    for (const auto& tensor : tensors) {
      all.push_back({.offset = offset,
                     .count = tensor.count,
                     .decay = tensor.decay,
                     .block = tensor.block,
                     .set = tensor.set,
                     .columns = tensor.columns});
      offset += tensor.count + kGap;
    }
    return all;
  }
  static std::vector<Widths> widths(const std::vector<Tensor>& tensors) {
    std::vector<Widths> all;
    for (const auto& tensor : tensors) all.push_back(tensor.widths);
    return all;
  }
  static View<T> view(std::vector<T>& arena) { return {arena.data() + 1}; }
  T* at(std::vector<T>& arena, std::size_t tensor) { return arena.data() + 1 + pieces_.spans[tensor].offset; }

  std::unique_ptr<Cpu<At>> on_;
  std::vector<Hyper> hypers_;
  Pieces pieces_;
  std::int64_t size_;
  std::vector<T> theta_, gradient_, slots_[kSlots], settled_, weights_, column_work_,
      block_slots_[std::max(kBlockSlots, 1)];
  std::vector<StepSums> totals_, partial_;
  std::vector<HessianSums> refreshed_;
};

}  // namespace flat
