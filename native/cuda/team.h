// The GPU's team: one warp, whose 32 lanes each move a pack and reduce with shuffles. A row of any length works: its
// tail is a Part. Every lane of the warp must reach every collective.
#pragma once
#include <limits>
#include "../core/view.h"
#include "cuda.h"
#if !defined(__CUDACC__)
#include "emulator/shared.h"
#endif

#define DEVICE __device__ __forceinline__

namespace sophia {

inline constexpr unsigned kAllLanes = 0xffffffffu;

// The value of the lane whose number differs from this one's in the bits of `lanes`.
DEVICE float shuffle_xor(float x, int lanes) { return __shfl_xor_sync(kAllLanes, x, lanes); }
DEVICE double shuffle_xor(double x, int lanes) { return __shfl_xor_sync(kAllLanes, x, lanes); }
template <class V>
DEVICE Dual<V> shuffle_xor(Dual<V> x, int lanes) {
  return {shuffle_xor(x.value, lanes), shuffle_xor(x.tangent, lanes)};
}

// The block's dynamic shared memory (Grid::shared_bytes), 16-byte aligned. All uses of one kernel share it.
template <class T>
DEVICE T* dynamic_shared() {
#if defined(__CUDACC__)
  extern __shared__ __align__(16) unsigned char bytes[];
  return reinterpret_cast<T*>(bytes);
#else
  return static_cast<T*>(emulator::dynamic_shared_memory());
#endif
}

// threadIdx.x is the lane; further dimensions of the block count warps.
template <int N>
struct Warp {
  static constexpr int kLanes = 32;

  DEVICE bool leads() const { return threadIdx.x == 0; }

  // f(place) for every pack of the row.
  template <class F>
  DEVICE void each(std::ptrdiff_t count, F f) const {
    std::ptrdiff_t i = first();
    for (; i + N <= count; i += kLanes * N) f(At<N>{i});
    if (i < count) f(Part<N>{i, static_cast<int>(count - i)});
  }

  // The sum of f over the row, the same bits in every lane: each lane by itself, then across its pack, then the warp.
  template <class F>
  DEVICE auto sum(std::ptrdiff_t count, F f) const {
    decltype(f(At<N>{0})) total(0);
    std::ptrdiff_t i = first();
    for (; i + N <= count; i += kLanes * N) total = total + f(At<N>{i});
    if (i < count) {
      const int left = static_cast<int>(count - i);
      total = total + keep(f(Part<N>{i, left}), left, Number<decltype(total)>(0));
    }
    return sum_of_lanes(across(total));
  }

  // That lane's x, in every lane.
  template <class T>
  DEVICE T of_lane(T x, int lane) const {
    return __shfl_sync(kAllLanes, x, lane);
  }

  // The sum of every lane's x, the same bits in every lane.
  template <class V>
  DEVICE V sum_of_lanes(V x) const {
    for (int lanes = kLanes / 2; lanes > 0; lanes /= 2) x = x + shuffle_xor(x, lanes);
    return x;
  }

  // The largest f of the row, in every lane, by its value; a tangent goes with it.
  template <class F>
  DEVICE auto max(std::ptrdiff_t count, F f) const {
    using V = decltype(f(At<N>{0}));
    const auto lowest = -std::numeric_limits<Number<V>>::infinity();
    V best(lowest);
    std::ptrdiff_t i = first();
    for (; i + N <= count; i += kLanes * N) best = sophia::max(f(At<N>{i}), best);
    if (i < count) {
      const int left = static_cast<int>(count - i);
      best = sophia::max(keep(f(Part<N>{i, left}), left, lowest), best);
    }
    auto row = across_max(best);
    for (int lanes = kLanes / 2; lanes > 0; lanes /= 2) row = sophia::max(shuffle_xor(row, lanes), row);
    return row;
  }

 private:
  DEVICE static std::ptrdiff_t first() { return static_cast<std::ptrdiff_t>(threadIdx.x) * N; }
};

}  // namespace sophia
