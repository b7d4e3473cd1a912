// The plan: where every activation lies. Memory is laid out once for the largest batch.
#pragma once
#include <algorithm>
#include <string>
#include <vector>
#include "../core/arena.h"
#include "config.h"

namespace sophia {

// What the layers of a block leave for the backward pass, and the row statistics.
struct BlockActivations {
  std::int64_t x, norm1, mean1, rstd1, qkv, attention, lse, middle, norm2, mean2, rstd2, expand, gelu;
};

// Which activations stay: none, the keys and values of every block for a later pass, or for the backward pass the
// inputs of the blocks, all but what is cheap to make again (the outputs of LayerNorm and GELU), or all.
enum class Keep { kNothing, kKeys, kInputs, kAllButCheap, kEverything };

// What stays where `recompute` is made once more: nothing of it, what is cheap, or all but the blocks' inputs.
inline Keep kept(const std::string& recompute) {
  if (recompute == "none") return Keep::kEverything;
  if (recompute == "cheap") return Keep::kAllButCheap;
  if (recompute == "all") return Keep::kInputs;
  fail(Code::kInvalidArgument, text("Expected `recompute` to be one of none, cheap, all, got ", recompute));
}

// What activations are of. Row statistics go with the layer that leaves them.
enum class Content { kStream, kNorms, kQkv, kAttention, kMlp, kGelu, kGradients, kLogits, kLosses, kContents };
inline constexpr const char* kContentNames[] = {"residual stream", "layernorm", "qkv",   "attention", "mlp", "gelu",
                                                "gradients",       "logits",    "losses"};

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
  std::int64_t contents[static_cast<int>(Content::kContents)];  // what size is made of
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
  Plan plan{};
  plan.keep = keep;
  plan.rows = R;
  const auto statistic = [&](Content content, std::int64_t count) {
    const auto offset = layout.take(count);
    plan.contents[static_cast<int>(content)] += layout.size() - offset;
    return offset;
  };
  const auto take = [&](Content content, std::int64_t count) {  // activations
    return statistic(content, (count + kRatio - 1) / kRatio);
  };
  const bool all = keep == Keep::kEverything, most = keep >= Keep::kAllButCheap;
  for (int l = 0; l < config.layers; ++l) {
    BlockActivations b = l > 0 ? plan.blocks[0] : BlockActivations{};
    if (keep >= Keep::kInputs || l < 2) b.x = take(Content::kStream, R * C);
    else b.x = plan.blocks[static_cast<std::size_t>(l) - 2].x;
    if (l == 0 || all) b.norm1 = take(Content::kNorms, R * C);
    if (l == 0 || most) {
      b.mean1 = statistic(Content::kNorms, R);
      b.rstd1 = statistic(Content::kNorms, R);
    }
    if (l == 0 || most || keep == Keep::kKeys) b.qkv = take(Content::kQkv, R * 3 * C);
    if (l == 0 || most) {
      b.attention = take(Content::kAttention, R * C);
      b.lse = statistic(Content::kAttention, R * config.heads);
      b.middle = take(Content::kStream, R * C);
    }
    if (l == 0 || all) b.norm2 = take(Content::kNorms, R * C);
    if (l == 0 || most) {
      b.mean2 = statistic(Content::kNorms, R);
      b.rstd2 = statistic(Content::kNorms, R);
      b.expand = take(Content::kMlp, R * F);
    }
    if (l == 0 || all) b.gelu = take(Content::kGelu, R * F);
    plan.blocks.push_back(b);
  }
  plan.x = take(Content::kStream, R * C);
  plan.norm = take(Content::kNorms, R * C);
  plan.mean = statistic(Content::kNorms, R);
  plan.rstd = statistic(Content::kNorms, R);
  plan.branch = take(Content::kStream, R * C);
  plan.dstream = take(Content::kGradients, gradients ? R * C : 0);
  plan.dbranch = config.dropout > 0 ? take(Content::kGradients, gradients ? R * C : 0) : plan.dstream;
  plan.dnarrow = take(Content::kGradients, gradients ? R * C : 0);
  plan.dwide = take(Content::kGradients, gradients ? R * F : 0);
  plan.stride = (config.vocabulary + 15) / 16 * 16;  // padded here only: rows start aligned, padding is never read
  plan.chunk = std::min(R, std::max(kFewestRows, kLogits / plan.stride));
  plan.logits = statistic(Content::kLogits, plan.chunk * plan.stride);
  plan.dlogits = kSmaller ? take(Content::kLogits, gradients ? plan.chunk * plan.stride : 0) : plan.logits;
  plan.losses = statistic(Content::kLosses, R);
  plan.peak = statistic(Content::kLosses, R);
  plan.lse = statistic(Content::kLosses, R);
  plan.dlosses = statistic(Content::kLosses, R);
  plan.size = layout.size();
  return plan;
}

}  // namespace sophia
