// Embedding on the CPU: forward, rows among threads; backward, blocks of channels among threads and rows in order.
#include <cassert>
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "embedding.h"

namespace sophia {

namespace {

constexpr std::int64_t kEmbeddedRowsPerTask = 16;  // some microseconds of work
constexpr std::int64_t kChannelsPerTask = 64;      // whole cache lines of every row

// f(place, mask) for the packs of row r's channels [begin, end).
template <class Isa, class S, class F>
void each(const Embedding<S>& a, std::int64_t r, std::int64_t begin, std::int64_t end, F f) {
  assert(0 <= a.tokens[r] && a.tokens[r] < a.vocabulary);
  const std::int64_t first = r * a.channels + begin;
  each_masked<Number<S>>(Solo<Isa::kLanes>{}, end - begin, a.dropout, a.draw, first, [&](auto c, auto mask) {
    c.index += begin;
    f(c, mask);
  });
}

}  // namespace

template <class Isa, class S>
void forward(Cpu<Isa>& on, const Embedding<S>& a) {
  on.parallel_blocks(a.batch * a.time, kEmbeddedRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (auto r = begin; r < end; ++r)
      each<Isa>(a, r, 0, a.channels, [&](auto c, auto mask) { embedding::forward_at(a, r, c, mask); });
  });
}

template <class Isa, class S>
void backward(Cpu<Isa>& on, const Embedding<S>& a) {
  on.parallel_blocks(a.channels, kChannelsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = 0; r < a.batch * a.time; ++r)
      each<Isa>(a, r, begin, end, [&](auto c, auto mask) { embedding::backward_at(a, r, c, mask); });
  });
}

SOPHIA_INSTANTIATE(forward, Embedding);
SOPHIA_INSTANTIATE(backward, Embedding);

}  // namespace sophia
