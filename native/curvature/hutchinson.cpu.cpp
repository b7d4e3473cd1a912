// Hutchinson's probes and estimates on the CPU: blocks of numbers among threads, packs among SIMD lanes.
#include "hutchinson.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

namespace {

constexpr std::int64_t kProbePerTask = 1 << 12;  // some microseconds of work

template <class Isa, class F>
void each(Cpu<Isa>& on, std::int64_t count, F f) {
  on.parallel_blocks(count, kProbePerTask, [&](std::int64_t begin, std::int64_t end) {
    Solo<Isa::kLanes>{}.each(end - begin, [&](auto i) {
      i.index += begin;
      f(i);
    });
  });
}

}  // namespace

template <class Isa, class T>
void draw(Cpu<Isa>& on, const Probe<T>& a) {
  each(on, a.count, [&](auto i) { hutchinson::draw_at(a, i); });
}

template <class Isa, class T>
void add_estimate(Cpu<Isa>& on, const DiagonalEstimate<T>& a) {
  each(on, a.count, [&](auto i) { hutchinson::estimate_at(a, i); });
}

template void draw(Cpu<Isa>&, const Probe<Real<Isa>>&);
template void add_estimate(Cpu<Isa>&, const DiagonalEstimate<Real<Isa>>&);

}  // namespace sophia
