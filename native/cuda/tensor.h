// Tensor cores: a warp multiplies small matrices and adds the products up in float. Their numbers are bf16, or TF32:
// floats with 10 bits behind the point.
//
// The layouts are those of the PTX ISA, "Warp-level matrix instructions": lane 4g + t of the warp holds registers of 32
// bits, each a TF32 number or two bf16 that follow each other, the first in the lower half.
#pragma once
#include "team.h"
#if !defined(__CUDACC__)
#include "emulator/tensor.h"
#endif

namespace sophia {

// The nearest TF32; of two, the one farther from zero.
DEVICE float round_to_tf32(float x) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  unsigned bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return __uint_as_float(bits);
#elif defined(__CUDACC__)
  return x;  // no tensor cores that take TF32
#else
  return emulator::round_to_tf32(x);
#endif
}

// Two bf16 of a register, the nearest to two floats.
DEVICE unsigned two_bf16(float low, float high) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  unsigned both;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
  return both;
#else
  return as_bf16(low).bits | static_cast<unsigned>(as_bf16(high).bits) << 16;
#endif
}

// C += A·B in TF32,   (16, 8) += (16, 8)·(8, 8):
//
//   a   A[g][t], A[g + 8][t], A[g][t + 4], A[g + 8][t + 4]
//   b   B[t][g], B[t + 4][g]
//   c   C[g][2t], C[g][2t + 1], C[g + 8][2t], C[g + 8][2t + 1]
//
// and in bf16,   (16, 8) += (16, 16)·(16, 8):
//
//   a   A[g][2t], A[g + 8][2t], A[g][2t + 8], A[g + 8][2t + 8]     with the number behind each
//   b   B[2t][g], B[2t + 8][g]                                     with the number below each
//   c   as above
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
#define SOPHIA_MMA(shape)                                                                          \
  asm("mma.sync.aligned." shape " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};" \
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])                                             \
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]))
#endif
DEVICE void multiply_add_tf32(const unsigned (&a)[4], const unsigned* b, float (&c)[4]) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  SOPHIA_MMA("m16n8k8.row.col.f32.tf32.tf32.f32");
#elif defined(__CUDACC__)
  __trap();  // Cuda::tf32() is false on these GPUs
#else
  emulator::multiply_add_tf32(a, b, c);
#endif
}
DEVICE void multiply_add_bf16(const unsigned (&a)[4], const unsigned* b, float (&c)[4]) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  SOPHIA_MMA("m16n8k16.row.col.f32.bf16.bf16.f32");
#elif defined(__CUDACC__)
  __trap();  // Cuda::bf16() is false on these GPUs
#else
  emulator::multiply_add_bf16(a, b, c);
#endif
}
#undef SOPHIA_MMA

// Four matrices of 8 rows of 128 bits from shared memory: lane 8i + r says where row r of matrix i is. Register i is
// word t of row g of matrix i; or, transposed, for 16-bit numbers, the two numbers of rows 2t and 2t + 1 in column g.
template <bool kTransposed>
DEVICE void load_matrices(const void* row, unsigned (&to)[4]) {
#if defined(__CUDA_ARCH__)
  const auto at = static_cast<unsigned>(__cvta_generic_to_shared(row));
#define SOPHIA_LDMATRIX(kind)                                                             \
  asm volatile("ldmatrix.sync.aligned.m8n8.x4" kind ".shared.b16 {%0, %1, %2, %3}, [%4];" \
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])                       \
               : "r"(at)                                                                  \
               : "memory")
  if constexpr (kTransposed) SOPHIA_LDMATRIX(".trans");
  else SOPHIA_LDMATRIX("");
#undef SOPHIA_LDMATRIX
#elif !defined(__CUDACC__)
  const uint4 mine = *static_cast<const uint4*>(row);  // read here, where it is checked
  emulator::exchange_rows(mine, kTransposed, to);
#endif
}

}  // namespace sophia
