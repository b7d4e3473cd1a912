// View<S>: a non-owning run of S in device or host memory (C++ Core Guidelines R.3, F.24).
//
// The value and the tangent of a tensor live at the same offset of two twin arenas, so a View<Dual<float>> is a pair
// of pointers and never an array of structs. Offsets are 64 bits wide.
#pragma once
#include <cstddef>
#include "../math/bf16.h"

namespace sophia {

// Where a pack lies: x[At<8>{16}] reads x[16..23]; x[Part<8>{16, 3}] reads x[16..18] and fills with zeros.
template <int N>
struct At {
  std::ptrdiff_t index;
};
template <int N>
struct Part {
  std::ptrdiff_t index;
  int count;
};

// The pack x of a place, with `other` in the lanes that the place does not have.
template <int N, class V, class T>
HD V within(At<N>, V x, T) {
  return x;
}
template <int N, class V, class T>
HD V within(Part<N> i, V x, T other) {
  return keep(x, i.count, other);
}

// The scalars of a model. Act is what activations are stored as, Par what a layer reads its parameters as, Acc what
// row statistics, gradients and losses are kept in: never below float32.
template <class S>
struct Roles {
  using Act = S;
  using Par = S;
  using Acc = S;
};
template <>
struct Roles<Bf16> {
  using Act = Bf16;
  using Par = Bf16;
  using Acc = float;
};
template <class S> using Act = typename Roles<S>::Act;
template <class S> using Par = typename Roles<S>::Par;
template <class S> using Acc = typename Roles<S>::Acc;

template <class T>
struct View {
  T* value = nullptr;

  HD explicit operator bool() const { return value != nullptr; }
  HD View operator+(std::ptrdiff_t offset) const { return {value + offset}; }
  HD View row(std::ptrdiff_t r, std::ptrdiff_t stride) const { return {value + r * stride}; }

  HD T operator[](std::ptrdiff_t i) const { return value[i]; }
  HD void store(std::ptrdiff_t i, T x) const { value[i] = x; }
  template <int N> HD Pack<T, N> operator[](At<N> i) const { return load<T, N>(value + i.index); }
  template <int N> HD void store(At<N> i, Pack<T, N> x) const { sophia::store(value + i.index, x); }
  template <int N> HD Pack<T, N> operator[](Part<N> i) const { return load<T, N>(value + i.index, i.count); }
  template <int N> HD void store(Part<N> i, Pack<T, N> x) const { sophia::store(value + i.index, x, i.count); }
};

// Floats in half the memory: reading is exact, storing rounds. A formula that adds to a number of such a view rounds
// each time.
template <>
struct View<Bf16> {
  Bf16* value = nullptr;

  HD explicit operator bool() const { return value != nullptr; }
  HD View operator+(std::ptrdiff_t offset) const { return {value + offset}; }
  HD View row(std::ptrdiff_t r, std::ptrdiff_t stride) const { return {value + r * stride}; }

  HD float operator[](std::ptrdiff_t i) const { return as_float(value[i]); }
  HD void store(std::ptrdiff_t i, float x) const { value[i] = as_bf16(x); }
  template <int N> HD Pack<float, N> operator[](At<N> i) const { return as_float(load<Bf16, N>(value + i.index)); }
  template <int N> HD void store(At<N> i, Pack<float, N> x) const { sophia::store(value + i.index, as_bf16(x)); }
  template <int N> HD Pack<float, N> operator[](Part<N> i) const {
    return as_float(load<Bf16, N>(value + i.index, i.count));
  }
  template <int N> HD void store(Part<N> i, Pack<float, N> x) const {
    sophia::store(value + i.index, as_bf16(x), i.count);
  }
};

template <class T>
struct View<Dual<T>> {
  T* value = nullptr;
  T* tangent = nullptr;

  HD explicit operator bool() const { return value != nullptr; }
  HD View operator+(std::ptrdiff_t offset) const { return {value + offset, tangent + offset}; }
  HD View row(std::ptrdiff_t r, std::ptrdiff_t stride) const { return *this + r * stride; }

  HD Dual<T> operator[](std::ptrdiff_t i) const { return {value[i], tangent[i]}; }
  HD void store(std::ptrdiff_t i, Dual<T> x) const {
    value[i] = x.value;
    tangent[i] = x.tangent;
  }
  template <class Place>
    requires requires(Place i) { i.index; }
  HD auto operator[](Place i) const {
    return Dual(View<T>{value}[i], View<T>{tangent}[i]);
  }
  template <class Place, int N> HD void store(Place i, Dual<Pack<T, N>> x) const {
    View<T>{value}.store(i, x.value);
    View<T>{tangent}.store(i, x.tangent);
  }
};

// to[i] += x. A view of Dual may lack its value half, where only tangents are wanted; they alone are added then.
template <class T, class Place, class V>
HD void add(View<T> to, Place i, V x) {
  to.store(i, to[i] + x);
}
template <class T, class Place, class V>
HD void add(View<Dual<T>> to, Place i, Dual<V> x) {
  if (to.value) add(View<T>{to.value}, i, x.value);
  add(View<T>{to.tangent}, i, x.tangent);
}

template <class T> HD View<T> primal(View<T> x) { return x; }
template <class T> HD View<T> primal(View<Dual<T>> x) { return {x.value}; }
template <class T> HD View<T> tangent(View<Dual<T>> x) { return {x.tangent}; }

}  // namespace sophia
