#include "../../../native/device/layers.h"
#include <functional>
#include "layer_calls.h"

namespace calls {

using check::expect;
using check::expect_error;

namespace {

std::shared_ptr<Device> cpu() { return make_device({.device = "cpu", .isa = {}, .threads = 2}); }

// ⟨dy, ẏ⟩ = Σ ⟨dx, ẋ⟩ over the inputs: every name reaches the member that it belongs to. Of the residual's x the
// gradient is dy.
void expect_adjoint(const std::shared_ptr<Device>& device, const Case& of) {
  Bench bench(device, of, As::kDual);
  bench.draw();
  bench.run();
  const double want = dot(bench.value("d" + of.y), bench.tangent(of.y));
  double sum = 0;
  for (const auto& [name, size] : of.inputs)
    sum += dot(bench.value(of.layer == "residual" && name == "x" ? "dy" : "d" + name), bench.tangent(name));
  expect(of.layer + " called: adjoint", std::abs(sum - want) / std::abs(want), 1e-5);
}

// The first case of that layer, changed, must be refused in these words by both verbs.
struct Change {
  std::string layer, words;
  std::function<void(Bench&, LayerCall&)> change;
};

void set(LayerCall& call, const char* name, double value) { call.numbers[name] = value; }

std::vector<Change> changes() {
  const double nan = std::nan(""), huge = 9007199254740991.0;
  const auto number = [](const char* name, double value) {
    return [=](Bench&, LayerCall& call) { set(call, name, value); };
  };
  const auto index = [](const char* name, std::vector<std::int32_t> list) {
    return [=](Bench& bench, LayerCall& call) {
      bench.indices(name, list);
      call = bench.call(call.backward);
    };
  };
  return {
      {"gelu", "Expected a layer of embedding, layernorm", [](Bench&, LayerCall& call) { call.layer = "tanh"; }},
      {"gelu", "`count`", [](Bench&, LayerCall& call) { call.numbers.erase("count"); }},
      {"gelu", "`count`", number("count", nan)},
      {"gelu", "`count`", number("count", -1)},
      {"gelu", "`count`", number("count", 1.5)},
      {"gelu", "`x` to have 38", number("count", 38)},
      {"gelu", "`x` to have 9007", number("count", huge)},
      {"gelu", "`erf`", number("erf", 2)},
      {"gelu", "no `rows`", number("rows", 2)},
      {"gelu", "no `bias`", [](Bench&, LayerCall& call) { call.tensors["bias"] = call.tensors["x"]; }},
      {"gelu", "have `x`", [](Bench&, LayerCall& call) { call.tensors.erase("x"); }},
      {"gelu", "`x` to be a tensor", [](Bench&, LayerCall& call) { call.tensors["x"].value = {}; }},
      {"gelu", "within its memory", [](Bench&, LayerCall& call) { call.tensors["x"].value.offset = 8; }},
      {"gelu", "within its memory", [](Bench&, LayerCall& call) { call.tensors["x"].value.offset = -4; }},
      {"gelu", "multiple of 4 bytes",
       [](Bench&, LayerCall& call) {
         auto& x = call.tensors["x"].value;
         x = {std::make_shared<DeviceMemory>(x.memory->device(), x.data() + 1, x.bytes()), 0, x.count};
       }},
      {"gelu", "F32, got I32", [](Bench&, LayerCall& call) { call.tensors["x"].value.dtype = Dtype::kI32; }},
      {"gelu", "to hold BF16, got F32", [](Bench&, LayerCall& call) { call.tensors["x"].value.dtype = Dtype::kBf16; }},
      {"gelu", "`x.tangent` to have 37",
       [](Bench&, LayerCall& call) {
         call.tensors["x"].tangent = call.tensors["x"].value;
         call.tensors["x"].tangent.count = 36;
       }},
      {"gelu", "to have a tangent",
       [](Bench&, LayerCall& call) { call.tensors["x"].tangent = call.tensors["x"].value; }},
      {"layernorm", "`channels`", number("channels", 0)},
      {"layernorm", "`channels`", number("channels", 4294967297.0)},
      {"layernorm", "sizes of `x`",
       [=](Bench&, LayerCall& call) {
         set(call, "rows", huge);
         set(call, "channels", 1e9);
       }},
      {"layernorm", "`gain` to have 95",
       [](Bench&, LayerCall& call) {
         set(call, "rows", 1);
         set(call, "channels", 95);
       }},
      {"linear", "`in`", number("in", 0)},
      {"attention", "multiple of the heads", number("heads", 3)},
      {"attention", "`heads`", number("heads", 9)},
      {"attention", "`channels`", number("channels", 1e9)},
      {"attention", "channels, got 600000000",
       [](Bench&, LayerCall& call) {
         set(call, "channels", 6e8);
         set(call, "heads", 1);
       }},
      {"attention", "`time`", number("time", 0)},
      {"attention", "`time`", number("time", 2e9)},
      {"attention", "sizes of `qkv`",
       [=](Bench&, LayerCall& call) {
         set(call, "batch", huge);
         set(call, "time", 1 << 30);
       }},
      {"attention", "`dropout`", number("dropout", 1)},
      {"attention", "`dropout`", number("dropout", nan)},
      {"attention", "`site`", number("site", 65536)},
      {"embedding", "lie in [0, 4), got 4", index("tokens", {0, 1, 2, 3, 4, 0})},
      {"embedding", "lie in [0, 4), got -1", index("tokens", {0, 1, 2, 3, -1, 0})},
      {"embedding", "`tokens` to have 6", index("tokens", {0, 1, 2, 3})},
      {"embedding", "fewer tokens",
       [](Bench&, LayerCall& call) {
         set(call, "batch", 9007199254740991.0);
         set(call, "time", 9007199254740991.0);
       }},
      {"embedding", "`positions`", number("positions", 2)},
      {"crossentropy", "lie in [-1, 13), got 13", index("targets", {0, 0, 0, 13})},
      {"crossentropy", "lie in [-1, 13), got -2", index("targets", {-2, 0, 0, 0})},
      {"crossentropy", "I32, got F32",
       [](Bench&, LayerCall& call) { call.tensors["targets"].value.dtype = Dtype::kF32; }},
  };
}

}  // namespace

TEST("Layers called in bf16") {
  for (const auto& of : cases())
    expect_close(of.layer + " called in bf16", follow(cpu(), of, As::kBf16), follow(cpu(), of, As::kFloat),
                 kHalfTolerance);
}

TEST("Layers called on tensors") {
  const auto device = cpu();
  for (const auto& of : cases()) {
    expect_adjoint(device, of);
    const auto plain = follow(device, of, As::kFloat), dual = follow(device, of, As::kDual, 0);
    bool same = true;
    for (const auto& [name, numbers] : plain) same &= dual.at(name) == numbers;
    expect(of.layer + " called: the values are those without tangents", same);
  }
  expect("layers called: no memory is left", device->use().used == 0);
}

TEST("Layers called with what cannot be") {
  const auto device = cpu();
  const auto all = cases();
  for (const auto& [layer, words, change] : changes()) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Case& one) { return one.layer == layer; });
    for (const bool backward : {false, true}) {
      Bench bench(device, *found, As::kFloat);
      bench.draw();
      LayerCall call = bench.call(backward);
      change(bench, call);
      expect_error(text(layer, backward ? " backward" : " forward", ": ", words), Code::kInvalidArgument, words,
                   [&] { device->run(call); });
    }
  }
}

}  // namespace calls
