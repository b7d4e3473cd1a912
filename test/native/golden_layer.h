// The golden values of a layer: its tensors are those of a fixture in test/golden/layers.safetensors, and what forward
// and backward leave must equal the references there, tangents included, in float32 and in float64.
#pragma once
#include "golden.h"
#include "law.h"

namespace law {

inline constexpr double kStored = 2e-7;  // float64 against references that are stored as float32

inline const Safetensors& layers() {
  static const Safetensors file = golden::open("layers");
  return file;
}
inline Vector fixture(const std::string& layer, const std::string& tensor) {
  return golden::tensor(layers(), layer + "/" + tensor);
}

// The fixture's inputs and dy as a case; `declare` names the layer's tensors as the fixture does.
template <class Declare>
Case<Declare> golden_case(const std::string& layer, const std::vector<std::string>& inputs, Declare declare) {
  Case<Declare> c{"golden " + layer, {}, {}, inputs, declare};
  for (const auto& name : inputs) {
    c.at[name] = fixture(layer, name);
    c.along[name] = fixture(layer, name + "_dot");
  }
  c.at["dy"] = fixture(layer, "dy");
  c.along["dy"] = fixture(layer, "dy_dot");
  return c;
}

inline void equal_golden(const std::string& layer, const std::string& backend, const Result& got, double tolerance) {
  const std::string who = "golden " + layer + " on " + backend + ": ";
  check::expect(who + "y", error(got.y, fixture(layer, "y")), tolerance);
  check::expect(who + "tangent of y", error(got.y_tangent.at("y"), fixture(layer, "y_dot")), tolerance);
  for (const auto& [input, gradient] : got.gradient) {
    check::expect(who + "d" + input, error(gradient, fixture(layer, "d" + input)), tolerance);
    check::expect(who + "tangent of d" + input,
                  error(got.gradient_tangent.at(input), fixture(layer, "d" + input + "_dot")), tolerance);
  }
}

// f(result, backend, tolerance) for both arithmetics.
template <class C, class F>
void in_both(const C& c, double tolerance, F f) {
  Cpu<Isa> on(2);
  f(run<Dual<float>>(on, c, c.at, c.along), Isa::kName, tolerance);
  Cpu<Float64> reference(1);
  f(run<Dual<double>>(reference, c, c.at, c.along), Float64::kName, kStored);
}

template <class Declare>
void golden_layer(const std::string& layer, const std::vector<std::string>& inputs, Declare declare,
                  double tolerance = kTolerance) {
  in_both(golden_case(layer, inputs, declare), tolerance,
          [&](const Result& got, const std::string& backend, double most) { equal_golden(layer, backend, got, most); });
}

}  // namespace law
