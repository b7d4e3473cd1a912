// What an elementwise optimizer asks of a whole tensor, or of a block of it, before the step: see optimizer.h.
//
//   partial[p]   Σ measure of each piece; in column_work, of each column of a strip (linalg/strips.h)
//   settled[g]   what settle() makes of their sum, of each tensor, or of each group by an optimizer with block slots;
//                in column_work, for each column of a group of columns
//   partial[p]   Σ judge of each piece, with the direction that follows from settled
//   weights[s]   what weigh() makes of their sum, of each tensor
//
// The tensors are those of Update in elementwise.h; nothing but settled, weights, block_slot, column_work, partial and
// totals is written. A pass that reads a sum starts when all of it is there.
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
    at.move(a, i);
    return O::judge(a.now.constants, at.direction, at.g);
  }
};

// Whether a measure is in double, though the numbers are floats: a register holds half as many of it.
template <class O, class T>
inline constexpr bool kMeasuresInDouble = sizeof(O::measure(std::declval<const typename O::template Constants<T>&>(),
                                                            T(), std::declval<T (&)[kSlotCount<O>]>())) > sizeof(T);

// Whether its columns share statistics. Only an optimizer with block slots asks.
template <class O, class T>
HD bool divided_by_columns(const Update<O, T>& a, std::int32_t span) {
  if constexpr (KeepsBlocks<O>) return a.table.spans[span].columns > 0;
  else return false;
}

// The first number of partial[p] becomes that of the piece, the others 0: totals are made of all.
template <class Sum, class Team, class O, class T>
HD void sum_piece(Team team, const Update<O, T> a, std::int64_t p) {
  Stretch<true, O, T> here(a, a.table.pieces[p]);
  if constexpr (Sum::kSettled) here.read_settled(a);
  else if (divided_by_columns(a, here.piece.span)) return;
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

// The rows of a strip.
template <class O, class T>
struct StripRows {
  Stretch<true, O, T> here;
  Strip strip;
  std::int64_t row_length;

  HD StripRows(const Update<O, T>& a, std::int64_t s)
      : here(a, {a.table.strips[s].offset, 0, a.table.strips[s].span, 0}),
        strip(a.table.strips[s]),
        row_length(a.table.spans[strip.span].columns) {}
  // What is measured at column c of row r.
  template <class Place>
  HD auto measure(std::int64_t r, Place c) const {
    c.index += r * row_length;
    return Measuring()(here, c);
  }
};

// Of some columns, from the chunks of rows.
template <class Team, class O, class T>
HD Statistic statistic_of_columns(Team team, const Update<O, T>& a, const Group& group, const Span& span) {
  const ColumnWork work{span.count / span.columns, span.columns};
  const View<T> sums = a.column_work + (span.column_work + work.sums() + group.first_column);
  const auto width = static_cast<std::uint32_t>(group.columns);
  const auto sum_of = [&](auto i) {
    const auto n = static_cast<std::uint32_t>(i.index);
    return Pack<double, 1>(sums[std::ptrdiff_t{n / width} * span.columns + n % width]);
  };
  return {team.sum(work.chunks() * group.columns, sum_of), static_cast<double>(group.count)};
}
// For every column of the group, wherever the workspace has it.
template <class T>
HD void spread(View<T> by_column, const Group& group, const Span& span, T settled) {
  for (std::int64_t c = group.first_column; c < group.first_column + group.columns; ++c)
    for (std::int64_t at = c; at < span.columns + kWidestPack - 1; at += span.columns) by_column.store(at, settled);
}

template <class Team, class O, class T>
HD void settle_group(Team team, const Update<O, T>& a, std::int64_t g) {
  const Group group = a.table.groups[g];
  const Span span = a.table.spans[group.span];
  const auto c = a.now[span.set].constants;
  const Statistic found = group.columns > 0 ? statistic_of_columns(team, a, group, span) : statistic(team, a, group);
  if (!team.leads()) return;
  T kept[kBlockSlotCount<O>];
  for (int s = 0; s < kBlockSlotCount<O>; ++s) kept[s] = a.block_slot[s][g];
  const T settled = O::settle(c, found, kept);
  if (group.columns > 0) spread(a.column_work + span.column_work, group, span, settled);
  else a.settled.store(g, settled);
  for (int s = 0; s < kBlockSlotCount<O>; ++s) a.block_slot[s].store(g, kept[s]);
}

// Whether a group has so few sums to add up that one thread does, instead of a team.
template <class O, class T>
HD bool is_small(const Update<O, T>& a, std::int64_t number) {
  constexpr std::int64_t kFew = 2;
  if constexpr (!KeepsBlocks<O>) return false;
  const Group& group = a.table.groups[number];
  return group.columns > 0 || group.end_piece - group.first_piece <= kFew;
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
