// Residual on the CPU: blocks of numbers among threads, packs among SIMD lanes.
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "residual.h"

namespace sophia {

namespace {

constexpr std::int64_t kResidualPerTask = 1 << 14;  // some microseconds of memory traffic

// f(place, mask) for every pack.
template <class Isa, class S, class F>
void each(Cpu<Isa>& on, const Residual<S>& a, F f) {
  on.parallel_blocks(a.count, kResidualPerTask, [&](std::int64_t begin, std::int64_t end) {
    each_masked<Number<S>>(Solo<Isa::kLanes>{}, end - begin, a.dropout, a.draw, begin, [&](auto i, auto mask) {
      i.index += begin;
      f(i, mask);
    });
  });
}

}  // namespace

template <class Isa, class S>
void forward(Cpu<Isa>& on, const Residual<S>& a) {
  each(on, a, [&](auto i, auto mask) { residual::forward_at(a, i, mask); });
}

template <class Isa, class S>
void backward(Cpu<Isa>& on, const Residual<S>& a) {
  if (!residual::nothing_to_do(a)) each(on, a, [&](auto i, auto mask) { residual::backward_at(a, i, mask); });
}

SOPHIA_INSTANTIATE(forward, Residual);
SOPHIA_INSTANTIATE(backward, Residual);

}  // namespace sophia
