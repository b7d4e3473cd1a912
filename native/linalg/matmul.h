// The matrix product:  C = op(A)·op(B)  or  C += op(A)·op(B),   op(X) = X or Xᵀ,   all row-major.
//
//   op(A)   (m, k)   stored (m, k), or (k, m) when transposed
//   op(B)   (k, n)   stored (k, n), or (n, k) when transposed
//   C       (m, n)   must not overlap A or B
//
// The one bilinear operation of the project, and the home of the only tangent that is written by hand. Any size is
// allowed, zero included; NaN and infinity propagate as in the plain sum. The sum over k is taken in an order that
// depends on k alone, so an element has the same bits for any number of threads, any m and n, and alone or in a batch:
// as many products of one shape, whose matrices lie one after the other.
#pragma once
#include <cstdint>
#include <initializer_list>
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

struct Matmul {
  std::int64_t m, n, k;
  bool transpose_a = false, transpose_b = false;
  bool add = false;                        // C += instead of C =
  std::int64_t lda = 0, ldb = 0, ldc = 0;  // from one stored row to the next, in elements; 0: the rows are dense
  std::int64_t batch = 1;
  std::int64_t stride_a = 0, stride_b = 0, stride_c = 0;  // from one matrix to the next, in elements; 0: no gaps
};

// With every stride given; those from one matrix to the next are 0 where there is one only.
inline Matmul with_strides(Matmul s) {
  if (s.lda == 0) s.lda = s.transpose_a ? s.m : s.k;
  if (s.ldb == 0) s.ldb = s.transpose_b ? s.k : s.n;
  if (s.ldc == 0) s.ldc = s.n;
  const bool one = s.batch == 1;
  if (one || s.stride_a == 0) s.stride_a = one ? 0 : (s.transpose_a ? s.k : s.m) * s.lda;
  if (one || s.stride_b == 0) s.stride_b = one ? 0 : (s.transpose_b ? s.n : s.k) * s.ldb;
  if (one || s.stride_c == 0) s.stride_c = one ? 0 : s.m * s.ldc;
  return s;
}

// An epilogue is applied to each element of C when its sum is whole, `add` included, in a register or in the
// first-level cache: epilogue(sum, row, column), where column is a Place (At or Part) and sum a pack. It has a value
// and a tangent half; epilogue.at(i) is the one of matrix number i of a batch.
struct Plain {
  template <class V, class Place> HD V operator()(V sum, std::int64_t, Place) const { return sum; }
  HD Plain at(std::int64_t) const { return {}; }
};
inline Plain primal(Plain plain) { return plain; }
inline Plain tangent(Plain plain) { return plain; }

// + bias of the column, the same for all matrices of a batch.
template <class S>
struct AddBias {
  View<S> bias;
  template <class V, class Place> HD V operator()(V sum, std::int64_t, Place column) const {
    return sum + bias[column];
  }
  HD AddBias at(std::int64_t) const { return *this; }
};
template <class T> AddBias<T> primal(AddBias<Dual<T>> x) { return {primal(x.bias)}; }
template <class T> AddBias<T> tangent(AddBias<Dual<T>> x) { return {tangent(x.bias)}; }

// a + b·x + c·sum, where a stands for that multiple of the identity: of square products, the polynomial a + b·X + c·X²
// for X times itself.
template <class T>
struct Polynomial {
  View<T> x;  // (width, width), of a batch one after the other; must not overlap C
  T a, b, c;
  std::int64_t width;
  template <class V, class Place> HD V operator()(V sum, std::int64_t row, Place column) const {
    const V y = multiply_add(V(c), sum, x.row(row, width)[column] * b);
    const std::int64_t diagonal = row - column.index;
    if (diagonal < 0 || diagonal >= V::kWidth) return y;
    return lanewise<T, V::kWidth>([&](int lane) { return lane == diagonal ? y[lane] + a : y[lane]; });
  }
  HD Polynomial at(std::int64_t matrix) const { return {x + matrix * width * width, a, b, c, width}; }
};

template <class T>
struct Factors {
  View<T> a, b;
};

// C = or += the sum over the pairs of op(A)·op(B), all of one shape: what a backend implements. On the GPU A and B may
// be Bf16; the sums are floats, and C is either.
template <class Isa, class T, class Epilogue>
void sum_of_products(Cpu<Isa>&, const Matmul&, std::initializer_list<Factors<T>>, View<T> c, Epilogue);
template <class T, class C, class Epilogue>
void sum_of_products(Cuda&, const Matmul&, std::initializer_list<Factors<T>>, View<C> c, Epilogue);

template <class On, class T, class C, class Epilogue = Plain>
void matmul(On& on, const Matmul& shape, View<T> a, View<T> b, View<C> c, Epilogue epilogue = {}) {
  sum_of_products(on, shape, {Factors<T>{a, b}}, c, epilogue);
}

// The same on the CPU for Bf16: sums are floats, of exact products or of what vdpbf16ps makes of them (words.h). One
// product only, no batch.
template <class Isa, class C, class Epilogue = Plain>
void matmul(Cpu<Isa>&, const Matmul&, View<Bf16> a, View<Bf16> b, View<C> c, Epilogue = {});

// The product rule, (AB)˙ = ȦB + AḂ: three products, of which the last two are one with the inner dimension 2k. Where C
// lacks its value half the first is not computed.
template <class On, class T, class Epilogue = Plain>
void matmul(On& on, const Matmul& shape, View<Dual<T>> a, View<Dual<T>> b, View<Dual<T>> c, Epilogue epilogue = {}) {
  using Terms = std::initializer_list<Factors<T>>;
  if (c.value) sum_of_products(on, shape, Terms{{primal(a), primal(b)}}, primal(c), primal(epilogue));
  sum_of_products(on, shape, Terms{{tangent(a), primal(b)}, {primal(a), tangent(b)}}, tangent(c), tangent(epilogue));
}

}  // namespace sophia
