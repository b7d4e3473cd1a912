// GELU under test, on any backend.
#pragma once
#include "../../../native/layers/gelu.h"
#include "../law.h"

namespace gelu_case {

using namespace sophia;

inline auto declare(int count, bool erf) {
  const size_t n = count;
  return [=]<template <class> class B, class S>(B<S>& t) {
    return Gelu<S>{.count = count,
                   .erf = erf,
                   .x = t.input("x"),
                   .y = t.output("y", n),
                   .dy = t.input("dy"),
                   .dx = t.output("dx", n)};
  };
}

inline auto random_case(int count, bool erf) {
  const size_t n = count;
  return law::random_case(text("Gelu ", erf ? "erf " : "tanh ", n), {{"x", n}}, n, declare(count, erf));
}

}  // namespace gelu_case
