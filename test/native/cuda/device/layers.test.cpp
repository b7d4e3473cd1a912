#include "../../device/layer_calls.h"
#include "../emulated.h"

namespace calls {

using check::expect;

namespace {

constexpr double kTolerance = 1e-5;  // of float32, ‖a − b‖/‖b‖
}  // namespace

TEST("Layers called on cuda") {
  const auto cuda = make_device({.device = "cuda"});
  const auto cpu = make_device({.device = "cpu", .isa = "baseline", .threads = 1});
  for (const auto& of : cases()) {
    for (const int shift : {0, 1}) {
      expect_close(of.layer + " called on cuda", follow(cuda, of, As::kFloat, shift), follow(cpu, of, As::kFloat),
                   kTolerance);
      expect_close(of.layer + " called on cuda with tangents", follow(cuda, of, As::kDual, shift),
                   follow(cpu, of, As::kDual), kTolerance);
    }
    expect_close(of.layer + " called on cuda in bf16", follow(cuda, of, As::kBf16), follow(cpu, of, As::kFloat),
                 kHalfTolerance);
  }
  expect("layers called on cuda: no memory is left", cuda->use().used == 0);
  emulated::expect_no_faults("layers called on cuda");
}

TEST("Layers called on cuda with what cannot be") {
  const auto cuda = make_device({.device = "cuda"});
  const auto all = cases();
  const auto refused = [&](const char* layer, As as, const char* words, auto change) {
    const auto of = std::find_if(all.begin(), all.end(), [&](const Case& one) { return one.layer == layer; });
    for (const bool backward : {false, true}) {
      Bench bench(cuda, *of, as);
      bench.draw();
      LayerCall call = bench.call(backward);
      change(bench, call);
      check::expect_error(text(layer, " on cuda: ", words), Code::kInvalidArgument, words, [&] { cuda->run(call); });
    }
  };
  refused("embedding", As::kFloat, "lie in [0, 4), got 4", [](Bench& bench, LayerCall& call) {
    bench.indices("tokens", {0, 1, 2, 3, 4, 0});
    call = bench.call(call.backward);
  });
  refused("crossentropy", As::kFloat, "lie in [-1, 13), got 99", [](Bench& bench, LayerCall& call) {
    bench.indices("targets", {0, 0, 0, 99});
    call = bench.call(call.backward);
  });
  refused("gelu", As::kBf16, "tangents are not computed in bf16",
          [](Bench&, LayerCall& call) { call.tensors["x"].tangent = call.tensors["x"].value; });
  refused("linear", As::kBf16, "`weight` to hold BF16, got F32",
          [](Bench&, LayerCall& call) { call.tensors["weight"].value.dtype = Dtype::kF32; });
  emulated::expect_no_faults("refusals on cuda");
}

}  // namespace calls
