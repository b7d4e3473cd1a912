// The blend on the CPU: blocks among threads, numbers among SIMD lanes.
#include "blend.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

namespace {
constexpr std::int64_t kBlended = 1 << 14;  // numbers of a task: both vectors' fit the second-level cache
}

template <class Isa, class T>
void blend(Cpu<Isa>& on, const Blend<T>& a) {
  if (!blends::wanted(a)) return;
  on.parallel_blocks(a.count, kBlended, [&](std::int64_t begin, std::int64_t end) {
    Solo<Isa::kLanes>{}.each(end - begin, [&](auto i) {
      i.index += begin;
      blends::at(a, i);
    });
  });
}

template void blend(Cpu<Isa>&, const Blend<Real<Isa>>&);

}  // namespace sophia
