#include "layernorm_case.h"
#include "../golden_layer.h"
#include "../law_bf16.h"

using namespace layernorm_case;

TEST("LayerNorm") {
  for (const auto& [rows, channels, bias] :
       {std::tuple{1, 8, true}, {6, 64, true}, {5, 768, true}, {7, 10, false}, {33, 17, true}, {3, 1, true}}) {
    const auto c = random_case(rows, channels, bias);
    law::on_cpu(c);
    law::on_cpu_bf16(c);
  }
}

TEST("golden LayerNorm") {
  constexpr double kLowVariance = 1e-4;  // a variance of the size of ε: the differences from the mean cancel
  const auto layer = declare(14, 10, "weight");
  law::golden_layer("layernorm", {"x", "weight", "bias"}, layer);
  law::golden_layer("layernorm_nobias", {"x", "weight"}, layer);
  law::golden_layer("layernorm_lowvar", {"x", "weight", "bias"}, layer, kLowVariance);
}
