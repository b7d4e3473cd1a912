// The blend of two flat vectors:  to ← keep·to + take·from.
//
//   from, to   (count)   must not overlap
//   finite     (1)       where it is false nothing is done; null where it need not be asked
//
// With keep = 0 `to` is not read: what stood there, NaN too, does not survive.
#pragma once
#include <cstdint>
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

template <class T>
struct Blend {
  std::int64_t count;
  View<T> from, to;
  T keep, take;
  const bool* finite;
};

template <class Isa, class T>
void blend(Cpu<Isa>&, const Blend<T>&);
template <class T>
void blend(Cuda&, const Blend<T>&);

namespace blends {

template <class T>
HD bool wanted(const Blend<T>& a) {
  return a.finite == nullptr || *a.finite;
}

template <class T, class Place>
HD void at(const Blend<T>& a, Place i) {
  const auto part = a.from[i] * a.take;
  if (a.keep == 0) a.to.store(i, part);
  else a.to.store(i, a.to[i] * a.keep + part);
}

}  // namespace blends
}  // namespace sophia
