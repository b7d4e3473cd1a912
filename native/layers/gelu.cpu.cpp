// GELU on the CPU: blocks of numbers among threads, packs among SIMD lanes.
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "gelu.h"

namespace sophia {

namespace {

constexpr std::int64_t kGeluPerTask = 1 << 13;  // some microseconds of arithmetic

// f(place) for every pack.
template <class Isa, class S, class F>
void each(Cpu<Isa>& on, const Gelu<S>& a, F f) {
  on.parallel_blocks(a.count, kGeluPerTask, [&](std::int64_t begin, std::int64_t end) {
    Solo<Isa::kLanes>{}.each(end - begin, [&](auto i) {
      i.index += begin;
      f(i);
    });
  });
}

}  // namespace

template <class Isa, class S>
void forward(Cpu<Isa>& on, const Gelu<S>& a) {
  if (a.erf) each(on, a, [&](auto i) { gelu::forward_at<gelu::Erf>(a, i); });
  else each(on, a, [&](auto i) { gelu::forward_at<gelu::Tanh>(a, i); });
}

template <class Isa, class S>
void backward(Cpu<Isa>& on, const Gelu<S>& a) {
  if (a.erf) each(on, a, [&](auto i) { gelu::backward_at<gelu::Erf>(a, i); });
  else each(on, a, [&](auto i) { gelu::backward_at<gelu::Tanh>(a, i); });
}

SOPHIA_INSTANTIATE(forward, Gelu);
SOPHIA_INSTANTIATE(backward, Gelu);

}  // namespace sophia
