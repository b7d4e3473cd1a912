// run_layer: the call of a layer on a backend. Each layer says which operand every member of its struct is, once for
// all scalars and both verbs.
#pragma once
#include "../layers/attention.h"
#include "../layers/crossentropy.h"
#include "../layers/embedding.h"
#include "../layers/gelu.h"
#include "../layers/layernorm.h"
#include "../layers/linear.h"
#include "../layers/residual.h"
#include "operands.h"

namespace sophia {

namespace called {

// Without positions every row is the only one of its sequence, at a position whose embedding is zero.
struct EmbeddingCall {
  static constexpr const char* kName = "embedding";
  template <class S, class Operands>
  static Embedding<S> bind(Operands& o) {
    const bool placed = o.has(o.backward() ? "dwpe" : "wpe");
    const auto batch = o.whole("batch"), time = o.whole("time"), rows = product(batch, time);
    const int channels = o.size("channels"), vocabulary = o.size("vocabulary");
    const auto positions = o.whole("positions", placed ? time : 0);
    Embedding<S> layer{.batch = placed ? batch : rows,
                       .time = placed ? time : 1,
                       .channels = channels,
                       .vocabulary = vocabulary,
                       .tokens = o.indices("tokens", rows, 0, vocabulary),
                       .wte = o.forward_input("wte", {vocabulary, channels}),
                       .wpe = {},
                       .y = o.output("y", {rows, channels}),
                       .dropout = o.dropout(),
                       .draw = o.draw(),
                       .dy = o.upstream("dy", {rows, channels}),
                       .dwte = o.gradient("dwte", {vocabulary, channels}),
                       .dwpe = {}};
    if (placed) {
      layer.wpe = o.forward_input("wpe", {positions, channels});
      layer.dwpe = o.gradient("dwpe", {positions, channels});
    } else {
      layer.wpe = o.template zeros<Par<S>>(channels);
      layer.dwpe = o.template zeros<Acc<S>>(channels);
    }
    return layer;
  }

