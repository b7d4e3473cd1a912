// Which width a kernel moves its rows in: four numbers, one 128-bit access, where every row starts at a multiple of
// 128 bits; single numbers elsewhere.
#pragma once
#include <cstdint>
#include "../core/view.h"

namespace sophia {

inline constexpr int kWide = 4;

inline bool aligned(const void* address) { return reinterpret_cast<std::uintptr_t>(address) % 16 == 0; }
template <class T>
bool aligned(View<T> x) {
  return aligned(x.value);
}
template <class T>
bool aligned(View<Dual<T>> x) {
  return aligned(x.value) && aligned(x.tangent);
}

// Calls f.template operator()<N>() with the width N for rows `stride` numbers apart. An absent tensor fits any width.
template <class F, class... Views>
void with_width(std::int64_t stride, F f, Views... tensors) {
  if (stride % kWide == 0 && (aligned(tensors) && ...)) f.template operator()<kWide>();
  else f.template operator()<1>();
}

}  // namespace sophia
