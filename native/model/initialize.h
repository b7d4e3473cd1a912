// Initial weights:  to[i] = mean + deviation · N(0, 1),   the normal of position i of the stream, so that each number
// is a function of (seed, tensor, position) alone.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"
#include "../math/random.h"

namespace sophia {

template <class T>
struct NormalFill {
  View<T> to;  // (count)
  std::int64_t count;
  T mean, deviation;
  Draw draw;
};

template <class Isa, class T> void fill(Cpu<Isa>&, const NormalFill<T>&);
template <class T> void fill(Cuda&, const NormalFill<T>&);

namespace initialize {

template <class T, class Place>
HD void fill_at(const NormalFill<T>& a, Place i) {
  using V = decltype(a.to[i]);
  V x(a.mean);
  if (a.deviation > 0) x = x + cast<T>(normal<V::kWidth>(a.draw, static_cast<std::uint64_t>(i.index))) * a.deviation;
  a.to.store(i, x);
}

}  // namespace initialize
}  // namespace sophia
