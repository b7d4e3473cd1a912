// Initial weights on the CPU: blocks of numbers among threads, packs among SIMD lanes.
#include "initialize.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

namespace {
constexpr std::int64_t kInitializedPerTask = 1 << 12;  // some microseconds of work
}

template <class Isa, class T>
void fill(Cpu<Isa>& on, const NormalFill<T>& a) {
  on.parallel_blocks(a.count, kInitializedPerTask, [&](std::int64_t begin, std::int64_t end) {
    Solo<Isa::kLanes>{}.each(end - begin, [&](auto i) {
      i.index += begin;
      initialize::fill_at(a, i);
    });
  });
}

template void fill(Cpu<Isa>&, const NormalFill<Real<Isa>>&);

}  // namespace sophia
