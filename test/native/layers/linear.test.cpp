#include "../../../native/layers/linear.h"
#include "../golden_layer.h"

namespace {

auto linear(int rows, int in, int out) {
  const size_t R = rows, I = in, O = out;
  return [=]<class S>(law::Bench<S>& t) {
    return sophia::Linear<S>{.rows = rows,
                             .in = in,
                             .out = out,
                             .x = t.input("x"),
                             .weight = t.input("weight"),
                             .bias = t.optional("bias"),
                             .y = t.output("y", R * O),
                             .dy = t.input("dy"),
                             .dx = t.output("dx", R * I),
                             .dweight = t.zeros("dweight", I * O),
                             .dbias = t.zeros("dbias", O)};
  };
}

}  // namespace

TEST("Linear") {
  for (const auto& [rows, in, out, bias] :
       {std::tuple{1, 1, 1, true}, {6, 64, 96, true}, {7, 10, 33, false}, {150, 48, 20, true}, {3, 400, 17, false}}) {
    const size_t R = rows, I = in, O = out;
    std::map<std::string, size_t> inputs{{"x", R * I}, {"weight", I * O}};
    if (bias) inputs["bias"] = O;
    law::on_cpu(law::random_case("Linear " + std::to_string(R) + "×" + std::to_string(I) + "→" + std::to_string(O),
                                 inputs, R * O, linear(rows, in, out)));
  }
}

TEST("Linear equals the golden values") {
  law::golden_layer("linear", {"x", "weight", "bias"}, linear(14, 10, 6));
  law::golden_layer("linear_nobias", {"x", "weight"}, linear(14, 10, 6));
}

TEST("Linear without dx writes the other gradients") {
  float x[] = {1, 2}, weight[] = {3, 4}, y[1], dy[] = {5}, dweight[] = {1, 1};
  sophia::Cpu<sophia::Isa> on(1);
  const sophia::Linear<float> layer{.rows = 1,
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
