// The linear layer under test, on any backend.
#pragma once
#include "../../../native/layers/linear.h"
#include "../law.h"

namespace linear_case {

using namespace sophia;

inline auto declare(int rows, int in, int out) {
  const size_t R = rows, I = in, O = out;
  return [=]<template <class> class B, class S>(B<S>& t) {
    return Linear<S>{.rows = rows,
                     .in = in,
                     .out = out,
                     .x = t.input("x"),
                     .weight = t.input("weight"),
                     .bias = t.optional("bias"),
                     .y = t.output("y", R * O),
                     .dy = t.input("dy"),
                     .dx = t.output("dx", R * I),
                     .dweight = t.zeros("dweight", I * O),
                     .dbias = t.zeros("dbias", O)};
  };
}

inline auto random_case(int rows, int in, int out, bool bias) {
  const size_t R = rows, I = in, O = out;
  std::map<std::string, size_t> inputs{{"x", R * I}, {"weight", I * O}};
  if (bias) inputs["bias"] = O;
  return law::random_case(text("Linear ", rows, "×", in, "→", out), inputs, R * O, declare(rows, in, out));
}

}  // namespace linear_case
