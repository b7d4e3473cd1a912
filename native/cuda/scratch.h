// Tensors in scratch memory: the device's, or the shared memory of a block.
#pragma once
#include "../core/view.h"
#include "team.h"

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

// Bytes of `count` numbers like `like`, where the next tensor begins at a multiple of 128 bits.
template <class T>
HD std::int64_t shared_bytes(std::int64_t count, View<T> like) {
  const std::int64_t bytes = kHalves<T> * count * static_cast<std::int64_t>(sizeof(*like.value));
  return (bytes + 15) / 16 * 16;
}

// Hands out a block's dynamic shared memory, one tensor behind the other.
class SharedRoom {
 public:
  template <class T>
  DEVICE View<T> take(std::int64_t count, View<T> like) {
    const auto memory = reinterpret_cast<decltype(like.value)>(dynamic_shared<unsigned char>() + taken_);
    taken_ += shared_bytes(count, like);
    return view_of(memory, count, like);
  }

 private:
  std::int64_t taken_ = 0;
};

}  // namespace sophia
