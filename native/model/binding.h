// The binding of a GPT-2 to its arenas, where parameters.h and plan.h say that everything lies: it only fills in
// pointers.
#pragma once
#include "batch.h"
#include "gpt2.h"
#include "parameters.h"
#include "plan.h"

namespace sophia {

// Binds a model to memory for one batch. The result holds pointers only.
template <class S>
struct Binding {
  const Config& config;
  const Plan& plan;
  const Offsets& offsets;
  View<Par<S>> parameters;              // the starts of their arenas
  View<Acc<S>> gradients, activations;  // gradients, or their values, may be absent
  bool add;                             // to the gradients of the matrices; = otherwise
  Batch batch;                          // where the device has it
  const Randomness* pass;               // the same
  bool dropout;

  Gpt2<S> bind() const {
    Gpt2<S> model{
        .embedding = embedding(), .blocks = {}, .norm = {}, .head = {}, .dstream = at(plan.dstream), .keep = plan.keep};
    for (int l = 0; l < config.layers; ++l) model.blocks.push_back(block(l));
    model.norm = norm(plan.x, offsets.gain, offsets.bias, plan.mean, plan.rstd, plan.norm);
    model.head = head();
    return model;
  }

 private:
  View<Act<S>> at(std::int64_t offset) const {
    if constexpr (std::is_same_v<Act<S>, Acc<S>>) return activations + offset;
    else return {reinterpret_cast<Act<S>*>(activations.value + offset)};
  }
  // The same from the first row on that the pass computes, of rows of that width.
  View<Act<S>> at(std::int64_t offset, int width) const { return at(offset) + batch.past * width; }
  std::int64_t rows() const { return batch.rows() - batch.past; }
  View<Acc<S>> statistic(std::int64_t offset) const { return activations + offset; }
  View<Par<S>> parameter(std::int64_t offset) const { return offset == kAbsent ? View<Par<S>>{} : parameters + offset; }
  View<Acc<S>> gradient(std::int64_t offset) const {
    return offset == kAbsent ? View<Acc<S>>{} : shifted(gradients, offset);
  }

  // What is absent stays absent.
  template <class T> static T* shifted(T* memory, std::int64_t offset) { return memory ? memory + offset : nullptr; }
  template <class T> static View<T> shifted(View<T> x, std::int64_t offset) { return {shifted(x.value, offset)}; }
  template <class T> static View<Dual<T>> shifted(View<Dual<T>> x, std::int64_t offset) {
    return {shifted(x.value, offset), shifted(x.tangent, offset)};
  }
  std::int64_t stream(int l) const { return l < config.layers ? plan.blocks[static_cast<std::size_t>(l)].x : plan.x; }

  // Each dropout of a pass has a stream of its own: 0 the embedding, then three in every block.
  Stream draw(std::uint32_t site) const { return {pass, Purpose::kDropout, site}; }
  float rate() const { return dropout ? static_cast<float>(config.dropout) : 0.0f; }

