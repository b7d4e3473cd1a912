// A matrix optimizer attached to tensors that lie by themselves, on a backend: it owns the slots, the copies that a
// step computes with and the tables of its passes.
#pragma once
#include <cmath>
#include <memory>
#include "../core/mirror.h"
#include "../optimizers/clip.h"
#include "matrix_plan.h"

namespace sophia {

template <class On, class O>
class AttachedMatrices : public Attached<typename On::Real> {
 public:
  using T = typename On::Real;
  using Kept = typename Attached<T>::Kept;

  AttachedMatrices(On& on, const Attachment& to)
      : on_(on),
        spans_(to.spans),
        sizes_(state_sizes(to)),
        plan_(matrix_plan<O>(to)),
        pieces_(on, plan_.tiles.all),
        now_(on, std::ssize(to.sets)),
        steps_(to.sets.size()),
        factors_(on, std::ssize(to.spans)),
        totals_(on, pieces_.table().span_count + 1),
        statistics_(on, pieces_.table().span_count + 1),
        partial_(on, pieces_.table().piece_count),
        scratch_(on, plan_.scratch),
        doubles_(on, plan_.doubles) {
    for (int s = 0; s < kSlotCount<O>; ++s)
      slots_[s] = Arena<On, T>(on, s < O::kNumberSlots ? to.size : plan_.tile_sizes[s]);
    for (auto& work : works_) work = Arena<On, T>(on, plan_.copy);
    place_slots();
    set_factors();
  }

  std::vector<Kept> state() override {
    std::vector<Kept> all;
    for (const auto& size : sizes_) all.push_back({size, parts_of(size)});
    return all;
  }
  std::int64_t workspace() const override { return plan_.workspace() * static_cast<std::int64_t>(sizeof(T)); }

  void set(std::span<const Step> steps) override {
    steps_.assign(steps.begin(), steps.end());
    for (std::size_t s = 0; s < steps_.size(); ++s) now_.host()[s] = now<O, T>(plan_.hypers[s], steps_[s]);
  }
  std::int64_t course() const override {
    if constexpr (requires { O::course(plan_.hypers[0], steps_[0]); }) {
      std::int64_t all = 0;
      for (std::size_t s = 0; s < steps_.size(); ++s) all = kMostCourses * all + O::course(plan_.hypers[s], steps_[s]);
      return all;
    }
    return 0;
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
    const View<T>* slots = tile_slots_.data();
    for (const auto& round : plan_.tiles.rounds) {
      const Room<On, O> room{.hyper = plan_.hyper(round),
                             .step = steps_[static_cast<std::size_t>(set_of(round))],
                             .round = round,
                             .sheet = sheet(at, round),
                             .scratch = scratch_.template view<T>(0),
                             .doubles = doubles_.data(),
                             .sums = statistics_of(round),
                             .tile_slots = slots};
      O::move(on_, room);
      pass<matrixwise::Apply>(on_, room.sheet);
      slots += round.classes.size() * std::size(O::kSlots);
    }
    add_sums(on_, SheetSums<O, T>{pieces_.table(), now_.device(), totals_.device(), partial_.data()});
    totals_.download();
  }

  StepTotals totals() override {
    const auto& all = totals_.host()[totals_.count() - 1];
    return {.parameter_norm = std::sqrt(all[StepSum::kParameters]),
            .momentum_norm = std::sqrt(all[StepSum::kMomentum])};
  }

  HessianTotals update_hessian(const Target<T>&, std::span<const Step>, Estimator) override {
    fail(Code::kInvalidArgument, text("Expected no curvature refresh: ", O::kName, " keeps no Hessian"));
  }

 private:
  static constexpr std::int64_t kMostCourses = 16;

  std::int32_t set_of(const Round& round) const {
    return plan_.tiles.all.spans[static_cast<std::size_t>(round.first_span)].set;
  }

  Sheet<O, T> sheet(const Target<T>& at, const Round& round) const {
    Sheet<O, T> sheet{.table = pieces_.table(),
                      .now = now_.device(),
                      .thetas = at.thetas,
                      .gradients = at.gradients,
                      .slot = {},
                      .work = {},
                      .factors = factors_.data(),
                      .statistics = statistics_.data(),
                      .partial = partial_.data() + round.first_piece,
                      .aligned = at.aligned};
    sheet.table.pieces += round.first_piece;
    sheet.table.piece_count = round.end_piece - round.first_piece;
    sheet.table.numbers = round.numbers;
    for (int s = 0; s < O::kNumberSlots; ++s) sheet.slot[s] = slots_[s].template view<T>(0);
    for (int w = 0; w < O::kWorks; ++w) sheet.work[w] = works_[w].template view<T>(0);
    return sheet;
  }

  // Sums over the round's tensors; the one of all of them lies behind, where the next round's first will be.
  SheetSums<O, T> statistics_of(const Round& round) const {
    PieceTable table = pieces_.table();
    table.spans += round.first_span;
    table.span_count = round.end_span - round.first_span;
    return {table, now_.device(), statistics_.data() + round.first_span, partial_.data()};
  }

  void place_slots() {
    for (std::size_t i = 0; i < plan_.offsets.size(); ++i)
      tile_slots_.push_back(slots_[i % std::size(O::kSlots)].template view<T>(plan_.offsets[i]));
  }
  void set_factors() {
    std::vector<T> factors;
    for (std::size_t s = 0; s < plan_.tiles.divisions.size(); ++s) {
      const auto& hyper = plan_.hypers[static_cast<std::size_t>(plan_.tiles.all.spans[s].set)];
      factors.push_back(static_cast<T>(O::factor(hyper, plan_.tiles.divisions[s])));
    }
    on_.upload(factors_.data(), factors.data(), std::ssize(factors));
    on_.synchronize();
  }

  std::vector<std::span<T>> parts_of(const StateSize& size) {
    const int slot =
        static_cast<int>(std::find(std::begin(O::kSlots), std::end(O::kSlots), size.slot) - std::begin(O::kSlots));
    if (slot < O::kNumberSlots) {
      const auto span =
          std::find_if(spans_.begin(), spans_.end(), [&](const Span& s) { return s.tensor == size.tensor; });
      return {{slots_[slot].data() + span->offset, static_cast<std::size_t>(span->count)}};
    }
    std::vector<std::span<T>> parts;
    const View<T>* slots = tile_slots_.data();
    for (const auto& round : plan_.tiles.rounds) {
      for (const auto& c : round.classes) {
        const auto numbers = c.each * O::tile_numbers(plan_.hyper(round), {0, 0, c.rows, c.columns}, slot);
        for (auto s = round.first_span; s < round.end_span; ++s)
          if (plan_.tiles.all.spans[static_cast<std::size_t>(s)].tensor == size.tensor && numbers > 0)
            parts.push_back({slots[slot].value + (s - round.first_span) * numbers, static_cast<std::size_t>(numbers)});
        slots += std::size(O::kSlots);
      }
    }
    return parts;
  }

  On& on_;
  std::vector<Span> spans_;
  std::vector<StateSize> sizes_;
  MatrixPlan<O> plan_;
  PiecesOn<On> pieces_;
  Mirror<On, Now<O, T>> now_;
  std::vector<Step> steps_;
  Arena<On, T> factors_;
  Mirror<On, StepSums> totals_;
  Arena<On, StepSums> statistics_, partial_;
  Arena<On, T> scratch_, works_[O::kWorks], slots_[kSlotCount<O>];
  Arena<On, double> doubles_;
  std::vector<View<T>> tile_slots_;
};

}  // namespace sophia
