// Matrices of length 1 on the CPU: blocks of numbers among threads, several of them where they are short.
#include "normalize.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

template <class Isa, class T>
void normalize(Cpu<Isa>& on, const Normalize<T>& a) {
  using namespace normalizing;
  constexpr std::int64_t kWorthATask = 4096;  // numbers
  const std::int64_t all = normalize_sums(a.batch, a.count),
                     at_once = std::max<std::int64_t>(1, kWorthATask / std::max<std::int64_t>(1, a.count));
  const auto each = [&](auto f) {
    on.parallel_blocks(all, at_once, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t block = begin; block < end; ++block) f(block);
    });
  };
  each([&](std::int64_t block) { sum_block(Solo<Isa::kLanes / 2>{}, a, block); });
  each([&](std::int64_t block) { scale_block(Solo<Isa::kLanes>{}, Solo<1>{}, a, block); });
}

template void normalize(Cpu<Isa>&, const Normalize<Real<Isa>>&);

}  // namespace sophia
