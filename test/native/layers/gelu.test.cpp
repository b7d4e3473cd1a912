#include "gelu_case.h"
#include "../golden_layer.h"
#include "../law_bf16.h"

using namespace gelu_case;

TEST("Gelu") {
  for (const bool erf : {false, true})
    for (const int count : {1, 16, 1003, 20001}) {
      const auto c = random_case(count, erf);
      law::on_cpu(c);
      law::on_cpu_bf16(c);
    }
}

TEST("golden Gelu") {
  law::golden_layer("gelu_new", {"x"}, declare(84, false));
  law::golden_layer("gelu_erf", {"x"}, declare(84, true));
}

// Point by point: the tails are small, and a norm over all points would not see them. The errors are relative; between
// −3 and 3, where y' and y'' have zeros, not to less than 1/10. The rounding of 2u, which goes down to −80, costs the
// tanh form's tail 9e-6.
TEST("Gelu, its slope and its second derivative are accurate at every point") {
  constexpr double kPointwise = 1e-5, kSmallest = 1e-36;
  const auto measure = []<class Form>(Form, const std::string& form) {
    double value = 0, slope = 0, second = 0;
    for (int i = -800; i <= 800; ++i) {
      const double x = i / 64.0, least = std::abs(x) < 3 ? 0.1 : kSmallest;
      const auto worst = [&](double got, double want, double& so_far) {
        if (std::abs(want) > kSmallest)
          so_far = std::max(so_far, std::abs(got - want) / std::max(std::abs(want), least));
      };
      const auto got = Form::slope(Dual<float>(static_cast<float>(x), 1)), want = Form::slope(Dual<double>(x, 1));
      worst(Form::value(static_cast<float>(x)), Form::value(x), value);
      worst(got.value, want.value, slope);
      worst(got.tangent, want.tangent, second);
    }
    check::expect("Gelu " + form + " at every point: value", value, kPointwise);
    check::expect("Gelu " + form + " at every point: slope", slope, kPointwise);
    check::expect("Gelu " + form + " at every point: second derivative", second, kPointwise);
  };
  measure(gelu::Tanh{}, "tanh");
  measure(gelu::Erf{}, "erf");
}

TEST("Gelu may be given dy as dx") {
  for (const bool erf : {false, true}) {
    std::vector<float> x(100), separate(100), shared(100, 0.5f);
    for (int i = 0; i < 100; ++i) x[i] = static_cast<float>(i - 50) / 8;
    Cpu<Isa> on(1);
    Gelu<float> layer{
        .count = 100, .erf = erf, .x = {x.data()}, .y = {}, .dy = {shared.data()}, .dx = {separate.data()}};
    backward(on, layer);
    layer.dx = layer.dy;
    backward(on, layer);
    check::expect(text("Gelu ", erf ? "erf" : "tanh", " in place"), shared == separate);
  }
}
