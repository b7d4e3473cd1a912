#include "../../../native/layers/layernorm.h"
#include "../golden_layer.h"

namespace {

auto declare(int rows, int channels, const std::string& gain) {
  const size_t R = rows, C = channels;
  return [=]<class S>(law::Bench<S>& t) {
    return sophia::LayerNorm<S>{.rows = rows,
                                .channels = channels,
                                .x = t.input("x"),
                                .gain = t.input(gain),
                                .bias = t.optional("bias"),
                                .mean = t.output("mean", R),
                                .rstd = t.output("rstd", R),
                                .y = t.output("y", R * C),
                                .dy = t.input("dy"),
                                .dx = t.zeros("dx", R * C),
                                .dgain = t.zeros("d" + gain, C),
                                .dbias = t.zeros("dbias", C)};
  };
}

}  // namespace

TEST("LayerNorm") {
  for (const auto& [rows, channels, bias] :
       {std::tuple{1, 8, true}, {6, 64, true}, {5, 768, true}, {7, 10, false}, {33, 17, true}, {3, 1, true}}) {
    const size_t R = rows, C = channels;
    std::map<std::string, size_t> inputs{{"x", R * C}, {"gain", C}};
    if (bias) inputs["bias"] = C;
    law::on_cpu(law::random_case("LayerNorm " + std::to_string(R) + "×" + std::to_string(C), inputs, R * C,
                                 declare(rows, channels, "gain")));
  }
}

TEST("golden LayerNorm") {
  constexpr double kLowVariance = 1e-4;  // a variance of the size of ε: the differences from the mean cancel
  const auto layer = declare(14, 10, "weight");
  law::golden_layer("layernorm", {"x", "weight", "bias"}, layer);
  law::golden_layer("layernorm_nobias", {"x", "weight"}, layer);
  law::golden_layer("layernorm_lowvar", {"x", "weight", "bias"}, layer, kLowVariance);
}
