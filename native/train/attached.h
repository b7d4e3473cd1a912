// An optimizer attached to the parameters of a run: it owns the optimizer's slots and the tables of its passes.
#pragma once
#include <cmath>
#include <memory>
#include "../core/arena.h"
#include "../core/mirror.h"
#include "../curvature/hessian.h"
#include "../curvature/ratios.h"
#include "../optimizers/clip.h"
#include "../optimizers/elementwise.h"
#include "../optimizers/registry.h"
#include "run.h"

namespace sophia {

template <class T>
class Attached {
 public:
  virtual ~Attached() = default;
  virtual std::vector<std::pair<std::string, T*>> slots() = 0;

  // A step in three parts: on the host before it, in the order of the device's work, and on the host when that is done.
  // The middle one may be captured once and replayed: it reads what set() left. Σ g² and Σ ℓ² are clip.h's sums.
  virtual void set(const Step&) = 0;
  virtual void step(const double* sums, double limit) = 0;
  virtual StepTotals totals() = 0;

  // Without a Hessian to keep, an Error{kInvalidArgument}.
  virtual HessianTotals update_hessian(const Step&, Estimator) = 0;
};

template <class On, class O>
class AttachedTo : public Attached<typename On::Real> {
 public:
  using T = typename On::Real;

  AttachedTo(On& on, const OptimizerChoice& choice, const Parameters& parameters, View<T> theta, View<T> gradient)
      : on_(on),
        hyper_(read_hyper<O>(choice.hyper)),
        count_(static_cast<double>(parameters.count)),
        pieces_(on, cut(spans(choice, parameters))),
        now_(on, 1),
        totals_(on, pieces_.table().span_count + 1),
        partial_(on, pieces_.table().piece_count),
        measured_(on, Measures<O> ? pieces_.table().group_count : 0),
        judged_(on, Judges<O> ? pieces_.table().group_count : 0),
        theta_(theta),
        gradient_(gradient) {
    for (int s = 0; s < kSlotCount<O>; ++s) slots_[s] = Arena<On, T>(on, parameters.size);
    if constexpr (ReadsHessian<O>) {
      hessian_now_ = Mirror<On, HessianNow<T>>(on, 1);
      hessian_totals_ = Mirror<On, HessianSums>(on, totals_.count());
      hessian_partial_ = Arena<On, HessianSums>(on, partial_.size());
      ratios_ = Mirror<On, std::uint64_t>(on, kRatioBins);
      ratios_partial_ = Arena<On, std::uint32_t>(on, ratios::parts(partial_.size()) * kRatioBins);
    }
  }

  std::vector<std::pair<std::string, T*>> slots() override {
    std::vector<std::pair<std::string, T*>> named;
    for (int s = 0; s < kSlotCount<O>; ++s) named.emplace_back(O::kSlots[s], slots_[s].data());
    return named;
  }

  void set(const Step& step) override { *now_.host() = now<O, T>(hyper_, step); }

  void step(const double* sums, double limit) override {
    now_.upload();
    Now<O, T>* const now = now_.device();
    clip(on_, Clip<T>{.sums = sums, .limit = limit, .coefficient = &now->clip, .finite = &now->finite});
    Update<O, T> update{.theta = theta_,
                        .gradient = gradient_,
                        .slot = {},
                        .table = pieces_.table(),
                        .now = now,
                        .totals = totals_.device(),
                        .partial = partial_.data(),
                        .measured = measured_.data(),
                        .judged = judged_.data()};
    for (int s = 0; s < kSlotCount<O>; ++s) update.slot[s] = slot(s);
    sophia::step(on_, update);
    totals_.download();
  }

  StepTotals totals() override {
    const auto& all = totals_.host()[totals_.count() - 1];
    return {.unclipped = all[StepSum::kUnclipped] / count_,
            .parameter_norm = std::sqrt(all[StepSum::kParameters]),
            .momentum_norm = std::sqrt(all[StepSum::kMomentum])};
  }

  HessianTotals update_hessian(const Step& step, Estimator estimator) override {
    if constexpr (ReadsHessian<O>) {
      const Refresh refresh = O::refresh(hyper_, step);
      *hessian_now_.host() = {.average = MovingAverage<T>(refresh.beta2, refresh.scale),
                              .clip = static_cast<T>(step.clip),
                              .threshold = static_cast<T>(refresh.threshold),
                              .floor = static_cast<T>(refresh.floor),
                              .squared = estimator == Estimator::kGaussNewtonBartlett,
                              .finite = step.finite};
      hessian_now_.upload();
      sophia::update_hessian(on_, HessianUpdate<T>{.hessian = slot(kSlotCount<O> - 1),
                                                   .estimate = gradient_,
                                                   .momentum = slot(0),
                                                   .table = pieces_.table(),
                                                   .now = hessian_now_.device(),
                                                   .totals = hessian_totals_.device(),
                                                   .partial = hessian_partial_.data()});
      hessian_totals_.download();
      count_ratios(on_, Ratios<T>{.momentum = slot(0),
                                  .hessian = slot(kSlotCount<O> - 1),
                                  .table = pieces_.table(),
                                  .threshold = static_cast<T>(refresh.threshold),
                                  .floor = static_cast<T>(refresh.floor),
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
  static std::vector<Span> spans(const OptimizerChoice& choice, const Parameters& parameters) {
    std::vector<Span> all;
    for (const auto& p : parameters.table)
      all.push_back({.offset = p.offset,
                     .count = p.count,
                     .decay = p.kind == Kind::kMatrix || (p.kind == Kind::kEmbedding && choice.decay_embeddings)});
    return all;
  }
  std::vector<double> fractions() const {
    std::vector<double> all;
    for (int b = 0; b < kRatioBins; ++b) all.push_back(static_cast<double>(ratios_.host()[b]) / count_);
    return all;
  }
  View<T> slot(int s) const { return slots_[s].template view<T>(0); }

  On& on_;
  typename O::Hyper hyper_;
  double count_;
  PiecesOn<On> pieces_;
  Mirror<On, Now<O, T>> now_;
  Mirror<On, StepSums> totals_;
  Arena<On, StepSums> partial_;
  Arena<On, Statistic> measured_, judged_;
  Mirror<On, HessianNow<T>> hessian_now_;
  Mirror<On, HessianSums> hessian_totals_;
  Arena<On, HessianSums> hessian_partial_;
  Mirror<On, std::uint64_t> ratios_;
  Arena<On, std::uint32_t> ratios_partial_;
  View<T> theta_, gradient_;
  Arena<On, T> slots_[kSlotCount<O>];
};

// Attaches the optimizer that the choice names, its slots zero.
template <class On, class T>
std::unique_ptr<Attached<T>> attach(On& on, const OptimizerChoice& choice, const Parameters& parameters, View<T> theta,
                                    View<T> gradient) {
  std::unique_ptr<Attached<T>> attached;
  with_optimizer(choice.name, [&]<class O>() {
    attached = std::make_unique<AttachedTo<On, O>>(on, choice, parameters, theta, gradient);
  });
  return attached;
}

}  // namespace sophia
