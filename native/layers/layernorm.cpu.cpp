// LayerNorm on the CPU: rows among threads, channels among SIMD lanes; then packs of channels among threads.
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "layernorm.h"

namespace sophia {

namespace {
constexpr std::int64_t kNormedRowsPerTask = 16;  // some microseconds of work: handing out a task costs a tenth of one
}

template <class Isa, class S>
void forward(Cpu<Isa>& on, const LayerNorm<S>& a) {
  on.parallel_blocks(a.rows, kNormedRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (auto r = begin; r < end; ++r) layernorm::forward_row(Solo<Isa::kLanes>{}, a, r, a.x.row(r, a.channels));
  });
}

template <class Isa, class S>
void backward(Cpu<Isa>& on, const LayerNorm<S>& a) {
  on.parallel_blocks(a.rows, kNormedRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (auto r = begin; r < end; ++r)
      layernorm::backward_row(Solo<Isa::kLanes>{}, a, r, a.x.row(r, a.channels), a.dy.row(r, a.channels));
  });
  on.parallel_blocks(a.channels, Isa::kLanes, [&](std::int64_t begin, std::int64_t end) {
    Solo<Isa::kLanes>{}.each(end - begin, [&](auto c) {
      c.index += begin;
      layernorm::ChannelSumsAt<S, decltype(c)> sums;
      sums.add_rows(a, c);
      sums.add_to(a, c);
    });
  });
}

SOPHIA_INSTANTIATE(forward, LayerNorm);
SOPHIA_INSTANTIATE(backward, LayerNorm);

}  // namespace sophia
