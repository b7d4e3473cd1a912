// Copies in another type:  to[i] = from[i],   rounded to Bf16, or exact from it.
//
// The working copy of the float parameters, made after every step: 4 bytes read and 2 written for each. And gradients
// of a caller who has them in Bf16, before a step.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

template <class Isa>
void to_bf16(Cpu<Isa>&, std::int64_t count, View<float> from, View<Bf16> to);
void to_bf16(Cuda&, std::int64_t count, View<float> from, View<Bf16> to);

template <class Isa>
void from_bf16(Cpu<Isa>&, std::int64_t count, View<Bf16> from, View<float> to);
void from_bf16(Cuda&, std::int64_t count, View<Bf16> from, View<float> to);

}  // namespace sophia
