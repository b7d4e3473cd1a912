// Tensors in scratch memory: the device's, or the shared memory of a block.
#pragma once
#include "../core/view.h"
#include "cuda.h"

namespace sophia {

// A view of `count` numbers like `like`; the halves of a Dual lie one behind the other.
template <class T>
HD View<T> view_of(T* memory, std::int64_t, View<T> /*like*/) {
  return {memory};
}
template <class T>
HD View<Dual<T>> view_of(T* memory, std::int64_t count, View<Dual<T>> /*like*/) {
  return {memory, memory + count};
}
// How many numbers lie under an S: a value, or a value and its tangent.
template <class S>
inline constexpr int kHalves = kIsDual<S> ? 2 : 1;

}  // namespace sophia
