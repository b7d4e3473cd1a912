// The words of CUDA C++ that a host compiler does not know: qualifiers, launch coordinates, vector types.
// A kernel file is compiled unchanged by nvcc and, through this header, by g++.
#pragma once
#include <cstddef>
#include <cstdint>

#define __global__
#define __device__
#define __host__
#define __constant__
#define __grid_constant__
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __forceinline__ inline __attribute__((always_inline))

// One block runs at a time, on one host thread: that thread's memory is the block's. The linker then keeps
// all shared variables together in the TLS segment, where the checker finds their exact bounds (shared.h). The
// alignment leaves gaps between most of them, so that running over one is not reading another.
#define __shared__ thread_local __attribute__((aligned(64)))

struct uint3 {
  unsigned x, y, z;
};

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

// Vector types have the sizes and alignments of CUDA: a four-word vector is one 128-bit access.
#define SOPHIA_VECTOR_TYPES(Scalar, name)                              \
  struct alignas(2 * sizeof(Scalar)) name##2 { Scalar x, y; };         \
  struct alignas(4 * sizeof(Scalar)) name##4 { Scalar x, y, z, w; };   \
  inline name##2 make_##name##2(Scalar x, Scalar y) { return {x, y}; } \
  inline name##4 make_##name##4(Scalar x, Scalar y, Scalar z, Scalar w) { return {x, y, z, w}; }

SOPHIA_VECTOR_TYPES(float, float)
SOPHIA_VECTOR_TYPES(int, int)
SOPHIA_VECTOR_TYPES(unsigned, uint)
SOPHIA_VECTOR_TYPES(unsigned short, ushort)
#undef SOPHIA_VECTOR_TYPES

// What the running CUDA thread knows about itself; rewritten whenever another thread goes on.
extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
inline constexpr int warpSize = 32;
