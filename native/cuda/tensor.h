// Tensor cores: a warp multiplies small matrices whose numbers are TF32, floats with 10 bits behind the point, and adds
// the products up in float.
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

// C += A·B,   (16, 8) += (16, 8)·(8, 8).   Lane 4g + t of the warp holds
//
//   a   A[g][t], A[g + 8][t], A[g][t + 4], A[g + 8][t + 4]
//   b   B[t][g], B[t + 4][g]
//   c   C[g][2t], C[g][2t + 1], C[g + 8][2t], C[g + 8][2t + 1]
DEVICE void multiply_add_tf32(const float (&a)[4], const float (&b)[2], float (&c)[4]) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(__float_as_uint(a[0])), "r"(__float_as_uint(a[1])), "r"(__float_as_uint(a[2])), "r"(__float_as_uint(a[3])),
        "r"(__float_as_uint(b[0])), "r"(__float_as_uint(b[1])));
#elif defined(__CUDACC__)
  __trap();  // Cuda::tf32() is false on these GPUs
#else
  emulator::multiply_add_tf32(a, b, c);
#endif
}

}  // namespace sophia
