// Attention, causal:  y_i = Σ_{j≤i} M_ij P_ij v_j,   P_ij = exp(s_ij − lse_i),   s_ij = scale · q_i·k_j,   in every
// head. Vaswani et al. 2017, https://arxiv.org/abs/1706.03762; without a (T, T) matrix in memory as in Dao et al. 2022
// (FlashAttention), https://arxiv.org/abs/2205.14135, Algorithms 1 and 4.
//
//   qkv, dqkv   (R, 3C)     R = B·T rows; columns q, then k, then v, in each of them one head of D = C/H after another
//   y, dy       (R, C)
//   lse         (B, H, T)   log Σ_j exp s_ij; saved by forward, read by backward
//
// The first `past` queries of a single sequence may be left out of forward: their keys and values are in qkv already. A
// result has the same bits either way.
//
// dqkv is written with =. Backward makes the probabilities again from lse, tile by tile. Dropout's mask M (dropout.h)
// multiplies the probabilities; the position of M_ij is ((b·H + h)·T + i)·T + j.
//
// The mathematics is that of one query and one key, or of a pack of queries and one key; products of tiles join them.
#pragma once
#include <limits>
#include "../core/backend.h"
#include "../core/view.h"
#include "../math/functions.h"
#include "dropout.h"

namespace sophia {

template <class S>
struct Attention {
  std::int64_t batch, time, past = 0;
  int heads, channels;
  double scale;  // 1/√D, or 1/(√D · layer number)
  float dropout = 0;
  Stream draw{};
  View<Act<S>> qkv, y;
  View<Acc<S>> lse;
  View<Act<S>> dy, dqkv;
};

template <class Isa, class S> void forward(Cpu<Isa>&, const Attention<S>&);
template <class Isa, class S> void backward(Cpu<Isa>&, const Attention<S>&);
template <class S> void forward(Cuda&, const Attention<S>&);
template <class S> void backward(Cuda&, const Attention<S>&);

namespace attention {

// One head of one sequence: where its row 0 begins. The rows of q, k and v are 3C apart, those of y are C apart.
template <class S>
struct Head {
  View<Act<S>> q, k, v, y;
  View<Acc<S>> lse;
  View<Act<S>> dy, dq, dk, dv;
  std::uint64_t position;  // of the mask of row 0
};

// Head `index` = b·H + h.
template <class S>
HD Head<S> head(const Attention<S>& a, std::int64_t index) {
  const std::int64_t C = a.channels, D = C / a.heads, b = index / a.heads, h = index % a.heads;
  const auto qkv = a.qkv.row(b * a.time, 3 * C) + h * D;
  Head<S> one{.q = qkv,
              .k = qkv + C,
              .v = qkv + 2 * C,
              .y = a.y.row(b * a.time, C) + h * D,
              .lse = a.lse.row(index, a.time),
              .dy = {},
              .dq = {},
              .dk = {},
              .dv = {},
              .position = static_cast<std::uint64_t>(index) * a.time * a.time};
  if (a.dqkv) {
    one.dy = a.dy.row(b * a.time, C) + h * D;
    one.dq = a.dqkv.row(b * a.time, 3 * C) + h * D;
    one.dk = one.dq + C;
    one.dv = one.dq + 2 * C;
  }
  return one;
}

// x where the query sees the key, `other` in the first `hidden` lanes, whose queries come before it.
template <class T, int N>
HD Pack<T, N> causal(Pack<T, N> x, int hidden, T other) {
  if (hidden <= 0) return x;
  const auto lane = lanewise<T, N>([](int i) { return T(i); });
  return select_less(lane, Pack<T, N>(T(hidden)), Pack<T, N>(other), x);
}
template <class T, int N>
HD Dual<Pack<T, N>> causal(Dual<Pack<T, N>> x, int hidden, T other) {
  return {causal(x.value, hidden, other), causal(x.tangent, hidden, T(0))};
}

// The softmax of one query while its keys arrive: everything so far is relative to the largest score so far, which is
// a constant to the tangent, because the result does not depend on it. Milakov & Gimelshein 2018,
// https://arxiv.org/abs/1805.02867.
template <class V>
struct Softmax {
  decltype(primal(V())) max;
  V sum;

  // Makes room for scores up to `most`; what was summed up before is to be multiplied by the result.
  HD auto raise(decltype(primal(V())) most) {
    const auto shrink = exp(max - most);
    max = most;
    sum = sum * shrink;
    return shrink;
  }
  HD V weight(V score) const { return exp(score - V(max)); }
  HD V share() const { return V(Number<V>(1)) / sum; }  // what the weights are to be multiplied by in the end
  HD V lse() const { return V(max) + log(sum); }
};

// P of one key, from its score and the lse that forward left.
template <class V>
HD V probability(V score, V lse) {
  return exp(score - lse);
}

// The gradient with respect to q·k from that with respect to M∘P:  dS = P∘(M∘dP − Σ_j P∘M∘dP),   Σ_j P∘M∘dP = dy·y.
template <class V, class D, class Mask>
HD V dscore(V probability, V dp, D dy_y, Mask mask, Number<V> scale) {
  return probability * (dp * mask - dy_y) * scale;
}

}  // namespace attention
}  // namespace sophia
