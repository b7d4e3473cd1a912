// GELU, elementwise, in its two forms:
//
//   tanh   y = x·½(1 + tanh u) = x·sigmoid(2u),   u = √(2/π)·(x + 0.044715 x³)    as GPT-2 was trained
//   erf    y = x·Φ(x)                                                             the exact one
//
// Hendrycks & Gimpel 2016, https://arxiv.org/abs/1606.08415
//
//   x, y, dy, dx   (count)   y may not be x; dx is written with = and may be dy itself
//
// The tanh form is written with the sigmoid and its complement: 1 + tanh and 1 − tanh² would cancel in the tails.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"
#include "../math/functions.h"

namespace sophia {

template <class S>
struct Gelu {
  std::int64_t count;
  bool erf = false;
  View<Act<S>> x, y;
  View<Act<S>> dy, dx;
};

template <class Isa, class S> void forward(Cpu<Isa>&, const Gelu<S>&);
template <class Isa, class S> void backward(Cpu<Isa>&, const Gelu<S>&);
template <class S> void forward(Cuda&, const Gelu<S>&);
template <class S> void backward(Cuda&, const Gelu<S>&);

namespace gelu {

struct Tanh {
  static constexpr double kTwice = 1.5957691216057307117, kCubic = 0.044715;  // 2√(2/π)

  template <class V>
  HD static V value(V x) {
    return x * sigmoid(twice_u(x)).value;
  }
  // y' = s + x·s·(1 − s)·(2u)'
  template <class V>
  HD static V slope(V x) {
    const auto s = sigmoid(twice_u(x));
    const V inner = (x * x * Number<V>(3 * kCubic) + Number<V>(1)) * Number<V>(kTwice);
    return s.value + x * s.value * s.complement * inner;
  }

 private:
  template <class V>
  HD static V twice_u(V x) {
    return x * (x * x * Number<V>(kCubic) + Number<V>(1)) * Number<V>(kTwice);
  }
};

struct Erf {
  template <class V>
  HD static V value(V x) {
    return x * normal_distribution(x).cdf;
  }
  // y' = Φ + x·φ
  template <class V>
  HD static V slope(V x) {
    const auto normal = normal_distribution(x);
    return normal.cdf + x * normal.density;
  }
};

template <class Form, class S, class Place>
HD void forward_at(const Gelu<S>& a, Place i) {
  a.y.store(i, Form::value(a.x[i]));
}

template <class Form, class S, class Place>
HD void backward_at(const Gelu<S>& a, Place i) {
  a.dx.store(i, a.dy[i] * Form::slope(a.x[i]));
}

}  // namespace gelu
}  // namespace sophia
