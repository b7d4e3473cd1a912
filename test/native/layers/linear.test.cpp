#include "linear_case.h"
#include "../golden_layer.h"
#include "../law_bf16.h"

using namespace linear_case;

TEST("Linear") {
  for (const auto& [rows, in, out, bias] :
       {std::tuple{1, 1, 1, true}, {6, 64, 96, true}, {7, 10, 33, false}, {150, 48, 20, true}, {3, 400, 17, false}}) {
    const auto c = random_case(rows, in, out, bias);
    law::on_cpu(c);
    law::on_cpu_bf16(c);
  }
}

TEST("Linear equals the golden values") {
  law::golden_layer("linear", {"x", "weight", "bias"}, declare(14, 10, 6));
  law::golden_layer("linear_nobias", {"x", "weight"}, declare(14, 10, 6));
}

TEST("Linear without dx writes the other gradients") {
  float x[] = {1, 2}, weight[] = {3, 4}, y[1], dy[] = {5}, dweight[] = {1, 1};
  Cpu<Isa> on(1);
  const Linear<float> layer{.rows = 1,
                            .in = 2,
                            .out = 1,
                            .x = {x},
                            .weight = {weight},
                            .bias = {},
                            .y = {y},
                            .dy = {dy},
                            .dx = {},
                            .dweight = {dweight},
                            .dbias = {}};
  forward(on, layer);
  backward(on, layer);
  check::expect("Linear without dx writes the other gradients", y[0] == 11 && dweight[0] == 6 && dweight[1] == 11);
}
