// The rules of an attachment, one by one.
#pragma once
#include <algorithm>
#include "attachment.h"

namespace sophia {

// The part of an attachment that a rule of this name moves, and the numbers of its sets among all.
struct RulePart {
  Attachment to;
  std::vector<std::size_t> sets;
};
inline RulePart part_of(const Attachment& all, const std::string& optimizer) {
  RulePart part{.to = {.sets = {}, .spans = {}, .divisions = {}, .size = 0}, .sets = {}};
  std::vector<std::int32_t> number(all.sets.size(), -1);
  for (std::size_t s = 0; s < all.sets.size(); ++s) {
    if (all.sets[s].optimizer != optimizer) continue;
    number[s] = static_cast<std::int32_t>(part.sets.size());
    part.sets.push_back(s);
    part.to.sets.push_back(all.sets[s]);
  }
  Layout layout;
  for (std::size_t i = 0; i < all.spans.size(); ++i) {
    Span span = all.spans[i];
    const std::int32_t set = number[static_cast<std::size_t>(span.set)];
    if (set < 0) continue;
    if (span.tensor < 0) span.tensor = static_cast<std::int32_t>(i);
    span.set = set;
    span.offset = layout.take(span.count);
    part.to.spans.push_back(span);
    part.to.divisions.push_back(all.divisions[i]);
  }
  part.to.size = layout.size();
  return part;
}

// The names of the rules that move something, each once; the first rule's where none does.
inline std::vector<std::string> rule_names(const Attachment& to) {
  std::vector<std::string> names;
  for (const auto& span : to.spans) {
    const auto& name = to.sets.at(static_cast<std::size_t>(span.set)).optimizer;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names.empty() ? std::vector{to.sets.at(0).optimizer} : names;
}

}  // namespace sophia
