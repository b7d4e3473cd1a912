// The law of a layer at Bf16. Its reference is the layer in float64 at the very numbers that memory holds, and a result
// may differ from it by
//
//   half a unit in the last place, where the layer writes bf16: it rounds once, and nothing before
//   the case's tolerance, which is float's, of the greatest number of the tensor
//
// Which tensors are bf16 is read off the layer's own struct.
#pragma once
#include <algorithm>
#include "bf16.h"
#include "law.h"

namespace law {

// Hands out named tensors on Where, a backend `on` and how many numbers beyond an aligned address every tensor begins.
// V holds them.
template <template <class> class V, class Where>
class HalfBench {
 public:
  // A tensor whose type is that of the member it is given to.
  struct Place {
    HalfBench& bench;
    std::string name;
    const Vector* numbers;
    template <class T>
    operator View<T>() const {
      return numbers ? bench.template place<T>(name, *numbers) : View<T>{};
    }
  };

  HalfBench(Where& where, const Tensors& value, const Tensors& = {}) : where_(where), value_(value) {}

  Place input(const std::string& name) { return {*this, name, &value_.at(name)}; }
  bool given(const std::string& name) const { return value_.count(name) > 0; }
  Place optional(const std::string& name) { return {*this, name, given(name) ? &value_.at(name) : nullptr}; }
  Place zeros(const std::string& name, size_t n) { return {*this, name, &(before_[name] = Vector(n))}; }
  Place output(const std::string& name, size_t n) { return {*this, name, &(before_[name] = Vector(n, NAN))}; }

  const std::int32_t* integers(const std::vector<std::int32_t>& host) {
    return integers_.try_emplace(integers_.size(), where_.on, host, 0).first->second.data();
  }

  Vector value(const std::string& name) {
    return is_half(name) ? read(halves_.at(name).read()) : read(floats_.at(name).read());
  }
  bool is_half(const std::string& name) const { return halves_.count(name) > 0; }
  // The inputs as memory holds them.
  const Tensors& held() const { return held_; }

 private:
  template <class T>
  View<T> place(const std::string& name, const Vector& from) {
    const std::vector<float> near(from.begin(), from.end());
    const std::vector<T> numbers(near.begin(), near.end());
    held_[name] = read(numbers);
    return {memory<T>().try_emplace(name, where_.on, numbers, where_.shift).first->second.data()};
  }
  template <class T>
  auto& memory() {
    if constexpr (std::is_same_v<T, Bf16>) return halves_;
    else return floats_;
  }
  template <class T>
  static Vector read(const std::vector<T>& numbers) {
    return Vector(numbers.begin(), numbers.end());
  }

  Where& where_;
  const Tensors& value_;
  Tensors before_, held_;
  std::map<std::string, V<Bf16>> halves_;
  std::map<std::string, V<float>> floats_;
  std::map<size_t, V<std::int32_t>> integers_;
};

// Of the last place of a number with 8 bits.
inline double half_unit(double x) { return x == 0 ? 0 : std::ldexp(1, std::ilogb(x) - 8); }

// The greatest |got − want| in units of what it may be.
inline double times_allowed(const Vector& got, const Vector& want, bool is_half, double tolerance) {
  if (got.size() != want.size()) return NAN;
  double most = 0, worst = 0;
  for (const double x : want) most = std::max(most, std::abs(x));
  for (size_t i = 0; i < got.size(); ++i) {
    const double allowed = (is_half ? half_unit(want[i]) : 0) + tolerance * (most > 0 ? most : 1);
    const double part = std::abs(got[i] - want[i]) / allowed;
    if (std::isnan(part)) return NAN;
    worst = std::max(worst, part);
  }
  return worst;
}

// y and the gradients, by name.
template <template <class> class B, class Where, class C>
Tensors run_bf16(Where& where, const C& c) {
  B<Bf16> bench(where, c.at);
  const auto layer = c.declare(bench);
  forward(where.on, layer);
  backward(where.on, layer);
  Tensors results{{"y", bench.value("y")}};
  for (const auto& input : c.inputs) results["d" + input] = bench.value("d" + input);
  return results;
}

// The law on one backend. `between` is the tolerance of gradients where backward reads what forward has rounded.
template <template <class> class B, class Where, class C>
void obey_bf16(Where& where, const std::string& backend, const C& c, double between) {
  B<Bf16> bench(where, c.at);
  const auto layer = c.declare(bench);
  forward(where.on, layer);
  backward(where.on, layer);
  Cpu<Float64> reference(1);
  const Result exact = run<double>(reference, c, bench.held(), c.along);
  const std::string who = c.name + " in bf16 on " + backend + (where.shift == 0 ? ": " : " at odd addresses: ");
  const auto obeys = [&](const std::string& name, const Vector& want, double tolerance) {
    const double times = times_allowed(bench.value(name), want, bench.is_half(name), tolerance);
    check::expect(who + name + ", times what it may be off", times, 1);
  };
  obeys("y", exact.y, c.tolerance);
  for (const auto& input : c.inputs) obeys("d" + input, exact.gradient.at(input), std::max(c.tolerance, between));
}

struct Host {
  Cpu<Isa>& on;
  int shift = 0;
};

template <class T>
class HostVector {
 public:
  HostVector(Cpu<Isa>&, const std::vector<T>& numbers, int shift) : memory_(static_cast<size_t>(shift)), shift_(shift) {
    memory_.insert(memory_.end(), numbers.begin(), numbers.end());
  }
  T* data() { return memory_.data() + shift_; }
  std::vector<T> read() const { return {memory_.begin() + shift_, memory_.end()}; }

 private:
  std::vector<T> memory_;
  int shift_;
};

template <>
class Bench<Bf16> : public HalfBench<HostVector, Host> {
  using HalfBench::HalfBench;
};

// The law on the CPU, in every way that it multiplies Bf16, and the same bits for 1, 2 and 3 threads.
template <class C>
void on_cpu_bf16(const C& c, double between = 0) {
  bf16::on_each_way([&](Cpu<Isa>& on) {
    for (const int shift : {0, 1}) {
      Host host{on, shift};
      obey_bf16<Bench>(host, on.name(), c, between);
    }
  });
  std::map<std::string, Tensors> first;
  bool same = true;
  for (const int threads : {1, 2, 3})
    bf16::on_each_way(
        [&](Cpu<Isa>& on) {
          Host host{on};
          const Tensors results = run_bf16<Bench>(host, c);
          same = same && first.try_emplace(on.name(), results).first->second == results;
        },
        threads);
  check::expect(c.name + " in bf16 on " + Isa::kName + ": threads", same);
}

}  // namespace law
