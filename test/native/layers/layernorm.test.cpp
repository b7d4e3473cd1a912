#include "../../../native/layers/layernorm.h"
#include "../law.h"

TEST("LayerNorm") {
  for (const auto& [rows, channels, bias] : {std::tuple{1, 8, true}, {6, 64, true}, {5, 768, true}, {7, 10, false}, {33, 17, true}, {3, 1, true}}) {
    const size_t R = rows, C = channels;
    std::map<std::string, size_t> inputs{{"x", R * C}, {"gain", C}};
    if (bias) inputs["bias"] = C;
    law::on_cpu(law::random_case(
        "LayerNorm " + std::to_string(R) + "×" + std::to_string(C), inputs, R * C, [=]<class S>(law::Bench<S>& t) {
          return sophia::LayerNorm<S>{
              .rows = rows, .channels = channels,
              .x = t.input("x"), .gain = t.input("gain"), .bias = t.optional("bias"),
              .mean = t.output("mean", R), .rstd = t.output("rstd", R), .y = t.output("y", R * C),
              .dy = t.input("dy"), .dx = t.zeros("dx", R * C),
              .dgain = t.zeros("dgain", C), .dbias = t.zeros("dbias", C)};
        }));
  }
}
