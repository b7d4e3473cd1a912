// The residual connection under test, on any backend.
#pragma once
#include "../../../native/layers/residual.h"
#include "dropout.h"

namespace residual_case {

using namespace sophia;

inline auto declare(int count, float dropout) {
  const size_t n = count;
  return [=]<template <class> class B, class S>(B<S>& t) {
    return Residual<S>{.count = count,
                       .dropout = dropout,
                       .draw = law::kDropout,
                       .x = t.input("x"),
                       .branch = t.input("branch"),
                       .y = t.output("y", n),
                       .dy = t.input("dy"),
                       .dbranch = t.output("dbranch", n)};
  };
}

inline auto random_case(int count, float dropout) {
  const size_t n = count;
  auto c = law::random_case(text("Residual ", count, " with dropout ", dropout), {{"x", n}, {"branch", n}}, n,
                            declare(count, dropout));
  c.inputs = {"branch"};  // the gradient of x is dy itself
  return c;
}

}  // namespace residual_case
