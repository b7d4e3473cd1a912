// Kernels over a flat vector: a thread per pack, the tail of the vector a Part. They use no collectives.
#pragma once
#include "team.h"
#include "width.h"

namespace sophia {

// Of a block. 16 bytes per load and thread, at 2048 threads on a multiprocessor, are twice what covers the latency of
// DRAM (Little's law: 3.35 TB/s for 600 ns, among 132 multiprocessors, is 15 KB each); more per thread gains nothing.
inline constexpr int kFlatThreads = 256;

template <int N>
Grid flat_grid(std::int64_t count) {
  return {blocks_for(count, kFlatThreads * N), kFlatThreads};
}

// f(place) for the calling thread's pack, if it has one.
template <int N, class F>
DEVICE void at_place(std::int64_t count, F f) {
  const std::ptrdiff_t i = (static_cast<std::ptrdiff_t>(blockIdx.x) * kFlatThreads + threadIdx.x) * N;
  if (i + N <= count) return f(At<N>{i});
  if constexpr (N > 1) {
    if (i < count) f(Part<N>{i, static_cast<int>(count - i)});
  }
}

// Calls f.template operator()<N>() with the width N that the addresses allow; a flat vector needs no stride.
template <class F, class... Views>
void with_flat_width(F f, Views... tensors) {
  with_width(0, f, tensors...);
}

}  // namespace sophia
