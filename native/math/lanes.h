// What sees the lanes of a pack one by one: sums over them, tails that fill only some of them, and memory.
#pragma once
#include <utility>
#include "compare.h"

namespace sophia {

// The sum over the lanes: lane i meets lane i + N/2, and so on down, in this order on every machine.
HD float across(float x) { return x; }
HD double across(double x) { return x; }
template <class T, int N>
HD T across(Pack<T, N> x) {
  if constexpr (N == 1) {
    return x[0];
  } else {
#if defined(__CUDACC__)
    const auto half = [&](int first) { return lanewise<T, N / 2>([&](int i) { return x[first + i]; }); };
    return across(half(0) + half(N / 2));
#else  // by shuffles: a pack whose memory is looked at would never stay in its register
    return [&]<int... i>(std::integer_sequence<int, i...>) {
      using Half = Pack<T, N / 2>;
      return across(Half(__builtin_shufflevector(x.vector, x.vector, i...)) +
                    Half(__builtin_shufflevector(x.vector, x.vector, (N / 2 + i)...)));
    }(std::make_integer_sequence<int, N / 2>{});
#endif
  }
}

// The largest lane, for the maximum of a softmax row: a NaN may be lost here, its exponential is not.
HD float across_max(float x) { return x; }
HD double across_max(double x) { return x; }
template <class T, int N>
HD T across_max(Pack<T, N> x) {
  T best = x[0];
  for (int i = 1; i < N; ++i) best = max(x[i], best);
  return best;
}

// Keeps the first `count` lanes of x and puts `other` into the rest.
template <class T, int N>
HD Pack<T, N> keep(Pack<T, N> x, int count, T other) {
#if defined(__CUDACC__)
  return lanewise<T, N>([&](int i) { return i < count ? x[i] : other; });
#else
  typename Pack<T, N>::Bits lanes;
  for (int i = 0; i < N; ++i) lanes[i] = i;
  return Pack<T, N>(lanes < count ? x.vector : Pack<T, N>(other).vector);
#endif
}

// The same numbers in double.
HD double widen(float x) { return x; }
HD double widen(double x) { return x; }
template <class T, int N>
HD Pack<double, N> widen(Pack<T, N> x) {
#if defined(__CUDACC__)
  return lanewise<double, N>([&](int i) { return widen(x[i]); });
#else
  return Pack<double, N>(__builtin_convertvector(x.vector, typename Pack<double, N>::Vector));
#endif
}

// The numbers of a pack as T, which holds them exactly.
template <class T, int N>
HD Pack<T, N> cast(Pack<float, N> x) {
  if constexpr (std::is_same_v<T, float>) return x;
  else return widen(x);
}

// N numbers from any address: the CPU loads unaligned. nvcc is given an address aligned to the pack.
template <class T, int N>
HD Pack<T, N> load(const T* from) {
#if defined(__CUDACC__)
  return *reinterpret_cast<const Pack<T, N>*>(from);
#else
  Pack<T, N> x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
#endif
}
template <class T, int N>
HD void store(T* to, Pack<T, N> x) {
#if defined(__CUDACC__)
  *reinterpret_cast<Pack<T, N>*>(to) = x;
#else
  __builtin_memcpy(to, &x, sizeof x);
#endif
}

// The first `count` < N numbers, zeros in the other lanes; memory behind them is not touched.
template <class T, int N>
HD Pack<T, N> load(const T* from, int count) {
#if !defined(__CUDACC__) && defined(__AVX512VL__)
  if constexpr (sizeof(T) == 4 && N == 16) return Pack<T, N>(_mm512_maskz_loadu_ps((1u << count) - 1, from));
  using Vector = typename Pack<T, N>::Vector;
  if constexpr (sizeof(T) == 2 && N == 16)
    return Pack<T, N>(reinterpret_cast<Vector>(_mm256_maskz_loadu_epi16((1u << count) - 1, from)));
  if constexpr (sizeof(T) == 2 && N == 32)
    return Pack<T, N>(reinterpret_cast<Vector>(_mm512_maskz_loadu_epi16((1u << count) - 1, from)));
#endif
  Pack<T, N> x(T(0));
  for (int i = 0; i < N; ++i)
    if (i < count) x.set(i, from[i]);
  return x;
}
template <class T, int N>
HD void store(T* to, Pack<T, N> x, int count) {
#if !defined(__CUDACC__) && defined(__AVX512VL__)
  if constexpr (sizeof(T) == 4 && N == 16) return _mm512_mask_storeu_ps(to, (1u << count) - 1, x.vector);
  if constexpr (sizeof(T) == 2 && N == 16)
    return _mm256_mask_storeu_epi16(to, (1u << count) - 1, reinterpret_cast<__m256i>(x.vector));
#endif
  for (int i = 0; i < N; ++i)
    if (i < count) to[i] = x[i];
}

}  // namespace sophia
