// The matrix product on the GPU: which of the ways it takes.
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
  return (a.shape.lda | a.shape.ldb) % kNumbers == 0 && a.shape.ldc % kWide == 0 && aligned(first.a) &&
         aligned(first.b) && aligned(last.a) && aligned(last.b) && aligned(a.c) && aligned(read_by(a.epilogue));
}

bool has_tensor_cores(const Cuda& on, View<float>) { return on.tf32(); }
bool has_tensor_cores(const Cuda& on, View<Bf16>) { return on.bf16(); }

}  // namespace

template <class T, class C, class Epilogue>
void sum_of_products(Cuda& on, const Matmul& shape, std::initializer_list<Factors<T>> terms, View<C> c,
                     Epilogue epilogue) {
  if (shape.m <= 0 || shape.n <= 0) return;
  require(terms.size() == 1 || terms.size() == 2, "a sum has one product or two, got ", terms.size());
  const auto& first = *terms.begin();
  const auto& last = *(terms.end() - 1);
  const auto count = static_cast<std::int64_t>(terms.size());
  const Product<T, C, Epilogue> a{with_strides(shape), {first, last}, count, c, epilogue};
  if (has_tensor_cores(on, first.a) && suits_tensor_cores(a)) multiply_on_tensor_cores(on, a);
  else multiply_by_floats(on, a);
}

template <class T> using Terms = std::initializer_list<Factors<T>>;
template void sum_of_products(Cuda&, const Matmul&, Terms<float>, View<float>, Plain);
template void sum_of_products(Cuda&, const Matmul&, Terms<float>, View<float>, AddBias<float>);
template void sum_of_products(Cuda&, const Matmul&, Terms<Bf16>, View<Bf16>, Plain);
template void sum_of_products(Cuda&, const Matmul&, Terms<Bf16>, View<Bf16>, AddBias<Bf16>);
template void sum_of_products(Cuda&, const Matmul&, Terms<Bf16>, View<float>, Plain);

}  // namespace sophia