  Embedding<S> embedding() const {
    return {.batch = batch.batch,
            .time = batch.time - batch.past,
            .channels = config.width,
            .vocabulary = config.vocabulary,
            .tokens = batch.tokens + batch.past,
            .wte = parameter(offsets.wte),
            .wpe = parameter(offsets.wpe) + batch.past * config.width,
            .y = at(stream(0), config.width),
            .dropout = rate(),
            .draw = draw(0),
            .dy = at(plan.dstream),
            .dwte = gradient(offsets.wte),
            .dwpe = gradient(offsets.wpe)};
  }
  LayerNorm<S> norm(std::int64_t x, std::int64_t gain, std::int64_t bias, std::int64_t mean, std::int64_t rstd,
                    std::int64_t y) const {
    return {.rows = rows(),
            .channels = config.width,
            .x = at(x, config.width),
            .gain = parameter(gain),
            .bias = parameter(bias),
            .mean = statistic(mean),
            .rstd = statistic(rstd),
            .y = at(y, config.width),
            .dy = at(plan.dnarrow),
            .dx = at(plan.dstream),
            .dgain = gradient(gain),
            .dbias = gradient(bias)};
  }
  Linear<S> linear(int in, int out, std::int64_t x, std::int64_t weight, std::int64_t bias, std::int64_t y,
                   std::int64_t dy, std::int64_t dx) const {
    return {.rows = rows(),
            .in = in,
            .out = out,
            .x = at(x, in),
            .weight = parameter(weight),
            .bias = parameter(bias),
            .y = at(y, out),
            .dy = at(dy),
            .dx = at(dx),
            .dweight = gradient(weight),
            .dbias = gradient(bias),
            .add = add};
  }
  Residual<S> residual(std::int64_t x, std::int64_t y, std::uint32_t site) const {
    return {.count = rows() * config.width,
            .dropout = rate(),
            .draw = draw(site),
            .x = at(x, config.width),
            .branch = at(plan.branch, config.width),
            .y = at(y, config.width),
            .dy = at(plan.dstream),
            .dbranch = at(plan.dbranch)};
  }

  TransformerBlock<S> block(int l) const {
    const auto& p = offsets.blocks[static_cast<std::size_t>(l)];
    const auto& a = plan.blocks[static_cast<std::size_t>(l)];
    const int C = config.width, F = kMlpRatio * C;
    const auto site = static_cast<std::uint32_t>(3 * l + 1);
    const double scale = 1 / std::sqrt(C / config.heads) / (config.scale_by_layer ? l + 1 : 1);
    return {
        .norm1 = norm(a.x, p.gain1, p.bias1, a.mean1, a.rstd1, a.norm1),
        .qkv = linear(C, 3 * C, a.norm1, p.qkv_weight, p.qkv_bias, a.qkv, plan.dwide, plan.dnarrow),
        .attention = {.batch = batch.batch,
                      .time = batch.time,
                      .past = batch.past,
                      .heads = config.heads,
                      .channels = C,
                      .scale = scale,
                      .dropout = rate(),
                      .draw = draw(site),
                      .qkv = at(a.qkv),
                      .y = at(a.attention),
                      .lse = statistic(a.lse),
                      .dy = at(plan.dnarrow),
                      .dqkv = at(plan.dwide)},
        .project = linear(C, C, a.attention, p.project_weight, p.project_bias, plan.branch, plan.dbranch, plan.dnarrow),
        .residual1 = residual(a.x, a.middle, site + 1),
        .norm2 = norm(a.middle, p.gain2, p.bias2, a.mean2, a.rstd2, a.norm2),
        .expand = linear(C, F, a.norm2, p.expand_weight, p.expand_bias, a.expand, plan.dwide, plan.dnarrow),
        .gelu = {.count = rows() * F,
                 .erf = config.gelu == "erf",
                 .x = at(a.expand, F),
                 .y = at(a.gelu, F),
                 .dy = at(plan.dwide),
                 .dx = at(plan.dwide)},
        .contract = linear(F, C, a.gelu, p.contract_weight, p.contract_bias, plan.branch, plan.dbranch, plan.dwide),
        .residual2 = residual(a.middle, stream(l + 1), site + 2)};
  }

  Head<S> head() const {
    return {.rows = rows(),
            .chunk = plan.chunk,
            .stride = plan.stride,
            .width = config.width,
            .vocabulary = config.vocabulary,
            .x = at(plan.norm, config.width),
            .dx = at(plan.dnarrow),
            .wte = parameter(offsets.wte),
            .dwte = gradient(offsets.wte),
            .logits = statistic(plan.logits),
            .losses = statistic(plan.losses),
            .peak = statistic(plan.peak),
            .lse = statistic(plan.lse),
            .dlosses = statistic(plan.dlosses),
            .dlogits = at(plan.dlogits),
            .targets = batch.targets,
            .add = add};
  }
};

}  // namespace sophia
