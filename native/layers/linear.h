// Linear:  y = x W + b.
//
//   x, dx             (R, in)
//   weight, dweight   (in, out)   as GPT-2 checkpoints store it; dweight is added to where `add` says so, else written
//                                 with =
//   bias, dbias       (out)       may be absent; dbias is added to. Of a Dual the value halves of both gradients may be
//                                 absent: a Hessian-vector product does not need them, and saves a matrix product
//   y, dy             (R, out)
//
// dx may be absent: nothing below wants it; and dweight: nothing trains the weight. Three matrix products and a column
// sum, so the threads are theirs and the same text serves both backends.
#pragma once
#include "../linalg/matmul.h"
#include "../linalg/reduce.h"

namespace sophia {

template <class S>
struct Linear {
  std::int64_t rows, in, out;
  View<Act<S>> x;
  View<Par<S>> weight, bias;
  View<Act<S>> y;
  View<Act<S>> dy, dx;
  View<Acc<S>> dweight, dbias;
  bool add = true;  // dweight +=
};

template <class On, class S>
void forward(On& on, const Linear<S>& a) {
  const Matmul shape{.m = a.rows, .n = a.out, .k = a.in};
  if (a.bias) matmul(on, shape, a.x, a.weight, a.y, AddBias<S>{a.bias});
  else matmul(on, shape, a.x, a.weight, a.y);
}

// Whether a gradient is wanted. Of a Dual its value half alone may be absent.
template <class T> bool wanted(View<T> gradient) { return static_cast<bool>(gradient); }
template <class T> bool wanted(View<Dual<T>> gradient) { return gradient.tangent != nullptr; }

// dx = dy Wᵀ,   dW (+)= xᵀ dy,   db += Σ_r dy.
template <class On, class S>
void backward(On& on, const Linear<S>& a) {
  if (a.dx) matmul(on, {.m = a.rows, .n = a.in, .k = a.out, .transpose_b = true}, a.dy, a.weight, a.dx);
  if (wanted(a.dweight))
    matmul(on, {.m = a.in, .n = a.out, .k = a.rows, .transpose_a = true, .add = a.add}, a.x, a.dy, a.dweight);
  if (a.bias) add_column_sums(on, a.rows, a.out, a.dy, a.dbias);
}

}  // namespace sophia
