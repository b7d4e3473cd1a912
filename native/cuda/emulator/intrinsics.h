// Device functions that nvcc knows by itself: atomics, fences, bits and rounding.
#pragma once
#include <cmath>
#include <cstring>
#include <type_traits>
#include "words.h"

// Each returns the old value. Types: float, double, int, unsigned, unsigned long long.
template <class T> T atomicAdd(T* address, std::type_identity_t<T> value);
template <class T> T atomicExch(T* address, std::type_identity_t<T> value);
template <class T> T atomicMax(T* address, std::type_identity_t<T> value);
template <class T> T atomicMin(T* address, std::type_identity_t<T> value);
template <class T> T atomicCAS(T* address, std::type_identity_t<T> compare, std::type_identity_t<T> value);

void __threadfence();
inline void __threadfence_block() {}

template <class T> __forceinline__ T __ldg(const T* address) { return *address; }

inline int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
inline unsigned __float_as_uint(float x) { return __builtin_bit_cast(unsigned, x); }
inline float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
inline float __uint_as_float(unsigned x) { return __builtin_bit_cast(float, x); }

inline unsigned __umulhi(unsigned a, unsigned b) { return static_cast<unsigned>(uint64_t{a} * b >> 32); }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
inline int __ffs(int x) { return __builtin_ffs(x); }

inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline float __fsqrt_rn(float x) { return std::sqrt(x); }
