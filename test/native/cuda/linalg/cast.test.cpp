#include "../../../../native/linalg/cast.h"
#include <bit>
#include <random>
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;

namespace {

// Any bits: NaN, infinity and subnormal numbers among them.
std::vector<float> draw(int count) {
  std::mt19937 random(5);
  std::vector<float> x(static_cast<std::size_t>(count));
  for (float& number : x) number = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
  return x;
}

std::vector<std::uint16_t> on_cuda(const std::vector<float>& numbers, int shift) {
  Cuda on;
  DeviceVector<float> from(on, numbers, shift);
  DeviceVector<Bf16> to(on, std::vector<Bf16>(numbers.size(), Bf16(0)), shift);
  to_bf16(on, static_cast<std::int64_t>(numbers.size()), View<float>{from.data()}, View<Bf16>{to.data()});
  std::vector<std::uint16_t> bits;
  for (const Bf16 x : to.read()) bits.push_back(x.bits);
  return bits;
}

std::vector<std::uint32_t> back_on_cuda(const std::vector<std::uint16_t>& bits, int shift) {
  Cuda on;
  std::vector<Bf16> numbers;
  for (const auto b : bits) numbers.push_back(std::bit_cast<Bf16>(b));
  DeviceVector<Bf16> from(on, numbers, shift);
  DeviceVector<float> to(on, std::vector<float>(bits.size()), shift);
  from_bf16(on, static_cast<std::int64_t>(bits.size()), View<Bf16>{from.data()}, View<float>{to.data()});
  std::vector<std::uint32_t> all;
  for (const float x : to.read()) all.push_back(std::bit_cast<std::uint32_t>(x));
  return all;
}

}  // namespace

TEST("Casts to Bf16 and back on cuda") {
  for (const int count : {0, 1, 7, 1000, 40003})
    for (const int shift : {0, 1}) {
      const auto numbers = draw(count);
      std::vector<std::uint16_t> want;
      for (const float x : numbers) want.push_back(as_bf16(x).bits);
      check::expect(text("to_bf16 on cuda of ", count, " numbers at shift ", shift), on_cuda(numbers, shift) == want);
      std::vector<std::uint32_t> floats;
      for (const auto bits : want) floats.push_back(std::uint32_t{bits} << 16);
      check::expect(text("from_bf16 on cuda of ", count, " numbers at shift ", shift),
                    back_on_cuda(want, shift) == floats);
    }
}

TEST("Casts on cuda, emulated") {
  const auto numbers = draw(1003);
  emulated::same_in_every_order("to_bf16 on cuda", [&] { return on_cuda(numbers, 0); });
  const auto bits = on_cuda(numbers, 0);
  emulated::same_in_every_order("from_bf16 on cuda", [&] { return back_on_cuda(bits, 0); });
}

TEST("Casts on cuda: traffic") {
  constexpr std::uint64_t kCount = 65536;
  Cuda on;
  DeviceVector<float> from(on, draw(kCount));
  DeviceVector<Bf16> to(on, std::vector<Bf16>(kCount, Bf16(0)));
  emulated::expect_row({"working copy in bf16", "65536 parameters", "the number; its copy", 6 * kCount, kCount},
                       [&] { to_bf16(on, kCount, View<float>{from.data()}, View<Bf16>{to.data()}); });
  emulated::expect_row(
      {"gradients in bf16 made floats", "65536 parameters", "the number; its copy", 6 * kCount, kCount},
      [&] { from_bf16(on, kCount, View<Bf16>{to.data()}, View<float>{from.data()}); });
}
