// An optimizer attached to the parameters of a run: it owns the optimizer's slots and the tables of its passes.
#pragma once
#include <cmath>
#include <memory>
#include "../core/arena.h"
#include "../curvature/hessian.h"
#include "../linalg/dot.h"
#include "../optimizers/elementwise.h"
#include "../optimizers/registry.h"
#include "run.h"

namespace sophia {

template <class T>
class Attached {
 public:
  virtual ~Attached() = default;
  virtual std::vector<std::pair<std::string, T*>> slots() = 0;
  virtual StepTotals step(const Step&) = 0;
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
        pieces_(cut(spans(choice, parameters))),
        totals_(pieces_.spans.size() + 1),
        partial_(pieces_.pieces.size()),
        hessian_totals_(ReadsHessian<O> ? totals_.size() : 0),
        hessian_partial_(ReadsHessian<O> ? partial_.size() : 0),
        measured_(Measures<O> ? pieces_.groups.size() : 0),
        judged_(Judges<O> ? pieces_.groups.size() : 0),
        theta_(theta),
        gradient_(gradient) {
    for (int s = 0; s < kSlotCount<O>; ++s) slots_[s] = Arena<On, T>(on, parameters.size);
  }

  std::vector<std::pair<std::string, T*>> slots() override {
    std::vector<std::pair<std::string, T*>> named;
    for (int s = 0; s < kSlotCount<O>; ++s) named.emplace_back(O::kSlots[s], slots_[s].data());
    return named;
  }

  StepTotals step(const Step& step) override {
    const auto now = sophia::now<O, T>(hyper_, step);
    Update<O, T> update{.theta = theta_,
                        .gradient = gradient_,
                        .slot = {},
                        .table = table(pieces_),
                        .now = &now,
                        .totals = totals_.data(),
                        .partial = partial_.data(),
                        .measured = measured_.data(),
                        .judged = judged_.data()};
    for (int s = 0; s < kSlotCount<O>; ++s) update.slot[s] = slot(s);
    sophia::step(on_, update);
    const auto& all = totals_.back();
    return {.unclipped = all[StepSum::kUnclipped] / count_,
            .parameter_norm = std::sqrt(all[StepSum::kParameters]),
            .momentum_norm = std::sqrt(all[StepSum::kMomentum])};
  }

  HessianTotals update_hessian(const Step& step, Estimator estimator) override {
    if constexpr (ReadsHessian<O>) {
      const Refresh refresh = O::refresh(hyper_, step.tokens);
      const HessianNow<T> now{.average = MovingAverage<T>(refresh.beta2, refresh.scale),
                              .clip = static_cast<T>(step.clip),
                              .threshold = static_cast<T>(refresh.threshold),
                              .floor = static_cast<T>(refresh.floor),
                              .squared = estimator == Estimator::kGaussNewtonBartlett,
                              .finite = step.finite};
      sophia::update_hessian(on_, HessianUpdate<T>{.hessian = slot(kSlotCount<O> - 1),
                                                   .estimate = gradient_,
                                                   .momentum = slot(0),
                                                   .table = table(pieces_),
                                                   .now = &now,
                                                   .totals = hessian_totals_.data(),
                                                   .partial = hessian_partial_.data()});
      const auto& all = hessian_totals_.back();
      return {.win_rate = all[HessianSum::kUnclipped] / count_,
              .negative_rate = all[HessianSum::kNegative] / count_,
              .l1 = all[HessianSum::kL1],
              .l2 = std::sqrt(all[HessianSum::kL2])};
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
  View<T> slot(int s) const { return slots_[s].template view<T>(0); }

  On& on_;
  typename O::Hyper hyper_;
  double count_;
  Pieces pieces_;
  std::vector<StepSums> totals_, partial_;
  std::vector<HessianSums> hessian_totals_, hessian_partial_;
  std::vector<Statistic> measured_, judged_;
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
