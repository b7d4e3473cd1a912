// Pack<T, N>: N numbers that move together: one SIMD register on the CPU, one 128-bit access on the GPU.
// Every formula of the project is written for a pack and never asks how wide it is.
//
// The CPU holds a pack in a vector register (GCC's vector extension); nvcc sees an array and unrolls. T is float;
// double serves the reference arithmetic of the tests.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#if defined(__FMA__) || defined(__AVX__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#if defined(__CUDACC__)
#define HD __host__ __device__ __forceinline__
#else
#define HD inline __attribute__((always_inline))
#endif

namespace sophia {

#if defined(__CUDACC__)

template <class T, int N>
struct alignas(N * sizeof(T)) Pack {
  using Lane = T;
  static constexpr int kWidth = N;
  T lane[N];

  Pack() = default;
  HD Pack(T x) {
    for (int i = 0; i < N; ++i) lane[i] = x;
  }
  HD T operator[](int i) const { return lane[i]; }
  HD void set(int i, T x) { lane[i] = x; }
};

// Applies f to every lane; the constant trip count unrolls.
template <class T, int N, class F>
HD Pack<T, N> lanewise(F f) {
  Pack<T, N> y;
  for (int i = 0; i < N; ++i) y.lane[i] = f(i);
  return y;
}

#define SOPHIA_PACK_OPERATOR(op)                                          \
  template <class T, int N>                                               \
  HD Pack<T, N> operator op(Pack<T, N> a, Pack<T, N> b) {                 \
    return lanewise<T, N>([&](int i) { return a.lane[i] op b.lane[i]; }); \
  }

#else

template <class T, int N>
struct Pack {
  using Lane = T;
  using Integer = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  typedef T Vector __attribute__((vector_size(N * sizeof(T))));
  typedef Integer Bits __attribute__((vector_size(N * sizeof(T))));
  static constexpr int kWidth = N;
  Vector vector;

  Pack() = default;
  HD Pack(T x) : vector(x - Vector{}) {}  // broadcast: x − 0 is x, also for −0 and NaN
  template <class V>
    requires(!std::is_arithmetic_v<V> && !std::is_class_v<V>)
  HD explicit Pack(V x) : vector(x) {}  // from a vector register
  HD T operator[](int i) const { return vector[i]; }
  HD void set(int i, T x) { vector[i] = x; }
};

template <class T, int N, class F>
HD Pack<T, N> lanewise(F f) {
  Pack<T, N> y;
  for (int i = 0; i < N; ++i) y.vector[i] = f(i);
  return y;
}

#define SOPHIA_PACK_OPERATOR(op)                          \
  template <class T, int N>                               \
  HD Pack<T, N> operator op(Pack<T, N> a, Pack<T, N> b) { \
    return Pack<T, N>(a.vector op b.vector);              \
  }

#endif

SOPHIA_PACK_OPERATOR(+)
SOPHIA_PACK_OPERATOR(-)
SOPHIA_PACK_OPERATOR(*)
SOPHIA_PACK_OPERATOR(/)
#undef SOPHIA_PACK_OPERATOR

// A number on either side is broadcast. The number's type is not deduced, so that `pack * 0.5f` serves doubles too.
#define SOPHIA_PACK_SCALAR(op)                                           \
  template <class T, int N>                                              \
  HD Pack<T, N> operator op(Pack<T, N> a, typename Pack<T, N>::Lane b) { \
    return a op Pack<T, N>(b);                                           \
  }                                                                      \
  template <class T, int N>                                              \
  HD Pack<T, N> operator op(typename Pack<T, N>::Lane a, Pack<T, N> b) { \
    return Pack<T, N>(a) op b;                                           \
  }
SOPHIA_PACK_SCALAR(+)
SOPHIA_PACK_SCALAR(-)
SOPHIA_PACK_SCALAR(*)
SOPHIA_PACK_SCALAR(/)
#undef SOPHIA_PACK_SCALAR

template <class T, int N>
HD Pack<T, N> operator-(Pack<T, N> a) {
#if defined(__CUDACC__)
  return lanewise<T, N>([&](int i) { return -a.lane[i]; });
#else
  return Pack<T, N>(-a.vector);
#endif
}

// ---- a·b + c ---------------------------------------------------------------------------------------------------

// Rounded once, everywhere. Where the hardware does not fuse, a float product is exact in double, the sum is
// rounded to odd there, and the last rounding is then the only one (Boldo & Melquiond 2008).
HD double fma(double a, double b, double c) { return std::fma(a, b, c); }
HD float fma(float a, float b, float c) {
#if defined(__CUDA_ARCH__) || defined(__FMA__) || defined(__aarch64__)
  return __builtin_fmaf(a, b, c);
#else
  const double product = static_cast<double>(a) * b, sum = product + c;
  const double part = sum - product, lost = (product - (sum - part)) + (c - part);
  std::int64_t bits;
  std::memcpy(&bits, &sum, sizeof bits);
  const bool even = (bits & 1) == 0 && lost != 0 && lost == lost && sum - sum == 0;
  const std::int64_t toward = (lost > 0) == (sum > 0) ? 1 : -1;
  bits += even ? toward : 0;
  double odd;
  std::memcpy(&odd, &bits, sizeof odd);
  return static_cast<float>(odd);
#endif
}
template <class T, int N>
HD Pack<T, N> fma(Pack<T, N> a, Pack<T, N> b, Pack<T, N> c) {
#if !defined(__CUDACC__)
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4 && N == 16) return Pack<T, N>(_mm512_fmadd_ps(a.vector, b.vector, c.vector));
#endif
#if defined(__FMA__)
  if constexpr (sizeof(T) == 4 && N == 8) return Pack<T, N>(_mm256_fmadd_ps(a.vector, b.vector, c.vector));
  if constexpr (sizeof(T) == 4 && N == 4) return Pack<T, N>(_mm_fmadd_ps(a.vector, b.vector, c.vector));
#elif defined(__aarch64__)
  if constexpr (sizeof(T) == 4 && N == 4) return Pack<T, N>(vfmaq_f32(c.vector, a.vector, b.vector));
#endif
#endif
  return lanewise<T, N>([&](int i) { return fma(a[i], b[i], c[i]); });
}

// Fused where the hardware fuses, two roundings elsewhere: the cheap form, for sums and polynomials.
#if defined(__CUDACC__) || defined(__FMA__) || defined(__aarch64__)
template <class V>
HD V multiply_add(V a, V b, V c) {
  return fma(a, b, c);
}
#else
template <class V>
HD V multiply_add(V a, V b, V c) {
  return a * b + c;
}
#endif

}  // namespace sophia
