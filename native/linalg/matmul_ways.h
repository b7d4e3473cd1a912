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
};

template <class T, class C, class Epilogue> void multiply_by_floats(Cuda&, const Product<T, C, Epilogue>&);
template <class T, class C, class Epilogue> void multiply_on_tensor_cores(Cuda&, const Product<T, C, Epilogue>&);

// For every kind of product there is: `way` is instantiated.
#define SOPHIA_PRODUCTS(way)                                              \
  template void way(Cuda&, const Product<float, float, Plain>&);          \
  template void way(Cuda&, const Product<float, float, AddBias<float>>&); \
  template void way(Cuda&, const Product<Bf16, Bf16, Plain>&);            \
  template void way(Cuda&, const Product<Bf16, Bf16, AddBias<Bf16>>&);    \
  template void way(Cuda&, const Product<Bf16, float, Plain>&);

// What the epilogue reads, in packs of columns.
inline View<float> read_by(Plain) { return {}; }
template <class T>
View<T> read_by(AddBias<T> epilogue) {
  return epilogue.bias;
}

HD int at_most(std::int64_t count, int most) { return static_cast<int>(std::min<std::int64_t>(count, most)); }

// Sums of one row, `kAligned` to the width of the pack, to where C has room for them.
template <bool kAligned, class T, class C, class Epilogue, int N>
HD void store_sums(const Product<T, C, Epilogue>& a, Pack<float, N> sum, std::int64_t row, std::int64_t column) {
  const Matmul& s = a.shape;
  const View<C> c = a.c.row(row, s.ldc);
  const auto put = [&](auto at) { c.store(at, a.epilogue(s.add ? c[at] + sum : sum, row, at)); };
  const std::int64_t left = row < s.m ? s.n - column : 0;
  if (kAligned && left >= N) put(At<N>{column});
  else if (left > 0) put(Part<N>{column, at_most(left, N)});
}

}  // namespace sophia
