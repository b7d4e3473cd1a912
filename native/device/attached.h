// An elementwise optimizer attached to tensors, on a backend: it owns the slots and the tables of its passes.
#pragma once
#include <cmath>
#include <memory>
#include "../core/mirror.h"
#include "../curvature/ratios.h"
#include "../optimizers/clip.h"
#include "../optimizers/elementwise.h"
#include "../optimizers/registry.h"
#include "attachment.h"

namespace sophia {

template <class On, class O>
class AttachedTo : public Attached<typename On::Real> {
 public:
  using T = typename On::Real;

  AttachedTo(On& on, const Attachment& to)
      : on_(on),
        sizes_(state_sizes(to)),
        spans_(cut_as_divided(to.spans, to.divisions).spans),
        count_(count(to.spans)),
        pieces_(on, cut_as_divided(to.spans, to.divisions)),
        now_(on, static_cast<std::int64_t>(to.sets.size())),
        totals_(on, pieces_.table().span_count + 1),
        partial_(on, pieces_.table().piece_count),
        settled_(on, Measures<O> ? std::max(pieces_.table().group_count, pieces_.table().span_count) : 0),
        weights_(on, Judges<O> ? pieces_.table().span_count : 0),
        column_work_(on, KeepsBlocks<O> ? pieces_.table().column_work : 0) {
    for (const auto& set : to.sets) hypers_.push_back(read_hyper<O>(set.hyper));
    for (auto& slot : slots_) slot = Arena<On, T>(on, to.size);
    for (int s = 0; s < kBlockSlotCount<O>; ++s) block_slots_[s] = Arena<On, T>(on, pieces_.table().group_count);
    if constexpr (ReadsHessian<O>) {
      hessian_now_ = Mirror<On, HessianNow<T>>(on, now_.count());
      hessian_totals_ = Mirror<On, HessianSums>(on, totals_.count());
      hessian_partial_ = Arena<On, HessianSums>(on, partial_.size());
      ratios_ = Mirror<On, std::uint64_t>(on, kRatioBins);
      ratios_partial_ = Arena<On, std::uint32_t>(on, ratios::parts(partial_.size()) * kRatioBins);
    }
  }

  std::vector<typename Attached<T>::Kept> state() override {
    std::vector<typename Attached<T>::Kept> all;
    auto size = sizes_.begin();
    for (const auto& span : spans_) {
      for (const auto& slot : slots_)
        all.push_back({*size++, {{slot.data() + span.offset, static_cast<std::size_t>(span.count)}}});
      if constexpr (KeepsBlocks<O>) {
        const auto groups = static_cast<std::size_t>(span.end_group - span.first_group);
        for (int s = 0; s < kBlockSlotCount<O>; ++s)
          all.push_back({*size++, {{block_slots_[s].data() + span.first_group, groups}}});
      }
    }
    return all;
  }

  void set(std::span<const Step> steps) override {
    for (std::size_t s = 0; s < hypers_.size(); ++s) now_.host()[s] = now<O, T>(hypers_[s], steps[s]);
  }

  void step(const Target<T>& at, const Clipping& clipping) override {
    now_.upload();
    Now<O, T>* const now = now_.device();
    if (clipping.sums)
      clip(on_, Clip<T>{.sums = clipping.sums,
                        .limit = clipping.limit,
                        .coefficient = &now->clip,
                        .finite = &now->finite,
                        .scale = clipping.scale});
    Update<O, T> update{.theta = at.theta,
                        .gradient = at.gradient,
                        .slot = {},
                        .table = pieces_.table(),
                        .now = now,
                        .totals = totals_.device(),
                        .partial = partial_.data(),
                        .settled = settled_.template view<T>(0),
                        .weights = weights_.template view<T>(0),
                        .block_slot = {},
                        .column_work = column_work_.template view<T>(0),
                        .thetas = at.thetas,
                        .gradients = at.gradients,
                        .aligned = at.aligned};
    for (int s = 0; s < kSlotCount<O>; ++s) update.slot[s] = slot(s);
    for (int s = 0; s < kBlockSlotCount<O>; ++s) update.block_slot[s] = block_slots_[s].template view<T>(0);
    sophia::step(on_, update);
    totals_.download();
  }

