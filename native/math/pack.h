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

#define SOPHIA_PACK_OPERATOR(op)                                       \
  template <class T, int N>                                            \
  HD Pack<T, N> operator op(Pack<T, N> a, Pack<T, N> b) {              \
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
#define SOPHIA_PACK_SCALAR(op)                                                                            \
  template <class T, int N>                                                                               \
  HD Pack<T, N> operator op(Pack<T, N> a, typename Pack<T, N>::Lane b) { return a op Pack<T, N>(b); }      \
  template <class T, int N>                                                                               \
  HD Pack<T, N> operator op(typename Pack<T, N>::Lane a, Pack<T, N> b) { return Pack<T, N>(a) op b; }
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

// ---- comparisons, with NaN kept ----------------------------------------------------------------------------------

// `a < b ? x : y`, lanewise; a NaN compares false.
HD float select_less(float a, float b, float x, float y) { return a < b ? x : y; }
HD double select_less(double a, double b, double x, double y) { return a < b ? x : y; }
template <class T, int N>
HD Pack<T, N> select_less(Pack<T, N> a, Pack<T, N> b, Pack<T, N> x, Pack<T, N> y) {
#if defined(__CUDACC__)
  return lanewise<T, N>([&](int i) { return a.lane[i] < b.lane[i] ? x.lane[i] : y.lane[i]; });
#else
  return Pack<T, N>(a.vector < b.vector ? x.vector : y.vector);
#endif
}

// The smaller, the larger, and a clamp. A NaN in x survives (C's fmin would drop it and hide a broken gradient).
template <class V>
HD V min(V x, V bound) { return select_less(bound, x, bound, x); }
template <class V>
HD V max(V x, V bound) { return select_less(x, bound, bound, x); }
// In one instruction where there is one, which of two zeros, and where one is a NaN, gives its second operand.
template <class T, int N>
HD Pack<T, N> min(Pack<T, N> x, Pack<T, N> bound) {
#if !defined(__CUDACC__)
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4 && N == 16) return Pack<T, N>(_mm512_maskz_min_ps(0xffff, bound.vector, x.vector));
#endif
#if defined(__AVX__)
  if constexpr (sizeof(T) == 4 && N == 8) return Pack<T, N>(_mm256_min_ps(bound.vector, x.vector));
#endif
#endif
  return select_less(bound, x, bound, x);
}
template <class T, int N>
HD Pack<T, N> max(Pack<T, N> x, Pack<T, N> bound) {
#if !defined(__CUDACC__)
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4 && N == 16) return Pack<T, N>(_mm512_maskz_max_ps(0xffff, bound.vector, x.vector));
#endif
#if defined(__AVX__)
  if constexpr (sizeof(T) == 4 && N == 8) return Pack<T, N>(_mm256_max_ps(bound.vector, x.vector));
#endif
#endif
  return select_less(x, bound, bound, x);
}
template <class V>
HD V clamp(V x, V low, V high) { return min(max(x, low), high); }

HD float abs(float x) { return __builtin_fabsf(x); }
HD double abs(double x) { return __builtin_fabs(x); }
template <class T, int N>
HD Pack<T, N> abs(Pack<T, N> x) {
#if defined(__CUDACC__)
  return lanewise<T, N>([&](int i) { return abs(x[i]); });
#else
  using Bits = typename Pack<T, N>::Bits;
  return Pack<T, N>((typename Pack<T, N>::Vector)((Bits)x.vector & ~(Bits)(-Pack<T, N>(T(0)).vector)));
#endif
}

// −1, 0 or 1; sign(±0) = 0 and sign(NaN) = NaN.
template <class V>
HD V sign(V x) {
  const V zero(0), one(1), minus_one(-1);
  return select_less(zero, x, one, select_less(x, zero, minus_one, x));
}

// 1 where a < b, else 0: a count as a number.
template <class V>
HD V less(V a, V b) { return select_less(a, b, V(1), V(0)); }

HD float sqrt(float x) { return ::sqrtf(x); }
HD double sqrt(double x) { return ::sqrt(x); }
template <class T, int N>
HD Pack<T, N> sqrt(Pack<T, N> x) {
#if !defined(__CUDACC__)
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4 && N == 16) return Pack<T, N>(_mm512_maskz_sqrt_ps(0xffff, x.vector));
#endif
#if defined(__AVX__)
  if constexpr (sizeof(T) == 4 && N == 8) return Pack<T, N>(_mm256_sqrt_ps(x.vector));
#endif
#endif
  return lanewise<T, N>([&](int i) { return sqrt(x[i]); });
}

// 1/√x, correctly rounded operations (no hardware estimate: estimates differ between makers).
template <class V>
HD V rsqrt(V x) { return V(1) / sqrt(x); }
template <class V>
HD V square(V x) { return x * x; }

// ---- across the lanes ------------------------------------------------------------------------------------------

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

// ---- memory ----------------------------------------------------------------------------------------------------

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
#endif
  for (int i = 0; i < N; ++i)
    if (i < count) to[i] = x[i];
}

}  // namespace sophia
