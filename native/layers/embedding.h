// Embedding:  y[b, t] = M∘(wte[token[b, t]] + wpe[t]).
// Vaswani et al. 2017, section 3.4, https://arxiv.org/abs/1706.03762, with the learned positions of GPT-2; M is
// dropout's mask (dropout.h), or 1.
//
//   tokens      (B, T)      each at least 0 and below V; whoever reads them from a file refuses others
//   wte, dwte   (V, C)      dwte is added to: the output head adds to the same table
//   wpe, dwpe   (≥ T, C)    dwpe is added to; of a Dual the value halves of both may be absent
//   y, dy       (B, T, C)
//
// The backward pass adds the rows of dy in an order that depends on the tokens alone: the same bits every time, which
// atomic additions would not give.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"
#include "dropout.h"

namespace sophia {

template <class S>
struct Embedding {
  std::int64_t batch, time;
  int channels, vocabulary;
  const std::int32_t* tokens;
  View<Par<S>> wte, wpe;
  View<Act<S>> y;
  float dropout = 0;
  Stream draw{};
  View<Act<S>> dy;
  View<Acc<S>> dwte, dwpe;
};

template <class Isa, class S> void forward(Cpu<Isa>&, const Embedding<S>&);
template <class Isa, class S> void backward(Cpu<Isa>&, const Embedding<S>&);
template <class S> void forward(Cuda&, const Embedding<S>&);
template <class S> void backward(Cuda&, const Embedding<S>&);

namespace embedding {

// One pack of channels of row r = b·T + t.
template <class S, class Place, class Mask>
HD void forward_at(const Embedding<S>& a, std::int64_t r, Place c, Mask mask) {
  const auto token = a.wte.row(a.tokens[r], a.channels)[c], position = a.wpe.row(r % a.time, a.channels)[c];
  a.y.row(r, a.channels).store(c, (token + position) * mask);
}

// What row r adds to both tables.
template <class S, class Place, class Mask>
HD auto gradient_at(const Embedding<S>& a, std::int64_t r, Place c, Mask mask) {
  return a.dy.row(r, a.channels)[c] * mask;
}

// Channel c of a table's row. The row of a view whose value half is absent would no longer look absent.
template <class S, class Place>
HD Place at_row(const Embedding<S>& a, std::int64_t row, Place c) {
  c.index += row * a.channels;
  return c;
}

template <class S, class Place, class Mask>
HD void backward_at(const Embedding<S>& a, std::int64_t r, Place c, Mask mask) {
  const auto g = gradient_at(a, r, c, mask);
  add(a.dwte, at_row(a, a.tokens[r], c), g);
  add(a.dwpe, at_row(a, r % a.time, c), g);
}

}  // namespace embedding
}  // namespace sophia
