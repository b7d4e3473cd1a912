#include "../../../../native/linalg/matmul.h"
#include "../../../../native/core/arena.h"
#include "../law.h"
#include "matmul_bench.h"

namespace {

using namespace product;
using check::expect;

// y = x W: the product in its three transposes, with and without `add`.
template <class S>
struct Weights {
  std::int64_t rows, in, out;
  View<S> x, weight, y, dy, dx, dweight;
};
template <class On, class S>
void forward(On& on, const Weights<S>& a) {
  matmul(on, {a.rows, a.out, a.in}, a.x, a.weight, a.y);
}
template <class On, class S>
void backward(On& on, const Weights<S>& a) {
  matmul(on, {.m = a.rows, .n = a.in, .k = a.out, .transpose_b = true}, a.dy, a.weight, a.dx);
  matmul(on, {.m = a.in, .n = a.out, .k = a.rows, .transpose_a = true, .add = true}, a.x, a.dy, a.dweight);
}
auto weights(size_t rows, size_t in, size_t out) {
  const auto declare = [=]<template <class> class B, class S>(B<S>& t) {
    const auto count = [](size_t n) { return static_cast<std::int64_t>(n); };
    return Weights<S>{count(rows),
                      count(in),
                      count(out),
                      t.input("x"),
                      t.input("weight"),
                      t.output("y", rows * out),
                      t.input("dy"),
                      t.output("dx", rows * in),
                      t.zeros("dweight", in * out)};
  };
  return law::random_case(text("y = x W ", rows, "×", in, "→", out), {{"x", rows * in}, {"weight", in * out}},
                          rows * out, declare);
}

// Whether a product of S ran on tensor cores, by the operations of its warps.
template <class S>
bool on_tensor_cores(int capability, bool tf32, std::int64_t shift, std::int64_t stride) {
  emulator::set_machine({.capability = capability});
  Cuda on;
  on.allow_tf32(tf32);
  const Arena<Cuda, S> memory(on, 4096);
  const View<S> x = memory.template view<S>(0);
  emulator::take_statistics();
  matmul(on, {.m = 16, .n = 16, .k = 16, .lda = stride}, x + shift, x + 1024, x + 2048);
  const bool some = emulator::take_statistics().warp_operations > 0;
  emulator::set_machine({});
  return some;
}

}  // namespace

TEST("Matmul on cuda: TF32 is not allowed at first, nor on old GPUs") {
  Cuda on;
  expect("TF32 is not allowed at first", !on.tf32());
  on.allow_tf32(true);
  expect("TF32 can be allowed", on.tf32());
  if (!emulator::emulates("an old GPU")) return;
  emulator::set_machine({.capability = 75});
  Cuda old;
  old.allow_tf32(true);
  expect("TF32 is nothing to a GPU that has none", !old.tf32());
  emulator::set_machine({});
}

TEST("Matmul on cuda: where tensor cores multiply") {
  if (!emulator::emulates("counts of what warps do")) return;
  expect("floats where TF32 is allowed",
         on_tensor_cores<float>(80, true, 0, 16) && !on_tensor_cores<float>(80, false, 0, 16));
  expect("Bf16 at once", on_tensor_cores<Bf16>(80, false, 0, 16) && on_tensor_cores<Bf16>(120, false, 0, 24));
  expect("nothing on an old GPU", !on_tensor_cores<float>(75, true, 0, 16) && !on_tensor_cores<Bf16>(75, true, 0, 16));
  expect("not at odd addresses", !on_tensor_cores<float>(80, true, 1, 16) && !on_tensor_cores<Bf16>(80, true, 4, 16));
  expect("not where rows are no multiple of 128 bits",
         !on_tensor_cores<float>(80, true, 0, 18) && !on_tensor_cores<Bf16>(80, true, 0, 20));
}

TEST("Matmul on cuda obeys the laws") {
  law::on_cuda(weights(6, 64, 96));
  law::on_cuda(weights(7, 10, 33));
}

TEST("Matmul on cuda leaves nothing to do where C is empty") {
  for (const Matmul& shape : {Matmul{0, 3, 2}, {3, 0, 2}, {0, 0, 0}, {.m = 2, .n = 3, .k = 4, .batch = 0}}) {
    const Problem p = problem(shape);
    const Operand c = run<float>(Kind::kSmall, p, End::kPlain);
    expect("matmul " + describe(shape) + " on cuda writes nothing", c.value == p.c.value);
  }
}
