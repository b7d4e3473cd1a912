// The laws of a layer. A layer declares its tensors once; every law is checked on every backend it is given.
//
//   forward      equals the same schedule in float64
//   tangent      J·v, from Dual, equals the central difference of the float64 forward along v
//   backward     the gradient of each input equals the one in float64
//   adjoint      ⟨dy, J·vᵢ⟩ = ⟨Jᵀ·dy, vᵢ⟩ for each input by itself, so forward and backward agree about J
//   curvature    the tangent of each gradient equals the central difference of the float64 gradient along v
//   threads      1, 2 and 3 threads give the same bits
//   values       the value half of Dual has the bits of float
//
// A formula that all of them share may still hold a wrong constant: golden values from elsewhere stand beside the laws.
#pragma once
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>
#include "../../native/core/view.h"
#include "../../native/cpu/cpu.h"
#include "check.h"

namespace law {

using namespace sophia;
using Vector = std::vector<double>;
using Tensors = std::map<std::string, Vector>;  // by name; gradients are "d" + name

inline constexpr double kTolerance = 1e-5;  // float32 against float64, ‖a − b‖/‖b‖
inline constexpr double kStep = 1e-5;       // of the central differences, in float64

inline double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
// ‖got − want‖ / ‖want‖; where want is zero, ‖got‖. NaN stays NaN, and no law accepts it.
inline double error(const Vector& got, const Vector& want) {
  if (got.size() != want.size()) return NAN;
  double difference = 0;
  for (size_t i = 0; i < got.size(); ++i) difference += (got[i] - want[i]) * (got[i] - want[i]);
  const double size = dot(want, want);
  return std::sqrt(size > 0 ? difference / size : difference);
}

// Hands out named tensors of scalar S, deliberately at odd addresses, and remembers them.
template <class S>
class Bench {
 public:
  using T = Number<S>;
  Bench(const Tensors& value, const Tensors& tangent) : value_(value), tangent_(tangent) {}

  // A tensor the law fills and differentiates along. `given` says whether this case has it.
  View<S> input(const std::string& name) { return place(name, value_.at(name), tangent_.at(name)); }
  bool given(const std::string& name) const { return value_.count(name) > 0; }
  View<S> optional(const std::string& name) { return given(name) ? input(name) : View<S>{}; }
  // A tensor the layer writes or adds to.
  View<S> zeros(const std::string& name, size_t n) { return place(name, Vector(n), Vector(n)); }
  // A tensor the layer must write with `=`: full of NaN before.
  View<S> output(const std::string& name, size_t n) { return place(name, Vector(n, NAN), Vector(n, NAN)); }

  // Tokens or targets, which must outlive the bench.
  const std::int32_t* integers(const std::vector<std::int32_t>& host) { return host.data(); }

  Vector value(const std::string& name) const { return read(memory_.at(name).first); }
  Vector tangent(const std::string& name) const { return read(memory_.at(name).second); }

 private:
  View<S> place(const std::string& name, const Vector& value, const Vector& tangent) {
    auto& [v, t] = memory_[name];
    v = copy(value);
    t = copy(tangent);
    if constexpr (std::is_same_v<S, Dual<T>>) return {v.data() + 1, t.data() + 1};
    else return {v.data() + 1};
  }
  static std::vector<T> copy(const Vector& from) {
    std::vector<T> to(1);
    for (double x : from) to.push_back(static_cast<T>(x));
    return to;
  }
  static Vector read(const std::vector<T>& from) { return Vector(from.begin() + 1, from.end()); }

