// Which width a kernel moves its rows in: as many numbers as 128 bits hold, where every row starts at a multiple of
// their size; single numbers elsewhere. Tensors of floats beside others of bf16 go by four as well: eight floats of a
// lane would be two accesses, each asking for every sector of the warp.
#pragma once
#include <algorithm>
#include <cstdint>
#include "../core/view.h"

namespace sophia {

inline constexpr int kWide = 4;  // floats

// The width of tensors of T, or of both halves of a Dual.
template <class T> inline constexpr int kWidthOf = 16 / sizeof(T);
template <class T> inline constexpr int kWidthOf<Dual<T>> = kWidthOf<T>;
template <class T> constexpr int width_of(View<T>) { return kWidthOf<T>; }

// Whether packs of so many numbers may be read from there.
template <class T>
bool aligned(const T* address, int width) {
  return reinterpret_cast<std::uintptr_t>(address) % (static_cast<std::size_t>(width) * sizeof(T)) == 0;
}
template <class T>
bool aligned(View<T> x, int width = kWidthOf<T>) {
  return aligned(x.value, width);
}
template <class T>
bool aligned(View<Dual<T>> x, int width = kWidthOf<T>) {
  return aligned(x.value, width) && aligned(x.tangent, width);
}

// Calls f.template operator()<N>() with N = kWidth for rows `stride` numbers apart where they allow it, else with 1. An
// absent tensor fits any width.
template <int kWidth, class F, class... Views>
void with_width_or_1(std::int64_t stride, F f, Views... tensors) {
  if (stride % kWidth == 0 && (aligned(tensors, kWidth) && ...)) f.template operator()<kWidth>();
  else f.template operator()<1>();
}
template <class F, class... Views>
void with_width(std::int64_t stride, F f, Views... tensors) {
  with_width_or_1<std::min({width_of(Views())...})>(stride, f, tensors...);
}

}  // namespace sophia
