// The laws of test/native/law.h on the CUDA backend: tensors lie in device memory, at aligned or at odd addresses, so
// that the kernels of both widths are held to them.
#pragma once
#include "../../../native/cuda/cuda.h"
#include "../law.h"

namespace law {

// A backend to hold to the laws, and how many floats beyond an aligned address every tensor begins.
struct Device {
  Cuda on;
  int shift = 0;
};

// law::Bench in device memory. The law's lambdas take either: []<template <class> class B, class S>(B<S>& t).
template <class S>
class DeviceBench {
 public:
  using T = Number<S>;
  DeviceBench(Device& device, const Tensors& value, const Tensors& tangent)
      : device_(device), value_(value), tangent_(tangent) {}
  ~DeviceBench() {
    for (auto& [name, tensor] : memory_)
      for (T* half : {tensor.value, tensor.tangent}) device_.on.free(half - device_.shift);
    for (auto* list : integers_) device_.on.free(list);
  }

  View<S> input(const std::string& name) { return place(name, value_.at(name), tangent_.at(name)); }
  bool given(const std::string& name) const { return value_.count(name) > 0; }
  View<S> optional(const std::string& name) { return given(name) ? input(name) : View<S>{}; }
  View<S> zeros(const std::string& name, size_t n) { return place(name, Vector(n), Vector(n)); }
  View<S> output(const std::string& name, size_t n) { return place(name, Vector(n, NAN), Vector(n, NAN)); }

  const std::int32_t* integers(const std::vector<std::int32_t>& host) {
    integers_.push_back(static_cast<std::int32_t*>(device_.on.allocate(host.size() * sizeof(std::int32_t))));
    device_.on.upload(integers_.back(), host.data(), static_cast<std::int64_t>(host.size()));
    return integers_.back();
  }

  Vector value(const std::string& name) const { return read(memory_.at(name).value, memory_.at(name).size); }
  Vector tangent(const std::string& name) const { return read(memory_.at(name).tangent, memory_.at(name).size); }

 private:
  struct Tensor {
    size_t size;
    T *value, *tangent;
  };

  View<S> place(const std::string& name, const Vector& value, const Vector& tangent) {
    const Tensor tensor{value.size(), copy(value), copy(tangent)};
    memory_[name] = tensor;
    if constexpr (std::is_same_v<S, Dual<T>>) return {tensor.value, tensor.tangent};
    else return {tensor.value};
  }
  T* copy(const Vector& from) {
    const size_t count = from.size() + static_cast<size_t>(device_.shift);
    T* const to = static_cast<T*>(device_.on.allocate(count * sizeof(T))) + device_.shift;
    const std::vector<T> numbers(from.begin(), from.end());
    device_.on.upload(to, numbers.data(), static_cast<std::int64_t>(numbers.size()));
    return to;
  }
  Vector read(const T* from, size_t size) const {
    std::vector<T> numbers(size);
    device_.on.download(numbers.data(), from, static_cast<std::int64_t>(size));
    return Vector(numbers.begin(), numbers.end());
  }

  Device& device_;
  const Tensors &value_, &tangent_;
  std::map<std::string, Tensor> memory_;
  std::vector<std::int32_t*> integers_;
};

// What law::run is for the CPU.
template <class S, class C>
Result run(Device& device, const C& c, const Tensors& at, const Tensors& along) {
  DeviceBench<S> bench(device, at, along);
  const auto layer = c.declare(bench);
  forward(device.on, layer);
  backward(device.on, layer);
  Result r{bench.value("y"), {}, {}, {}};
  r.y_tangent["y"] = bench.tangent("y");
  for (const auto& input : c.inputs) {
    r.gradient[input] = bench.value("d" + input);
    r.gradient_tangent[input] = bench.tangent("d" + input);
  }
  return r;
}

// The laws at aligned and at odd addresses.
template <class C>
void on_cuda(const C& c) {
  for (const int shift : {0, 1}) {
    Device device{Cuda(), shift};
    obey(device, shift == 0 ? "cuda" : "cuda at odd addresses", c);
  }
}

}  // namespace law
