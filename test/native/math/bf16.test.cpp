#include "../../../native/math/bf16.h"
#include <bit>
#include <cmath>
#include <random>
#include <vector>
#include "../../../native/core/view.h"
#include "../../../native/layers/gelu.h"
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

constexpr std::uint32_t kPatterns = 1 << 16, kInfinityBits = 0x7f80;

Bf16 of_bits(std::uint32_t bits) { return std::bit_cast<Bf16>(static_cast<std::uint16_t>(bits)); }
std::uint32_t bits_of(float x) { return std::bit_cast<std::uint32_t>(x); }

// Of the definition: 1 bit of sign, 8 of exponent, 7 of significand. ∞ stands for the number that would follow the
// largest, as it does where numbers are rounded.
double by_definition(std::uint32_t bits) {
  const int exponent = static_cast<int>(bits >> 7 & 0xff), significand = static_cast<int>(bits & 0x7f);
  const double magnitude =
      exponent == 0 ? std::ldexp(significand, -133) : std::ldexp(128 + significand, exponent - 134);
  return bits >> 15 ? -magnitude : magnitude;
}

// Halfway between a number and the next larger in size the even one wins; a little beside it the nearer does.
bool rounds_around(std::uint32_t bits) {
  const auto halfway = static_cast<float>((by_definition(bits) + by_definition(bits + 1)) / 2);
  const auto rounded = [](float x) { return as_bf16(x).bits; };
  return rounded(halfway) == bits + bits % 2 && rounded(std::nextafter(halfway, 0.0f)) == bits &&
         rounded(std::nextafter(halfway, 2 * halfway)) == bits + 1;
}

// Floats of any bits, more than enough of which are NaN, infinite and subnormal.
std::vector<float> any_floats(std::size_t count) {
  std::mt19937 random(5);
  std::vector<float> x{INFINITY, -INFINITY, NAN, -NAN, 0.0f, -0.0f, 1e-45f, 0x1.fffffep127f};
  while (x.size() < count) {
    const auto word = static_cast<std::uint32_t>(random());
    x.push_back(std::bit_cast<float>(word % 3 == 0 ? word & 0x807fffff : word % 3 == 1 ? word | 0x7f800000 : word));
  }
  return x;
}

template <int N>
void packs_are_numbers() {
  const std::vector<float> from = any_floats(1 << 12);
  bool rounded = true, read = true, set = true;
  for (std::size_t i = 0; i < from.size(); i += N) {
    const auto pack = as_bf16(load<float, N>(&from[i]));
    const auto back = as_float(pack);
    Pack<Bf16, N> lanes(of_bits(0xabcd));
    for (int l = 0; l < N; ++l) {
      const Bf16 want = as_bf16(from[i + static_cast<std::size_t>(l)]);
      rounded &= pack[l].bits == want.bits;
      read &= bits_of(back[l]) == bits_of(want);
      set &= lanes[l].bits == 0xabcd;
      lanes.set(l, want);
      set &= lanes[l].bits == want.bits;
    }
  }
  expect(text("as_bf16 of packs of ", N, " has the bits of numbers"), rounded);
  expect(text("as_float of packs of ", N, " has the bits of numbers"), read);
  expect(text("Pack<Bf16, ", N, "> has its lanes"), set && sizeof(Pack<Bf16, N>) == 2 * N);
}

// A part of 0 to N numbers, with others on both sides that must stay.
template <int N>
void parts() {
  bool read = true, stored = true;
  for (int count = 0; count <= N; ++count) {
    std::vector<Bf16> memory(N + 2);
    for (int i = 0; i < N + 2; ++i) memory[static_cast<std::size_t>(i)] = as_bf16(static_cast<float>(i + 1));
    const View<Bf16> x = View<Bf16>{memory.data()} + 1;
    const auto part = x[Part<N>{0, count}];
    for (int l = 0; l < N; ++l) read &= part[l] == (l < count ? static_cast<float>(l + 2) : 0.0f);
    x.store(Part<N>{0, count}, part * 3.0f);
    for (int i = 0; i < N + 2; ++i) {
      const float was = static_cast<float>(i + 1);
      stored &= as_float(memory[static_cast<std::size_t>(i)]) == (i >= 1 && i <= count ? 3 * was : was);
    }
  }
  expect(text("a view of Bf16 reads parts of ", N, ", and zeros behind them"), read);
  expect(text("a view of Bf16 stores parts of ", N, " and nothing beside them"), stored);
}

}  // namespace

