// What an optimizer keeps, as a test compares it.
#pragma once
#include "../../../native/train/run.h"

namespace sophia {

// The numbers of each entry of the state; of those of one slot, where it is named.
inline std::vector<std::vector<float>> state_of(Run& run, const std::string& slot = "") {
  std::vector<std::vector<float>> all;
  const auto state = run.state();
  for (std::size_t entry = 0; entry < state.size(); ++entry) {
    if (!slot.empty() && state[entry].slot != slot) continue;
    all.emplace_back(static_cast<std::size_t>(state[entry].count));
    run.read_state(entry, all.back());
  }
  return all;
}

}  // namespace sophia