  const Tensors &value_, &tangent_;
  std::map<std::string, std::pair<std::vector<T>, std::vector<T>>> memory_;
};

// One layer under test. `declare` is a generic lambda []<class S>(Bench<S>&) that builds the layer struct; it calls
// t.input(...) for every tensor of `inputs` and for "dy", and names the output "y" and the gradients "d" + input.
template <class Declare>
struct Case {
  std::string name;
  Tensors at, along;  // inputs and dy: where, and the direction v
  std::vector<std::string> inputs;
  Declare declare;
  double tolerance = kTolerance;
};

// Draws inputs of the given sizes from N(0, 1); "dy" has `outputs` numbers.
template <class Declare>
Case<Declare> random_case(std::string name, const std::map<std::string, size_t>& inputs, size_t outputs,
                          Declare declare) {
  std::mt19937 random(42);
  std::normal_distribution<double> normal;
  const auto draw = [&](size_t n) {
    Vector v(n);
    for (auto& x : v) x = static_cast<float>(normal(random));
    return v;
  };
  Case<Declare> c{std::move(name), {}, {}, {}, declare};
  for (const auto& [input, n] : inputs) {
    c.at[input] = draw(n);
    c.along[input] = draw(n);
    c.inputs.push_back(input);
  }
  c.at["dy"] = draw(outputs);
  c.along["dy"] = draw(outputs);
  return c;
}

// What one run of forward and backward left behind.
struct Result {
  Vector y;
  Tensors gradient, y_tangent, gradient_tangent;
  bool operator==(const Result&) const = default;  // to the bit
};

template <class S, class On, class C>
Result run(On& on, const C& c, const Tensors& at, const Tensors& along) {
  Bench<S> bench(at, along);
  const auto layer = c.declare(bench);
  forward(on, layer);
  backward(on, layer);
  Result r{bench.value("y"), {}, {}, {}};
  r.y_tangent["y"] = bench.tangent("y");
  for (const auto& input : c.inputs) {
    r.gradient[input] = bench.value("d" + input);
    r.gradient_tangent[input] = bench.tangent("d" + input);
  }
  return r;
}

template <class C>
Result reference(const C& c, double h) {
  Tensors moved = c.at;
  for (auto& [input, v] : moved)
    for (size_t i = 0; i < v.size(); ++i) v[i] += h * c.along.at(input)[i];
  Cpu<Float64> on(1);
  return run<double>(on, c, moved, c.along);
}

inline Vector slope(const Vector& plus, const Vector& minus) {
  Vector d(plus.size());
  for (size_t i = 0; i < d.size(); ++i) d[i] = (plus[i] - minus[i]) / (2 * kStep);
  return d;
}

// The laws on one backend.
template <class On, class C>
void obey(On& on, const std::string& backend, const C& c) {
  const std::string who = c.name + " on " + backend + ": ";
  const Result exact = reference(c, 0), plus = reference(c, kStep), minus = reference(c, -kStep);
  const Result plain = run<float>(on, c, c.at, c.along), dual = run<Dual<float>>(on, c, c.at, c.along);

  check::expect(who + "forward", error(plain.y, exact.y), c.tolerance);
  check::expect(who + "tangent", error(dual.y_tangent.at("y"), slope(plus.y, minus.y)), c.tolerance);
  check::expect(who + "values of Dual have the bits of float", dual.y == plain.y && dual.gradient == plain.gradient);
  for (const auto& input : c.inputs) {
    check::expect(who + "backward d" + input, error(plain.gradient.at(input), exact.gradient.at(input)), c.tolerance);
    check::expect(who + "curvature d" + input,
                  error(dual.gradient_tangent.at(input), slope(plus.gradient.at(input), minus.gradient.at(input))),
                  c.tolerance);
    Tensors only;
    for (const auto& [name, v] : c.along) only[name] = name == input ? v : Vector(v.size());
    const Vector jv = run<Dual<float>>(on, c, c.at, only).y_tangent.at("y");
    const double left = dot(c.at.at("dy"), jv), right = dot(plain.gradient.at(input), c.along.at(input));
    const double size = std::sqrt(dot(c.at.at("dy"), c.at.at("dy")) * dot(jv, jv));
    check::expect(who + "adjoint " + input, size > 0 ? std::abs(left - right) / size : std::abs(right), c.tolerance);
  }
}

// The laws on the CPU at this binary's instruction set, and the same bits for 1, 2 and 3 threads.
template <class C>
void on_cpu(const C& c) {
  Cpu<Isa> one(1), two(2), three(3);
  obey(two, Isa::kName, c);
  const auto results = [&](auto& on) { return run<Dual<float>>(on, c, c.at, c.along); };
  const auto first = results(one);
  check::expect(c.name + " on " + Isa::kName + ": threads", first == results(two) && first == results(three));
}

}  // namespace law
