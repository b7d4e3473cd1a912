// The ways to multiply on the GPU, each in a file of its own; matmul.cuda.cu chooses.
//
//   matmul_float.cuda.cu    floats, wherever they lie; Bf16 is read as float
//   matmul_tensor.cuda.cu   tensor cores: Bf16 as it is, floats rounded to TF32
#pragma once
#include <algorithm>
#include "matmul.h"

namespace sophia {

template <class T, class C, class Epilogue>
struct Product {
  Matmul shape;         // with_strides
  Factors<T> terms[2];  // the first and the last
  std::int64_t term_count;
  View<C> c;
  Epilogue epilogue;

  // Of matrix number `matrix` of the batch.
  HD Factors<T> factors(int term, std::int64_t matrix) const {
    return {terms[term].a + matrix * shape.stride_a, terms[term].b + matrix * shape.stride_b};
  }
};

// launch(part, count) for parts of the batch that the third dimension of a grid can count, 65535 at most.
template <class Product, class F>
void each_part_of_batch(Product a, F launch) {
  constexpr std::int64_t kMost = 65535;
  const Matmul& s = a.shape;
  for (std::int64_t left = s.batch; left > 0; left -= kMost) {
    launch(a, static_cast<unsigned>(std::min(left, kMost)));
    a.terms[0] = a.factors(0, kMost), a.terms[1] = a.factors(1, kMost);
    a.c = a.c + kMost * s.stride_c;
    a.epilogue = a.epilogue.at(kMost);
  }
}

template <class T, class C, class Epilogue> void multiply_by_floats(Cuda&, const Product<T, C, Epilogue>&);
template <class T, class C, class Epilogue> void multiply_on_tensor_cores(Cuda&, const Product<T, C, Epilogue>&);

// For every kind of product there is: `way` is instantiated.
#define SOPHIA_PRODUCTS(way)                                                 \
  template void way(Cuda&, const Product<float, float, Plain>&);             \
  template void way(Cuda&, const Product<float, float, AddBias<float>>&);    \
  template void way(Cuda&, const Product<float, float, Polynomial<float>>&); \
  template void way(Cuda&, const Product<Bf16, Bf16, Plain>&);               \
  template void way(Cuda&, const Product<Bf16, Bf16, AddBias<Bf16>>&);       \
  template void way(Cuda&, const Product<Bf16, float, Plain>&);

// What the epilogue reads, in packs of columns.
inline View<float> read_by(Plain) { return {}; }
template <class T>
View<T> read_by(AddBias<T> epilogue) {
  return epilogue.bias;
}
template <class T>
View<T> read_by(Polynomial<T> epilogue) {
  return epilogue.x;
}
// From one of its rows to the next, and from one matrix to the next.
template <class Epilogue>
std::int64_t stride_of(Epilogue) {
  return 0;
}
template <class T>
std::int64_t stride_of(Polynomial<T> epilogue) {
  return epilogue.width;
}
// Whether an epilogue does nothing but add a bias, or nothing at all.
template <class Epilogue> inline constexpr bool kOnlyBias = true;
template <class T> inline constexpr bool kOnlyBias<Polynomial<T>> = false;

// From one row or matrix to the next, all of them together: a multiple of 2, 4, 8 where each is.
template <class T, class C, class Epilogue>
std::int64_t strides_of(const Product<T, C, Epilogue>& a) {
  const Matmul& s = a.shape;
  return s.lda | s.ldb | s.ldc | s.stride_a | s.stride_b | s.stride_c | stride_of(a.epilogue);
}

HD int at_most(std::int64_t count, int most) { return static_cast<int>(std::min<std::int64_t>(count, most)); }

// Where sums are, in a batch.
struct Element {
  std::int64_t matrix, row, column;
};

// Sums of one row, `kAligned` to the width of the pack, to where C has room for them.
template <bool kAligned, class T, class C, class Epilogue, int N>
HD void store_sums(const Product<T, C, Epilogue>& a, Pack<float, N> sum, Element e) {
  const Matmul& s = a.shape;
  const View<C> c = a.c.row(e.matrix, s.stride_c).row(e.row, s.ldc);
  const Epilogue epilogue = a.epilogue.at(e.matrix);
  const auto put = [&](auto at) { c.store(at, epilogue(s.add ? c[at] + sum : sum, e.row, at)); };
  const std::int64_t left = e.row < s.m ? s.n - e.column : 0;
  if (kAligned && left >= N) put(At<N>{e.column});
  else if (left > 0) put(Part<N>{e.column, at_most(left, N)});
}

}  // namespace sophia
