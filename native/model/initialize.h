// Initial weights: each number is a function of (seed, tensor, position) alone.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"
#include "../math/random.h"

namespace sophia {

// to[i] = mean + deviation · N(0, 1), the normal of position i of the stream.
template <class Isa, class T>
void fill_normal(Cpu<Isa>&, View<T> to, std::int64_t count, T mean, T deviation, const Draw&);

}  // namespace sophia
