#include "attachment.h"
#include "../optimizers/registry.h"
#include "matrix_plan.h"

namespace sophia {

namespace {

// What an optimizer keeps of one tensor.
template <class O>
std::vector<StateSize> kept_of(const Rule& rule, const Span& span, const Division& division) {
  std::vector<StateSize> all;
  if constexpr (MovesMatrices<O>) {
    const auto hyper = read_hyper<O>(rule.hyper);
    for (int s = 0; s < kSlotCount<O>; ++s)
      all.push_back(
          {span.tensor, O::kSlots[s],
           s < O::kNumberSlots ? span.count : tile_numbers<O>(hyper, tiles_of(division, O::block(hyper)), s)});
  } else {
    for (const char* slot : O::kSlots) all.push_back({span.tensor, slot, span.count});
    if constexpr (KeepsBlocks<O>)
      for (const char* slot : O::kBlockSlots)
        all.push_back({span.tensor, slot, std::ssize(cut_as_divided({span}, {division}).groups)});
  }
  std::erase_if(all, [&](const StateSize& size) { return size.count == 0 && span.count > 0; });
  return all;
}

}  // namespace

std::vector<StateSize> state_sizes(const Attachment& to) {
  std::vector<StateSize> all;
  for (std::size_t i = 0; i < to.spans.size(); ++i) {
    Span span = to.spans[i];
    if (span.tensor < 0) span.tensor = static_cast<std::int32_t>(i);
    const Rule& rule = to.sets.at(static_cast<std::size_t>(span.set));
    with_optimizer(rule.optimizer, [&]<class O>() {
      for (auto& size : kept_of<O>(rule, span, to.divisions.at(i))) all.push_back(std::move(size));
    });
  }
  return all;
}

std::int64_t workspace_bytes(const Attachment& to) {
  std::int64_t bytes = 0;
  for (const auto& name : rule_names(to)) {
    with_optimizer(name, [&]<class O>() {
      if constexpr (MovesMatrices<O>) bytes += matrix_plan<O>(part_of(to, name).to).workspace() * 4;
    });
  }
  return bytes;
}

}  // namespace sophia
