#include "attachment.h"
#include "../optimizers/registry.h"

namespace sophia {

std::vector<StateSize> state_sizes(const Attachment& to) {
  std::vector<StateSize> all;
  for (std::size_t i = 0; i < to.spans.size(); ++i) {
    const Span& span = to.spans[i];
    with_optimizer(to.sets[static_cast<std::size_t>(span.set)].optimizer, [&]<class O>() {
      const std::int32_t tensor = span.tensor < 0 ? static_cast<std::int32_t>(i) : span.tensor;
      for (const char* slot : O::kSlots) all.push_back({tensor, slot, span.count});
    });
  }
  return all;
}

std::int64_t workspace_bytes(const Attachment&) { return 0; }

}  // namespace sophia
