// Dropout's mask:  M = keep / (1 − p),   where each number is kept with probability 1 − p.
// Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html, scaled while training instead of afterwards.
//
// A number is kept when its 32 random bits are at least p·2³², rounded down. The bits are a function of the draw and of
// the number's position alone, so that the backward pass, a tangent and a resumed run meet the same mask, and nothing
// is stored. The layers' formulas take the mask as an argument: this one, or 1 where there is no dropout.
#pragma once
#include <cstddef>
#include "../math/random.h"

namespace sophia {

// The mask of the pack V at `position` and the positions behind it; 0 < p < 1.
template <class V>
HD V mask(float p, const Draw& draw, std::uint64_t position) {
  const auto dropped = static_cast<std::uint32_t>(p * 0x1p32);
  const Number<V> kept = 1 / (1 - Number<V>(p));
  std::uint32_t word[V::kWidth];
  bits(draw, position, word);
  V m;
  for (int i = 0; i < V::kWidth; ++i) m.set(i, word[i] >= dropped ? kept : 0);
  return m;
}

// f(mask) with the mask of the pack V at `position`, or with 1 where there is no dropout.
template <class V, class F>
HD void with_mask(float p, const Draw& draw, std::uint64_t position, F f) {
  if (p == 0) f(Number<V>(1));
  else f(mask<V>(p, draw, position));
}

// f(place, mask) for every pack of `count` numbers, the first of which stands at `position`; without dropout the mask
// is 1. For a team of one thread.
template <class T, class Team, class F>
HD void each_masked(Team team, std::ptrdiff_t count, float p, const Draw& draw, std::uint64_t position, F f) {
  if (p == 0) return team.each(count, [&](auto i) { f(i, T(1)); });
  constexpr int kDrawn = 32;  // at once: the rounds of Philox wait for each other, its blocks do not
  for (std::ptrdiff_t from = 0; from < count; from += kDrawn) {
    T m[kDrawn];
    store(m, mask<Pack<T, kDrawn>>(p, draw, position + from));
    team.each(count - from < kDrawn ? count - from : kDrawn, [&](auto i) {
      const auto drawn = load<T, Team::kWidth>(m + i.index);
      i.index += from;
      f(i, drawn);
    });
  }
}

}  // namespace sophia
