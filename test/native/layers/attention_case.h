// Attention under test, on any backend: its shapes, its tensors, and its golden values.
#pragma once
#include "../../../native/layers/attention.h"
#include "../golden_layer.h"
#include "dropout.h"

namespace attention_case {

using namespace sophia;

struct Shape {
  int batch, time, heads, width;
  double scale;
  float dropout = 0;

  size_t rows() const { return static_cast<size_t>(batch) * time; }
  size_t channels() const { return static_cast<size_t>(heads) * width; }
  std::string name() const {
    return text("Attention ", batch, "×", time, "×", heads, "×", width, " scale ", scale, " dropout ", dropout);
  }
};

inline auto declare(const Shape& s) {
  const size_t R = s.rows(), C = s.channels();
  return [=]<template <class> class B, class S>(B<S>& t) {
    return Attention<S>{.batch = s.batch,
                        .time = s.time,
                        .heads = s.heads,
                        .channels = static_cast<int>(C),
                        .scale = s.scale,
                        .dropout = s.dropout,
                        .draw = law::kDropout,
                        .qkv = t.input("qkv"),
                        .y = t.output("y", R * C),
                        .lse = t.output("lse", R * s.heads),
                        .dy = t.input("dy"),
                        .dqkv = t.output("dqkv", R * 3 * C)};
  };
}

inline auto random_case(const Shape& s) {
  return law::random_case(s.name(), {{"qkv", s.rows() * 3 * s.channels()}}, s.rows() * s.channels(), declare(s));
}

// In bf16 backward reads y rounded, for dy·y: a difference of sums of such products.
inline constexpr double kReadsY = 0x1p-7;

// The golden tensors are (B, H, T, D) each; ours are column blocks of (R, width).
inline constexpr Shape kGolden{2, 7, 2, 5, 0.44721359549995794};

// f(index there, row, channel here) for every number of one of them.
template <class F>
void each_golden(F f) {
  const size_t T = kGolden.time, D = kGolden.width;
  for (size_t r = 0; r < kGolden.rows(); ++r)
    for (size_t c = 0; c < kGolden.channels(); ++c) f(((r / T * kGolden.heads + c / D) * T + r % T) * D + c % D, r, c);
}
inline void place(const law::Vector& from, size_t width, size_t column, law::Vector& to) {
  each_golden([&](size_t i, size_t r, size_t c) { to[r * width + column + c] = from[i]; });
}
inline law::Vector taken(const law::Vector& from, size_t width, size_t column) {
  law::Vector to(kGolden.rows() * kGolden.channels());
  each_golden([&](size_t i, size_t r, size_t c) { to[i] = from[r * width + column + c]; });
  return to;
}

inline auto golden_case(const std::string& layer) {
  auto c = random_case(kGolden);
  const size_t C = kGolden.channels();
  for (size_t part = 0; const std::string name : {"q", "k", "v"}) {
    place(law::fixture(layer, name), 3 * C, part * C, c.at["qkv"]);
    place(law::fixture(layer, name + "_dot"), 3 * C, part++ * C, c.along["qkv"]);
  }
  place(law::fixture(layer, "dy"), C, 0, c.at["dy"]);
  place(law::fixture(layer, "dy_dot"), C, 0, c.along["dy"]);
  return c;
}

inline law::Result as_golden(const law::Result& r) {
  const size_t C = kGolden.channels();
  law::Result g{taken(r.y, C, 0), {}, {{"y", taken(r.y_tangent.at("y"), C, 0)}}, {}};
  for (size_t part = 0; const std::string name : {"q", "k", "v"}) {
    g.gradient[name] = taken(r.gradient.at("qkv"), 3 * C, part * C);
    g.gradient_tangent[name] = taken(r.gradient_tangent.at("qkv"), 3 * C, part++ * C);
  }
  return g;
}

}  // namespace attention_case
