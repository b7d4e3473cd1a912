// The embedding under test, on any backend.
#pragma once
#include "../../../native/layers/embedding.h"
#include "../law.h"

namespace embedding_case {

using namespace sophia;
using Tokens = std::vector<std::int32_t>;

struct Shape {
  int batch, time, channels, vocabulary, context;
  float dropout;
  size_t rows() const { return static_cast<size_t>(batch) * time; }
  size_t outputs() const { return rows() * channels; }
};

inline auto declare(const Shape& s, const Tokens& tokens) {
  return [=]<template <class> class B, class S>(B<S>& t) {
    return Embedding<S>{.batch = s.batch,
                        .time = s.time,
                        .channels = s.channels,
                        .vocabulary = s.vocabulary,
                        .tokens = t.integers(tokens),
                        .wte = t.input("wte"),
                        .wpe = t.input("wpe"),
                        .y = t.output("y", s.outputs()),
                        .dropout = s.dropout,
                        .draw = Draw{.seed = 5, .step = 1, .purpose = Purpose::kDropout},
                        .dy = t.input("dy"),
                        .dwte = t.zeros("dwte", s.vocabulary * s.channels),
                        .dwpe = t.zeros("dwpe", s.context * s.channels)};
  };
}

// A few tokens come often, most never.
inline Tokens tokens_of(const Shape& s) {
  std::mt19937 random(1);
  Tokens tokens(s.rows());
  for (auto& token : tokens) token = random() % 3 ? random() % s.vocabulary : 0;
  return tokens;
}

inline auto random_case(const Shape& s) {
  return law::random_case(text("Embedding ", s.batch, "×", s.time, "×", s.channels, " with dropout ", s.dropout),
                          {{"wte", s.vocabulary * s.channels}, {"wpe", s.context * s.channels}}, s.outputs(),
                          declare(s, tokens_of(s)));
}

}  // namespace embedding_case
