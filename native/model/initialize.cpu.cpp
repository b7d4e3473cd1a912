#include "initialize.h"
#include "../cpu/cpu.h"

namespace sophia {

template <class Isa, class T>
void fill_normal(Cpu<Isa>& on, View<T> to, std::int64_t count, T mean, T deviation, const Draw& draw) {
  constexpr std::int64_t kBlock = 4096;
  on.parallel_blocks(count, kBlock, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = begin; i < end; ++i) {
      to.store(i,
               deviation > 0 ? mean + deviation * static_cast<T>(normal(draw, static_cast<std::uint64_t>(i))) : mean);
    }
  });
}

template void fill_normal(Cpu<Isa>&, View<Real<Isa>>, std::int64_t, Real<Isa>, Real<Isa>, const Draw&);

}  // namespace sophia