TEST("Bf16: every value") {
  bool exact = true, round_trip = true;
  for (std::uint32_t bits = 0; bits < kPatterns; ++bits) {
    const float x = as_float(of_bits(bits));
    const bool nan = (bits & 0x7fff) > kInfinityBits, infinite = (bits & 0x7fff) == kInfinityBits;
    if (nan) exact &= std::isnan(x);
    else if (infinite) exact &= std::isinf(x) && (x < 0) == (bits >> 15 != 0);
    else exact &= x == by_definition(bits) && std::signbit(x) == (bits >> 15 != 0);
    round_trip &= as_bf16(x).bits == (nan ? bits | 0x40 : bits);
  }
  expect("as_float is the definition for all 65536", exact);
  expect("as_bf16 gives all 65536 back, and a NaN quiet", round_trip);
}

TEST("Bf16: rounding") {
  bool near = true, signs = true, nan = true;
  for (std::uint32_t bits = 0; bits < kInfinityBits; ++bits) near &= rounds_around(bits);
  for (const float x : any_floats(1 << 16)) {
    if (std::isnan(x)) nan &= std::isnan(as_float(as_bf16(x)));
    else signs &= as_bf16(-x).bits == (as_bf16(x).bits ^ 0x8000u);
  }
  for (std::uint32_t low = 1; low < kPatterns; low *= 2)
    nan &= std::isnan(as_float(as_bf16(std::bit_cast<float>(0x7f800000 | low))));
  expect("as_bf16 takes the nearest, and of two the even one, subnormals and overflow included", near);
  expect("as_bf16 treats both signs alike", signs);
  expect("as_bf16 keeps a NaN, whatever its payload", nan);
}

TEST("Bf16: packs and views") {
  packs_are_numbers<1>();
  packs_are_numbers<2>();
  packs_are_numbers<4>();
  packs_are_numbers<8>();
  packs_are_numbers<16>();
  parts<1>();
  parts<4>();
  parts<8>();
  parts<16>();

  std::vector<Bf16> memory(24);
  const View<Bf16> x{memory.data()};
  x.store(3, 1.0f + 0x1p-9f);
  add(x, At<1>{3}, Pack<float, 1>(2.0f));
  expect("a view of Bf16 rounds what it stores", x[3] == 3 && (x + 1)[2] == 3 && x.row(1, 3)[0] == 3);
  static_assert(std::is_same_v<Number<Bf16>, float> && std::is_same_v<Acc<Bf16>, float>);
  static_assert(std::is_same_v<Act<Bf16>, Bf16> && std::is_same_v<Par<Bf16>, Bf16> && !kIsDual<Bf16>);
}

// A layer's formula at S = Bf16: read, counted in float, rounded once.
TEST("Bf16: a formula") {
  constexpr int kNumbers = 8;
  std::vector<Bf16> x(kNumbers), y(kNumbers);
  for (int i = 0; i < kNumbers; ++i) x[static_cast<std::size_t>(i)] = as_bf16(0.37f * static_cast<float>(i - 3));
  const Gelu<Bf16> layer{.count = kNumbers, .x = {x.data()}, .y = {y.data()}, .dy = {}, .dx = {}};
  gelu::forward_at<gelu::Tanh>(layer, At<kNumbers>{0});
  bool once = true;
  for (std::size_t i = 0; i < kNumbers; ++i)
    once &= y[i].bits == as_bf16(gelu::Tanh::value(Pack<float, kNumbers>(as_float(x[i])))[0]).bits;
  expect("a formula over views of Bf16 rounds its result alone", once);
}
