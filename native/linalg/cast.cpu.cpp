// Casts on the CPU: blocks of numbers among threads, packs among SIMD lanes.
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "cast.h"

namespace sophia {

namespace {

constexpr std::int64_t kCastPerTask = 1 << 14;  // some microseconds of memory traffic

template <class Isa, class From, class To>
void cast_all(Cpu<Isa>& on, std::int64_t count, View<From> from, View<To> to) {
  on.parallel_blocks(count, kCastPerTask, [&](std::int64_t begin, std::int64_t end) {
    Solo<Isa::kLanes>{}.each(end - begin, [&](auto i) { (to + begin).store(i, (from + begin)[i]); });
  });
}

}  // namespace

template <class Isa>
void to_bf16(Cpu<Isa>& on, std::int64_t count, View<float> from, View<Bf16> to) {
  cast_all(on, count, from, to);
}
template <class Isa>
void from_bf16(Cpu<Isa>& on, std::int64_t count, View<Bf16> from, View<float> to) {
  cast_all(on, count, from, to);
}

template void to_bf16(Cpu<Isa>&, std::int64_t, View<float>, View<Bf16>);
template void from_bf16(Cpu<Isa>&, std::int64_t, View<Bf16>, View<float>);

}  // namespace sophia
