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

// Before a loop whose arrays must stay in registers, which have no addresses.
#if defined(__CUDACC__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

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

// What one of kLanes lanes does of a row that is dealt out to them pack by pack.
template <int N, int kLanes>
struct Share {
  std::ptrdiff_t lane;

  template <class F>
  DEVICE void each(std::ptrdiff_t count, F f) const {
    std::ptrdiff_t i = lane * N;
    for (; i + N <= count; i += kLanes * N) f(At<N>{i});
    if (i < count) f(Part<N>{i, static_cast<int>(count - i)});
  }

  template <class F>
  DEVICE auto sum(std::ptrdiff_t count, F f) const {
    decltype(f(At<N>{0})) total(0);
    each(count, [&](auto i) { total = total + within(i, f(i), Number<decltype(total)>(0)); });
    return across(total);
  }

  template <class F>
  DEVICE auto max(std::ptrdiff_t count, F f) const {
    using V = decltype(f(At<N>{0}));
    constexpr auto kLowest = -std::numeric_limits<Number<V>>::infinity();
    V best(kLowest);
    each(count, [&](auto i) { best = sophia::max(within(i, f(i), kLowest), best); });
    return across_max(best);
  }
};

// threadIdx.x is the lane; further dimensions of the block count warps.
template <int N>
struct Warp {
  static constexpr int kLanes = 32;

  DEVICE bool leads() const { return threadIdx.x == 0; }
  DEVICE static void meet() { __syncwarp(); }  // what a lane has written before, all may read behind it

  // f(place) for every pack of the row.
  template <class F>
  DEVICE void each(std::ptrdiff_t count, F f) const {
    share().each(count, f);
  }

  // The sum of f over the row, the same bits in every lane: each lane by itself, then across its pack, then the warp.
  template <class F>
  DEVICE auto sum(std::ptrdiff_t count, F f) const {
    return sum_of_lanes(share().sum(count, f));
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
    return max_of_lanes(share().max(count, f));
  }

  template <class V>
  DEVICE V max_of_lanes(V x) const {
    for (int lanes = kLanes / 2; lanes > 0; lanes /= 2) x = sophia::max(shuffle_xor(x, lanes), x);
    return x;
  }

 private:
  DEVICE static Share<N, kLanes> share() { return {static_cast<std::ptrdiff_t>(threadIdx.x)}; }
};

// A thread by itself, for rows of a few numbers. It meets no others.
struct Thread {
  DEVICE bool leads() const { return true; }
  template <class F>
  DEVICE auto sum(std::ptrdiff_t count, F f) const {
    return Share<1, 1>{0}.sum(count, f);
  }
};

// A whole block, for rows of many thousands of numbers: threadIdx is {lane, warp}. Every thread of the block must reach
// every collective.
template <int N, int kWarps>
struct Block {
  static constexpr int kLanes = Warp<N>::kLanes * kWarps;
  static constexpr dim3 threads() { return {Warp<N>::kLanes, kWarps}; }

  DEVICE bool leads() const { return threadIdx.x == 0 && threadIdx.y == 0; }
  DEVICE static void meet() { __syncthreads(); }

  template <class F>
  DEVICE void each(std::ptrdiff_t count, F f) const {
    share().each(count, f);
  }

  // As a warp's, and then over the warps in order.
  template <class F>
  DEVICE auto sum(std::ptrdiff_t count, F f) const {
    return sum_of_lanes(share().sum(count, f));
  }
  template <class V>
  DEVICE V sum_of_lanes(V x) const {
    return over_warps(Warp<N>().sum_of_lanes(x), [](V a, V b) { return a + b; });
  }
  template <class F>
  DEVICE auto max(std::ptrdiff_t count, F f) const {
    const auto best = Warp<N>().max_of_lanes(share().max(count, f));
    return over_warps(best, [](auto a, auto b) { return sophia::max(a, b); });
  }

 private:
  template <class V, class F>
  DEVICE static V over_warps(V x, F f) {
    __shared__ V warps[kWarps];
    if (threadIdx.x == 0) warps[threadIdx.y] = x;
    __syncthreads();
    x = warps[0];
    for (int w = 1; w < kWarps; ++w) x = f(x, warps[w]);
    __syncthreads();  // the next collective writes there
    return x;
  }
  DEVICE static Share<N, kLanes> share() {
    return {static_cast<std::ptrdiff_t>(threadIdx.y * Warp<N>::kLanes + threadIdx.x)};
  }
};

}  // namespace sophia
