// What an elementwise optimizer asks of a whole tensor, or of a block of it, before the step: see optimizer.h.
//
//   partial[p] ← Σ measure         of each piece
//   settled[g] ← settle(Σ partial)     of each tensor, or of each group where the optimizer has block slots, which move
//   on partial[p] ← Σ judge           of each piece, with the direction that follows from settled weights[s] ← weigh(Σ
//   partial)      of each tensor
//
// The tensors are those of Update in elementwise.h; nothing but settled, weights, block_slot, partial and totals is
// written. A pass that reads a sum starts when all of it is there.
#pragma once
#include "elementwise.h"

namespace sophia::elementwise {

// The slots at a place, each of which is read when it is asked for.
template <class Stretch, class Place>
struct SlotsAt {
  const Stretch& a;
  Place i;
  HD auto operator[](int s) const { return a.slot[s][a.in_slot(i)]; }
};

// The two sums. What is measured comes before settled is there.
struct Measuring {
  static constexpr bool kSettled = false;
  template <bool kScattered, class O, class T, class Place>
  HD auto operator()(const Stretch<kScattered, O, T>& a, Place i) const {
    return O::measure(a.now.constants, a.gradient_at(i), SlotsAt<Stretch<kScattered, O, T>, Place>{a, i});
  }
};
struct Judging {
  static constexpr bool kSettled = true;
  template <bool kScattered, class O, class T, class Place>
  HD auto operator()(const Stretch<kScattered, O, T>& a, Place i) const {
    LocalAt<kScattered, O, T, Place> at(a, i);
    at.move(a);
    return O::judge(a.now.constants, at.direction, at.g);
  }
};

// The first number of partial[p] becomes that of the piece, the others 0: totals are made of all.
template <class Sum, class Team, class O, class T>
HD void sum_piece(Team team, const Update<O, T> a, std::int64_t p) {
  Stretch<true, O, T> here(a, a.table.pieces[p]);
  if constexpr (Sum::kSettled) here.read_settled(a);
  const auto sum = team.sum(here.piece.count, [&](auto i) { return Sum()(here, i); });
  StepSums sums(0);
  sums[StepSum{}] = widen(sum);
  if (team.leads()) a.partial[p] = sums;
}

// Of x, a tensor or a group, from its pieces.
template <class Team, class O, class T, class X>
HD Statistic statistic(Team team, const Update<O, T>& a, const X& x) {
  const auto sum_of = [&](auto i) { return Pack<double, 1>(a.partial[x.first_piece + i.index][StepSum{}]); };
  return {team.sum(x.end_piece - x.first_piece, sum_of), static_cast<double>(x.count)};
}

// The same, or that of all tensors where the optimizer wants it: totals has been made then.
template <class Team, class O, class T, class X>
HD Statistic measured(Team team, const Update<O, T>& a, const X& x, const typename O::template Constants<T>& c) {
  if constexpr (MeasuresAll<O>) {
    if (O::global(c)) return {a.totals[a.table.span_count][StepSum{}], static_cast<double>(a.table.numbers)};
  }
  return statistic(team, a, x);
}

// How many numbers are settled: those of tensors, or of groups.
template <class O, class T>
HD std::int64_t settled_count(const Update<O, T>& a) {
  return KeepsBlocks<O> ? a.table.group_count : a.table.span_count;
}

template <class Team, class O, class T>
HD void settle_tensor(Team team, const Update<O, T>& a, std::int64_t s) {
  const Span span = a.table.spans[s];
  const auto c = a.now[span.set].constants;
  const T settled = O::settle(c, measured(team, a, span, c));
  if (team.leads()) a.settled.store(s, settled);
}
template <class Team, class O, class T>
HD void settle_group(Team team, const Update<O, T>& a, std::int64_t g) {
  const Group group = a.table.groups[g];
  const auto c = a.now[a.table.spans[group.span].set].constants;
  const Statistic found = statistic(team, a, group);
  if (!team.leads()) return;
  T kept[kBlockSlotCount<O>];
  for (int s = 0; s < kBlockSlotCount<O>; ++s) kept[s] = a.block_slot[s][g];
  a.settled.store(g, O::settle(c, found, kept));
  for (int s = 0; s < kBlockSlotCount<O>; ++s) a.block_slot[s].store(g, kept[s]);
}
template <class Team, class O, class T>
HD void settle(Team team, const Update<O, T>& a, std::int64_t number) {
  if constexpr (KeepsBlocks<O>) settle_group(team, a, number);
  else settle_tensor(team, a, number);
}

template <class Team, class O, class T>
HD void weigh(Team team, const Update<O, T>& a, std::int64_t s) {
  const Span span = a.table.spans[s];
  const T weight = O::weigh(a.now[span.set].constants, statistic(team, a, span));
  if (team.leads()) a.weights.store(s, weight);
}

}  // namespace sophia::elementwise
