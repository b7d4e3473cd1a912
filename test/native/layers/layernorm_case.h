// LayerNorm under test, on any backend.
#pragma once
#include "../../../native/layers/layernorm.h"
#include "../law.h"

namespace layernorm_case {

using namespace sophia;

inline auto declare(int rows, int channels, const std::string& gain = "gain") {
  const size_t R = rows, C = channels;
  return [=]<template <class> class B, class S>(B<S>& t) {
    return LayerNorm<S>{.rows = rows,
                        .channels = channels,
                        .x = t.input("x"),
                        .gain = t.input(gain),
                        .bias = t.optional("bias"),
                        .mean = t.output("mean", R),
                        .rstd = t.output("rstd", R),
                        .y = t.output("y", R * C),
                        .dy = t.input("dy"),
                        .dx = t.zeros("dx", R * C),
                        .dgain = t.zeros("d" + gain, C),
                        .dbias = t.zeros("dbias", C)};
  };
}

inline auto random_case(int rows, int channels, bool bias = true) {
  const size_t R = rows, C = channels;
  std::map<std::string, size_t> inputs{{"x", R * C}, {"gain", C}};
  if (bias) inputs["bias"] = C;
  return law::random_case(text("LayerNorm ", R, "×", C), inputs, R * C, declare(rows, channels));
}

}  // namespace layernorm_case