  StepTotals totals() override {
    const auto& all = totals_.host()[totals_.count() - 1];
    return {.unclipped = all[StepSum::kUnclipped] / count_,
            .parameter_norm = std::sqrt(all[StepSum::kParameters]),
            .momentum_norm = std::sqrt(all[StepSum::kMomentum])};
  }

  HessianTotals update_hessian(const Target<T>& at, std::span<const Step> steps, Estimator estimator) override {
    if constexpr (ReadsHessian<O>) {
      for (std::size_t s = 0; s < hypers_.size(); ++s)
        hessian_now_.host()[s] = refreshed(O::refresh(hypers_[s], steps[s]), steps[s], estimator);
      hessian_now_.upload();
      sophia::update_hessian(on_, HessianUpdate<T>{.hessian = slot(kSlotCount<O> - 1),
                                                   .estimate = at.gradient,
                                                   .momentum = slot(0),
                                                   .table = pieces_.table(),
                                                   .now = hessian_now_.device(),
                                                   .totals = hessian_totals_.device(),
                                                   .partial = hessian_partial_.data(),
                                                   .estimates = at.gradients,
                                                   .aligned = at.aligned});
      hessian_totals_.download();
      count_ratios(on_, Ratios<T>{.momentum = slot(0),
                                  .hessian = slot(kSlotCount<O> - 1),
                                  .table = pieces_.table(),
                                  .now = hessian_now_.device(),
                                  .parts = ratios_partial_.size() / kRatioBins,
                                  .partial = ratios_partial_.data(),
                                  .counts = ratios_.device()});
      ratios_.download();
      on_.synchronize();
      const auto& all = hessian_totals_.host()[hessian_totals_.count() - 1];
      return {.win_rate = all[HessianSum::kUnclipped] / count_,
              .negative_rate = all[HessianSum::kNegative] / count_,
              .l1 = all[HessianSum::kL1],
              .l2 = std::sqrt(all[HessianSum::kL2]),
              .ratios = fractions()};
    } else {
      fail(Code::kInvalidArgument, text("Expected no curvature refresh: ", O::kName, " keeps no Hessian"));
    }
  }

 private:
  static double count(const std::vector<Span>& spans) {
    std::int64_t all = 0;
    for (const auto& span : spans) all += span.count;
    return static_cast<double>(std::max<std::int64_t>(all, 1));
  }
  static HessianNow<T> refreshed(const Refresh& refresh, const Step& step, Estimator estimator) {
    return {.average = MovingAverage<T>(refresh.beta2, refresh.scale),
            .clip = static_cast<T>(step.clip),
            .threshold = static_cast<T>(refresh.threshold),
            .floor = static_cast<T>(refresh.floor),
            .squared = estimator == Estimator::kGaussNewtonBartlett,
            .finite = step.finite};
  }
  std::vector<double> fractions() const {
    std::vector<double> all;
    for (int b = 0; b < kRatioBins; ++b) all.push_back(static_cast<double>(ratios_.host()[b]) / count_);
    return all;
  }
  View<T> slot(int s) const { return slots_[s].template view<T>(0); }

  On& on_;
  std::vector<StateSize> sizes_;
  std::vector<Span> spans_;
  std::vector<typename O::Hyper> hypers_;
  double count_;
  PiecesOn<On> pieces_;
  Mirror<On, Now<O, T>> now_;
  Mirror<On, StepSums> totals_;
  Arena<On, StepSums> partial_;
  Arena<On, T> settled_, weights_, column_work_, block_slots_[std::max(kBlockSlotCount<O>, 1)];
  Mirror<On, HessianNow<T>> hessian_now_;
  Mirror<On, HessianSums> hessian_totals_;
  Arena<On, HessianSums> hessian_partial_;
  Mirror<On, std::uint64_t> ratios_;
  Arena<On, std::uint32_t> ratios_partial_;
  Arena<On, T> slots_[kSlotCount<O>];
};

}  // namespace sophia
