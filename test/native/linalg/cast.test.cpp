#include "../../../native/linalg/cast.h"
#include <bit>
#include <random>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;

namespace {

std::uint32_t as_bits(float x) { return std::bit_cast<std::uint32_t>(x); }

}  // namespace

TEST("Casts to Bf16 and back") {
  for (const int count : {0, 1, 7, 1000, 40003}) {
    std::mt19937 random(5);
    std::vector<float> from(static_cast<std::size_t>(count) + 1);
    for (float& x : from) x = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    for (const int threads : {1, 3}) {
      Cpu<Isa> on(threads);
      std::vector<Bf16> to(from.size() + 1, Bf16(7));
      to_bf16(on, count, View<float>{from.data() + 1}, View<Bf16>{to.data() + 1});
      bool same = to[0] == 7;
      for (std::size_t i = 1; i < from.size(); ++i) same &= to[i].bits == as_bf16(from[i]).bits;
      check::expect(text("to_bf16 of ", count, " numbers with ", threads, " threads"), same);
      std::vector<float> back(from.size() + 1, 7);
      from_bf16(on, count, View<Bf16>{to.data() + 1}, View<float>{back.data() + 1});
      same = back[0] == 7 && back.back() == 7;
      for (std::size_t i = 1; i < from.size(); ++i) same &= as_bits(back[i]) == std::uint32_t{to[i].bits} << 16;
      check::expect(text("from_bf16 of ", count, " numbers with ", threads, " threads"), same);
    }
  }
}
