// The matrix product on the GPU: which of the ways it takes.
#include <bit>
#include "../cuda/cublaslt.h"
#include "../cuda/cuda.h"
#include "../cuda/width.h"
#include "matmul_ways.h"

namespace sophia {

namespace {

// Tensor cores read 128 bits at a time from A and B, and write packs of 4 numbers.
template <class T, class C, class Epilogue>
bool suits_tensor_cores(const Product<T, C, Epilogue>& a) {
  constexpr std::int64_t kNumbers = 16 / sizeof(T);
  const auto& [first, last] = a.terms;
  const Matmul& s = a.shape;
  return (s.lda | s.ldb | s.stride_a | s.stride_b) % kNumbers == 0 &&
         (s.ldc | s.stride_c | stride_of(a.epilogue)) % kWide == 0 && aligned(first.a) && aligned(first.b) &&
         aligned(last.a) && aligned(last.b) && aligned(a.c) && aligned(read_by(a.epilogue));
}

bool has_tensor_cores(const Cuda& on, View<float>) { return on.tf32(); }
bool has_tensor_cores(const Cuda& on, View<Bf16>) { return on.bf16(); }

// What the addresses of a batch of matrices are multiples of, in bytes; more than 128 bits make no difference.
std::uint32_t alignment(const void* address, std::int64_t stride = 0) {
  return 1u << std::countr_zero(reinterpret_cast<std::uintptr_t>(address) | static_cast<std::uintptr_t>(stride) | 16);
}

// False where cuBLASLt has no such product, and C is as it was. The bias is added once, with the last of two products.
template <class T, class C, class Epilogue>
bool multiply_by_cublaslt(Cuda& on, const Product<T, C, Epilogue>& a) {
  Cublaslt* const by = on.cublaslt();
  const Matmul& s = a.shape;
  if (by == nullptr || s.k == 0) return false;
  const void* const bias = read_by(a.epilogue).value;
  for (std::int64_t term = 0; term < a.term_count; ++term) {
    const bool last = term + 1 == a.term_count, biased = last && bias != nullptr;
    const Factors<T>& factors = a.terms[term];
    const LtOperands operands{factors.a.value, factors.b.value, a.c.value, bias, s.add || term > 0 ? 1.0f : 0.0f};
    constexpr std::int64_t kFactor = sizeof(T), kResult = sizeof(C);
    const LtProblem problem{.m = s.m,
                            .n = s.n,
                            .k = s.k,
                            .lda = s.lda,
                            .ldb = s.ldb,
                            .ldc = s.ldc,
                            .batch = s.batch,
                            .stride_a = s.stride_a,
                            .stride_b = s.stride_b,
                            .stride_c = s.stride_c,
                            .transpose_a = s.transpose_a,
                            .transpose_b = s.transpose_b,
                            .bf16_factors = kFactor == 2,
                            .bf16_result = kResult == 2,
                            .tf32 = kFactor == 4 && on.tf32(),
                            .biased = biased,
                            .alignment_a = alignment(operands.a, s.stride_a * kFactor),
                            .alignment_b = alignment(operands.b, s.stride_b * kFactor),
                            .alignment_c = alignment(operands.c, s.stride_c * kResult),
                            .alignment_bias = biased ? alignment(bias) : 0};
    if (by->multiply(on, problem, operands)) continue;
    if (term == 0) return false;
    fail(Code::kDevice, "the second of two products: " + by->status());
  }
  return true;
}

}  // namespace

template <class T, class C, class Epilogue>
void sum_of_products(Cuda& on, const Matmul& shape, std::initializer_list<Factors<T>> terms, View<C> c,
                     Epilogue epilogue) {
  if (shape.m <= 0 || shape.n <= 0 || shape.batch <= 0) return;
  require(terms.size() == 1 || terms.size() == 2, "a sum has one product or two, got ", terms.size());
  const auto& first = *terms.begin();
  const auto& last = *(terms.end() - 1);
  const auto count = static_cast<std::int64_t>(terms.size());
  const Product<T, C, Epilogue> a{with_strides(shape), {first, last}, count, c, epilogue};
  if constexpr (kOnlyBias<Epilogue>)
    if (multiply_by_cublaslt(on, a)) return;
  if (has_tensor_cores(on, first.a) && suits_tensor_cores(a)) multiply_on_tensor_cores(on, a);
  else multiply_by_floats(on, a);
}

template <class T> using Terms = std::initializer_list<Factors<T>>;
template void sum_of_products(Cuda&, const Matmul&, Terms<float>, View<float>, Plain);
template void sum_of_products(Cuda&, const Matmul&, Terms<float>, View<float>, AddBias<float>);
template void sum_of_products(Cuda&, const Matmul&, Terms<float>, View<float>, Polynomial<float>);
template void sum_of_products(Cuda&, const Matmul&, Terms<Bf16>, View<Bf16>, Plain);
template void sum_of_products(Cuda&, const Matmul&, Terms<Bf16>, View<Bf16>, AddBias<Bf16>);
template void sum_of_products(Cuda&, const Matmul&, Terms<Bf16>, View<float>, Plain);

}  // namespace sophia
