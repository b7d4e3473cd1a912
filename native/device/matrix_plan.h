// What a matrix optimizer needs for tensors: its tiles, where what it keeps of them lies, and how much room a step
// takes.
#pragma once
#include "../optimizers/registry.h"
#include "rule_parts.h"

namespace sophia {

// The numbers that a slot has for these tiles.
template <class O>
std::int64_t tile_numbers(const typename O::Hyper& hyper, const std::vector<Tile>& tiles, int slot) {
  std::int64_t all = 0;
  for (const auto& tile : tiles) all += O::tile_numbers(hyper, tile, slot);
  return all;
}

template <class O>
struct MatrixPlan {
  std::vector<typename O::Hyper> hypers;  // of the sets
  Tiles tiles;
  std::int64_t tile_sizes[kSlotCount<O>] = {};  // of the arenas of the slots that tiles have
  // Where such a slot of a class begins in its arena: round by round, class by class, slot by slot.
  std::vector<std::int64_t> offsets;
  std::int64_t copy = 0, scratch = 0, doubles = 0;  // numbers of the largest round, and of the dearest class

  const typename O::Hyper& hyper(const Round& round) const {
    return hypers[static_cast<std::size_t>(tiles.all.spans[static_cast<std::size_t>(round.first_span)].set)];
  }
  std::int64_t workspace() const { return O::kWorks * copy + scratch; }
};

template <class O>
MatrixPlan<O> matrix_plan(const Attachment& to) {
  MatrixPlan<O> plan;
  for (const auto& set : to.sets) plan.hypers.push_back(read_hyper<O>(set.hyper));
  const auto block_of = [&](std::int32_t set) { return O::block(plan.hypers[static_cast<std::size_t>(set)]); };
  plan.tiles = cut_into_tiles(to.spans, to.divisions, block_of);
  Layout sides[kSlotCount<O>];
  for (const auto& round : plan.tiles.rounds) {
    const auto& hyper = plan.hyper(round);
    plan.copy = std::max(plan.copy, round.numbers);
    for (const auto& c : round.classes) {
      plan.scratch = std::max(plan.scratch, O::scratch(hyper, c));
      if constexpr (requires { O::sums(c); }) plan.doubles = std::max(plan.doubles, O::sums(c));
      for (int s = 0; s < kSlotCount<O>; ++s)
        plan.offsets.push_back(
            s < O::kNumberSlots ? 0 : sides[s].take(c.count * O::tile_numbers(hyper, {0, 0, c.rows, c.columns}, s)));
    }
  }
  for (int s = 0; s < kSlotCount<O>; ++s) plan.tile_sizes[s] = sides[s].size();
  return plan;
}

}  // namespace sophia
