// The plan: where every activation lies. Memory is laid out once for the largest batch.
#pragma once
#include <algorithm>
#include <vector>
#include "../core/arena.h"
#include "config.h"

namespace sophia {

// What the layers of a block leave for the backward pass, and the row statistics.
struct BlockActivations {
  std::int64_t x, norm1, mean1, rstd1, qkv, attention, lse, middle, norm2, mean2, rstd2, expand, gelu;
};

// Which activations stay: none, the keys and values of every block for a later pass, or for the backward pass the
// inputs of the blocks, or all.
enum class Keep { kNothing, kKeys, kInputs, kEverything };

// Offsets count numbers of type Acc; an activation that is stored as something smaller takes no more than it needs.
struct Plan {
  Keep keep;
  std::int64_t rows, chunk, stride;
  std::vector<BlockActivations> blocks;
  std::int64_t x, norm, mean, rstd;               // after the last block
  std::int64_t branch;                            // a branch's output on its way to the residual stream
  std::int64_t dstream, dbranch, dnarrow, dwide;  // gradients: shared by all blocks
  std::int64_t logits, dlogits, losses, peak, lse, dlosses;
  std::int64_t size;
};

// Logits at once: few enough for a cache's worth of rows at a small vocabulary, and rows enough at a large one that
// the product with the embedding stays bound by arithmetic.
inline constexpr std::int64_t kLogits = 1 << 21, kFewestRows = 256;

// Offsets for batches of at most batch × time, at the scalar S. Blocks share what need not stay; but a block writes the
// next one's input.
template <class S>
Plan make_plan(const Config& config, std::int64_t batch, std::int64_t time, Keep keep) {
  const std::int64_t R = batch * time, C = config.width, F = kMlpRatio * C;
  const bool gradients = keep >= Keep::kInputs;
  Layout layout;
  constexpr bool kSmaller = !std::is_same_v<Act<S>, Acc<S>>;
  constexpr auto kRatio = static_cast<std::int64_t>(kSmaller ? sizeof(Acc<S>) / sizeof(Act<S>) : 1);
  const auto take = [&](std::int64_t count) { return layout.take((count + kRatio - 1) / kRatio); };  // activations
  Plan plan{};
  plan.keep = keep;
  plan.rows = R;
  const auto block = [&] {
    return BlockActivations{.x = take(R * C),
                            .norm1 = take(R * C),
                            .mean1 = layout.take(R),
                            .rstd1 = layout.take(R),
                            .qkv = take(R * 3 * C),
                            .attention = take(R * C),
                            .lse = layout.take(R * config.heads),
                            .middle = take(R * C),
                            .norm2 = take(R * C),
                            .mean2 = layout.take(R),
                            .rstd2 = layout.take(R),
                            .expand = take(R * F),
                            .gelu = take(R * F)};
  };
  for (int l = 0; l < config.layers; ++l) {
    if (keep == Keep::kEverything || l == 0) {
      plan.blocks.push_back(block());
    } else {
      BlockActivations shared = plan.blocks[0];
      shared.x = keep == Keep::kInputs || l == 1 ? take(R * C) : plan.blocks[static_cast<std::size_t>(l) - 2].x;
      if (keep == Keep::kKeys) shared.qkv = take(R * 3 * C);
      plan.blocks.push_back(shared);
    }
  }
  plan.x = take(R * C);
  plan.norm = take(R * C);
  plan.mean = layout.take(R);
  plan.rstd = layout.take(R);
  plan.branch = take(R * C);
  plan.dstream = take(gradients ? R * C : 0);
  plan.dbranch = config.dropout > 0 ? take(gradients ? R * C : 0) : plan.dstream;
  plan.dnarrow = take(gradients ? R * C : 0);
  plan.dwide = take(gradients ? R * F : 0);
  plan.stride = (config.vocabulary + 15) / 16 * 16;  // padded here only: rows start aligned, padding is never read
  plan.chunk = std::min(R, std::max(kFewestRows, kLogits / plan.stride));
  plan.logits = layout.take(plan.chunk * plan.stride);
  plan.dlogits = kSmaller ? take(gradients ? plan.chunk * plan.stride : 0) : plan.logits;
  plan.losses = layout.take(R);
  plan.peak = layout.take(R);
  plan.lse = layout.take(R);
  plan.dlosses = layout.take(R);
  plan.size = layout.size();
  return plan;
}

}  // namespace sophia
