// LayerNorm:  y = (x − mean) · rstd · gain + bias,   rstd = 1/√(variance + 10⁻⁵),   over each row of C channels.
// Ba, Kiros & Hinton 2016, https://arxiv.org/abs/1607.06450
//
//   x, y, dy       (R, C)   R = B·T rows
//   dx             (R, C)   added to: x is the residual stream
//   gain, bias     (C)      bias may be absent
//   mean, rstd     (R)      saved by forward, read by backward
//   dgain, dbias   (C)      added to; of a Dual the value halves may be absent
//
// This header is the whole layer: shapes first, then the mathematics. layernorm.cpu.cpp and layernorm.cuda.cu only
// decide which thread computes which row.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

template <class S>
struct LayerNorm {
  std::int64_t rows;
  int channels;
  View<Act<S>> x;
  View<Par<S>> gain, bias;
  View<Acc<S>> mean, rstd;
  View<Act<S>> y;
  View<Act<S>> dy, dx;
  View<Acc<S>> dgain, dbias;
};

template <class Isa, class S> void forward(Cpu<Isa>&, const LayerNorm<S>&);
template <class Isa, class S> void backward(Cpu<Isa>&, const LayerNorm<S>&);
template <class S> void forward(Cuda&, const LayerNorm<S>&);
template <class S> void backward(Cuda&, const LayerNorm<S>&);

namespace layernorm {

inline constexpr double kEpsilon = 1e-5;

// Row r, whose numbers are at hand in x.
template <class S, class Team>
HD void forward_row(Team team, const LayerNorm<S>& a, std::int64_t r, View<Act<S>> x) {
  const int C = a.channels;
  const auto y = a.y.row(r, C);

  const auto mean = team.sum(C, [&](auto c) { return x[c]; }) / C;
  const auto variance = team.sum(C, [&](auto c) { return square(x[c] - mean); }) / C;
  const auto rstd = rsqrt(variance + static_cast<Number<S>>(kEpsilon));
  team.each(C, [&](auto c) {
    const auto n = (x[c] - mean) * rstd * a.gain[c];
    y.store(c, a.bias ? n + a.bias[c] : n);
  });

  if (team.leads()) {
    a.mean.store(r, mean);
    a.rstd.store(r, rstd);
  }
}

// dx += rstd · (g − mean(g) − n · mean(g·n)),   where n = (x − mean) · rstd and g = dy · gain.
template <class S, class Team>
HD void backward_row(Team team, const LayerNorm<S>& a, std::int64_t r, View<Act<S>> x, View<Act<S>> dy) {
  const int C = a.channels;
  const auto dx = a.dx.row(r, C);
  const auto mean = a.mean[r], rstd = a.rstd[r];
  const auto n = [&](auto c) { return (x[c] - mean) * rstd; };
  const auto g = [&](auto c) { return dy[c] * a.gain[c]; };

  const auto mean_g = team.sum(C, g) / C;
  const auto mean_gn = team.sum(C, [&](auto c) { return g(c) * n(c); }) / C;
  team.each(C, [&](auto c) { dx.store(c, dx[c] + (g(c) - mean_g - n(c) * mean_gn) * rstd); });
}

// Σ dy · n and Σ dy over rows, for a pack of channels.
template <class V>
struct ChannelSums {
  V dgain = V(0), dbias = V(0);

  // Row by row, so that the bits do not depend on how many come at a time.
  template <class S, class Place>
  HD void add_rows(const LayerNorm<S>& a, Place c) {
    for (std::int64_t r = 0; r < a.rows; ++r) {
      const auto x = a.x.row(r, a.channels)[c], dy = a.dy.row(r, a.channels)[c];
      dgain = dgain + dy * ((x - a.mean[r]) * a.rstd[r]);
      dbias = dbias + dy;
    }
  }
  // dgain += Σ_r dy · n,   dbias += Σ_r dy.
  template <class S, class Place>
  HD void add_to(const LayerNorm<S>& a, Place c) const {
    add(a.dgain, c, dgain);
    if (a.bias) add(a.dbias, c, dbias);
  }
};
template <class S, class Place>
using ChannelSumsAt = ChannelSums<decltype(View<Acc<S>>{}[Place{}])>;

}  // namespace layernorm
}  // namespace sophia
