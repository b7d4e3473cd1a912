// Attention under test: its shapes and its tensors.
#pragma once
#include "../../../../native/layers/attention.h"
#include "../law_bf16.h"

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

inline const Draw kDraw{.seed = 7, .step = 3, .purpose = Purpose::kDropout, .micro = 1, .site = 2};

inline auto declare(const Shape& s) {
  const size_t R = s.rows(), C = s.channels();
  return [=]<template <class> class B, class S>(B<S>& t) {
    return Attention<S>{.batch = s.batch,
                        .time = s.time,
                        .heads = s.heads,
                        .channels = static_cast<int>(C),
                        .scale = s.scale,
                        .dropout = s.dropout,
                        .draw = kDraw,
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

// Rows of the other side that blocks of so many rows meet, all together.
inline std::uint64_t met(std::uint64_t time, std::uint64_t rows) {
  std::uint64_t sum = 0;
  for (std::uint64_t end = rows; end <= time; end += rows) sum += end;
  return sum;
}

// In bf16 backward reads y rounded, for dy·y: a difference of sums of such products.
inline constexpr double kReadsY = 0x1p-7;

}  // namespace attention_case