 private:
  static std::int64_t product(std::int64_t a, std::int64_t b) {
    std::int64_t all = 0;
    require(!__builtin_mul_overflow(a, b, &all), "Expected fewer tokens, got ", a, " times ", b);
    return all;
  }
};

struct LayerNormCall {
  static constexpr const char* kName = "layernorm";
  template <class S, class Operands>
  static LayerNorm<S> bind(Operands& o) {
    const auto rows = o.whole("rows");
    const int channels = o.size("channels");
    return {.rows = rows,
            .channels = channels,
            .x = o.input("x", {rows, channels}),
            .gain = o.input("gain", {channels}),
            .bias = o.optional("bias", {channels}),
            .mean = o.saved("mean", {rows}),
            .rstd = o.saved("rstd", {rows}),
            .y = o.output("y", {rows, channels}),
            .dy = o.upstream("dy", {rows, channels}),
            .dx = o.gradient("dx", {rows, channels}),
            .dgain = o.gradient("dgain", {channels}),
            .dbias = o.gradient_beside("dbias", "bias", {channels})};
  }
};

struct LinearCall {
  static constexpr const char* kName = "linear";
  template <class S, class Operands>
  static Linear<S> bind(Operands& o) {
    const auto rows = o.whole("rows"), in = o.whole("in", 1), out = o.whole("out", 1);
    return {.rows = rows,
            .in = in,
            .out = out,
            .x = o.input("x", {rows, in}),
            .weight = o.input("weight", {in, out}),
            .bias = o.optional("bias", {out}),
            .y = o.output("y", {rows, out}),
            .dy = o.upstream("dy", {rows, out}),
            .dx = o.optional_gradient("dx", {rows, in}),
            .dweight = o.optional_gradient("dweight", {in, out}),
            .dbias = o.gradient_beside("dbias", "bias", {out})};
  }
};

struct AttentionCall {
  static constexpr const char* kName = "attention";
  template <class S, class Operands>
  static Attention<S> bind(Operands& o) {
    constexpr int kLongest = 1 << 30, kWidest = std::numeric_limits<int>::max() / 3, kWidestHead = 1 << 16;
    const auto batch = o.whole("batch"), time = o.whole("time", 1, kLongest);
    const int channels = o.size("channels", kWidest), heads = o.size("heads", channels);
    require(channels % heads == 0, "Expected the channels to be a multiple of the heads, got ", channels, " and ",
            heads);
    require(channels / heads <= kWidestHead, "Expected heads of at most ", kWidestHead, " channels, got ",
            channels / heads);
    return {.batch = batch,
            .time = time,
            .heads = heads,
            .channels = channels,
            .scale = o.number("scale"),
            .dropout = o.dropout(),
            .draw = o.draw(),
            .qkv = o.input("qkv", {batch, time, 3, channels}),
            .y = o.saved("y", {batch, time, channels}),
            .lse = o.saved("lse", {batch, heads, time}),
            .dy = o.upstream("dy", {batch, time, channels}),
            .dqkv = o.gradient("dqkv", {batch, time, 3, channels})};
  }
};

struct GeluCall {
  static constexpr const char* kName = "gelu";
  template <class S, class Operands>
  static Gelu<S> bind(Operands& o) {
    const auto count = o.whole("count");
    return {.count = count,
            .erf = o.whole("erf", 0, 1) == 1,
            .x = o.input("x", {count}),
            .y = o.output("y", {count}),
            .dy = o.upstream("dy", {count}),
            .dx = o.gradient("dx", {count})};
  }
};

struct ResidualCall {
  static constexpr const char* kName = "residual";
  template <class S, class Operands>
  static Residual<S> bind(Operands& o) {
    const auto count = o.whole("count");
    return {.count = count,
            .dropout = o.dropout(),
            .draw = o.draw(),
            .x = o.forward_input("x", {count}),
            .branch = o.forward_input("branch", {count}),
            .y = o.output("y", {count}),
            .dy = o.upstream("dy", {count}),
            .dbranch = o.gradient("dbranch", {count})};
  }
};

struct CrossEntropyCall {
  static constexpr const char* kName = "crossentropy";
  template <class S, class Operands>
  static CrossEntropy<S> bind(Operands& o) {
    const auto rows = o.whole("rows");
    const int vocabulary = o.size("vocabulary");
    return {.rows = rows,
            .vocabulary = vocabulary,
            .stride = vocabulary,
            .logits = o.input("logits", {rows, vocabulary}),
            .targets = o.indices("targets", rows, -1, vocabulary),
            .losses = o.output("losses", {rows}),
            .peak = o.saved("peak", {rows}),
            .lse = o.saved("lse", {rows}),
            .dlosses = o.upstream("dlosses", {rows}),
            .dlogits = o.gradient("dlogits", {rows, vocabulary})};
  }
};

template <class S, class Call, class On>
void run_as(const Device& device, On& on, const LayerCall& call) {
  Operands<On> operands(device, on, call);
  const auto layer = Call::template bind<S>(operands);
  operands.expect_no_other();
  if (call.backward) backward(on, layer);
  else forward(on, layer);
}

// At the scalar that the tensors make it.
template <class Call, class On>
void run(const Device& device, On& on, const LayerCall& call) {
  using T = typename On::Real;
  bool dual = false, half = false;
  for (const auto& [name, tensor] : call.tensors) {
    dual |= static_cast<bool>(tensor.tangent);
    half |= tensor.value.dtype == Dtype::kBf16;
  }
  require(!(dual && half), "Expected tensors of floats: tangents are not computed in bf16");
  if (dual) return run_as<Dual<T>, Call>(device, on, call);
  if (!half) return run_as<T, Call>(device, on, call);
  run_as<Bf16, Call>(device, on, call);
}

}  // namespace called

template <class On>
void run_layer(const Device& device, On& on, const LayerCall& call) {
  bool found = false;
  std::string known;
  const auto try_one = [&]<class Call>() {
    known += text(known.empty() ? "" : ", ", Call::kName);
    if (call.layer != Call::kName) return;
    found = true;
    called::run<Call>(device, on, call);
  };
  const auto try_each = [&]<class... Calls>() { (try_one.template operator()<Calls>(), ...); };
  using namespace called;
  try_each.template
  operator()<EmbeddingCall, LayerNormCall, LinearCall, AttentionCall, GeluCall, ResidualCall, CrossEntropyCall>();
  require(found, "Expected a layer of ", known, ", got ", call.layer);
}

}  // namespace sophia
