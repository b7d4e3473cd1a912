// cuBLASLt, NVIDIA's matrix products, where the machine has it. It is opened at run time, so that nothing depends on
// it: the library that SOPHIA_CUBLASLT names, or libcublasLt.so.13 or .12 wherever the loader finds one.
//
// Its sums have the same bits each time on one GPU and one version of the library, but an order of their own.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include "cuda.h"

namespace sophia {

// A product as cuBLASLt plans it, once for each: C = op(A)·op(B) of row-major matrices, as in linalg/matmul.h. Factors
// are float or bf16, and so is C, with the bias of its columns; alignments are what all addresses are multiples of.
struct LtProblem {
  std::int64_t m, n, k, lda, ldb, ldc, batch, stride_a, stride_b, stride_c;
  bool transpose_a, transpose_b, bf16_factors, bf16_result, tf32, biased;
  std::uint32_t alignment_a, alignment_b, alignment_c, alignment_bias;
  auto operator<=>(const LtProblem&) const = default;
};

// C is `beta` times what it was, and the product; with the bias, where the problem has one.
struct LtOperands {
  const void *a, *b;
  void* c;
  const void* bias;
  float beta;
};

class Cublaslt {
 public:
  // Of the current device. Throws kDevice with the reason where the library is not there, or not whole.
  Cublaslt();
  ~Cublaslt();

  // False where cuBLASLt has no such product, or fails; status() then has the reason. Uses scratch memory.
  bool multiply(Cuda& on, const LtProblem& problem, const LtOperands& operands);
  const std::string& status() const { return status_; }

 private:
  struct Api;
  struct Plan;
  bool ok(int status, const char* what);
  std::unique_ptr<Plan> make_plan(const LtProblem& problem, const void* bias);
  bool describe(Plan& plan, const LtProblem& problem, const void* bias);
  bool choose(Plan& plan, const LtProblem& problem);

  std::unique_ptr<Api> api_;
  std::map<LtProblem, std::unique_ptr<Plan>> plans_;
  std::string status_;
};

}  // namespace sophia
