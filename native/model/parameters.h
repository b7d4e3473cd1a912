// The parameter table: every tensor of a GPT-2, once. The planner, the initialiser, the checkpoint, weight decay and
// the optimizers read it, and nothing else lists parameters.
//
// Names, shapes and the (in, out) layout of the weights are those of Hugging Face's GPT-2, so that a checkpoint can be
// read by others. The output head is the token embedding (Press & Wolf 2017, https://arxiv.org/abs/1608.05859).
#pragma once
#include <cmath>
#include <string>
#include <vector>
#include "../core/arena.h"
#include "config.h"

namespace sophia {

// kMatrix is a linear map's weight, kEmbedding a table of rows, kVector a gain or a bias (never decayed).
enum class Kind { kEmbedding, kMatrix, kVector };
inline const char* name(Kind kind) {
  constexpr const char* kNames[] = {"embedding", "matrix", "vector"};
  return kNames[static_cast<int>(kind)];
}

struct Parameter {
  std::string name;
  std::vector<std::int64_t> shape;
  Kind kind;
  double constant;   // initial value where deviation is 0
  double deviation;  // of the normal it is drawn from
  std::int64_t offset = 0, count = 1;
  bool written = false;  // its gradient is, with =, by the first pass of a sum
};

struct Parameters {
  std::vector<Parameter> table;
  std::int64_t size = 0;   // of the arena: tensors and the gaps that align them
  std::int64_t count = 0;  // of the numbers that are trained
};

// Where each tensor of one block lies in the arena.
struct BlockOffsets {
  std::int64_t gain1, bias1, qkv_weight, qkv_bias, project_weight, project_bias;
  std::int64_t gain2, bias2, expand_weight, expand_bias, contract_weight, contract_bias;
};
struct Offsets {
  std::int64_t wte, wpe, gain, bias;
  std::vector<BlockOffsets> blocks;
};

inline constexpr std::int64_t kAbsent = -1;  // the offset of a bias in a model without biases
inline constexpr double kDeviation = 0.02;   // GPT-2's initialisation

// Fills both from the configuration. Biases that the model does not have are left out of the table.
inline Parameters list_parameters(const Config& config, Offsets* offsets = nullptr) {
  Parameters all;
  Layout layout;
  const auto add = [&](std::string name, std::vector<std::int64_t> shape, Kind kind, double constant,
                       double deviation) {
    Parameter p{std::move(name), std::move(shape), kind, constant, deviation};
    for (const auto n : p.shape) p.count *= n;
    p.offset = layout.take(p.count);
    p.written = kind == Kind::kMatrix || all.table.empty();  // wte: by the head, before the embedding adds to it
    all.count += p.count;
    all.table.push_back(p);
    return p.offset;
  };
  const std::int64_t C = config.width, F = kMlpRatio * C;
  const auto bias = [&](const std::string& name, std::int64_t n) {
    return config.bias ? add(name, {n}, Kind::kVector, 0, 0) : kAbsent;
  };
  const auto matrix = [&](const std::string& name, std::int64_t in, std::int64_t out, double deviation) {
    return add(name, {in, out}, Kind::kMatrix, 0, deviation);
  };
  const double residual = kDeviation / std::sqrt(2.0 * config.layers);  // keeps the stream's variance over depth

  Offsets at;
  at.wte = add("wte.weight", {config.vocabulary, C}, Kind::kEmbedding, 0, kDeviation);
  at.wpe = add("wpe.weight", {config.context, C}, Kind::kEmbedding, 0, kDeviation);
  for (int l = 0; l < config.layers; ++l) {
    const std::string h = "h." + std::to_string(l) + ".";
    BlockOffsets b;
    b.gain1 = add(h + "ln_1.weight", {C}, Kind::kVector, 1, 0);
    b.bias1 = bias(h + "ln_1.bias", C);
    b.qkv_weight = matrix(h + "attn.c_attn.weight", C, 3 * C, kDeviation);
    b.qkv_bias = bias(h + "attn.c_attn.bias", 3 * C);
    b.project_weight = matrix(h + "attn.c_proj.weight", C, C, residual);
    b.project_bias = bias(h + "attn.c_proj.bias", C);
    b.gain2 = add(h + "ln_2.weight", {C}, Kind::kVector, 1, 0);
    b.bias2 = bias(h + "ln_2.bias", C);
    b.expand_weight = matrix(h + "mlp.c_fc.weight", C, F, kDeviation);
    b.expand_bias = bias(h + "mlp.c_fc.bias", F);
    b.contract_weight = matrix(h + "mlp.c_proj.weight", F, C, residual);
    b.contract_bias = bias(h + "mlp.c_proj.bias", C);
    at.blocks.push_back(b);
  }
  at.gain = add("ln_f.weight", {C}, Kind::kVector, 1, 0);
  at.bias = bias("ln_f.bias", C);

  all.size = layout.size();
  if (offsets) *offsets = std::move(at);
  return all;
}

}  // namespace sophia
