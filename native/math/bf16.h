// Bf16: bfloat16, the upper half of a float, as memory holds it. Arithmetic is in float.
//
//   as_float(x)   exact
//   as_bf16(x)    the nearest; of two, the one whose last bit is 0. NaN stays NaN, and what is too large becomes ∞.
//
// Both for one number and for a pack: Pack<Bf16, N> is N of them as they lie in memory, and no more than that. The same
// bit operations everywhere, so that every backend has the same bits; eight are one 128-bit access.
#pragma once
#include "dual.h"

namespace sophia {

namespace bfloat {

HD std::uint32_t bits_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
HD float of_bits(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// Half of the last kept bit, and one less where that bit is 0, so that ties leave an even number. A NaN is made quiet:
// its payload may lie in the lost bits alone.
inline constexpr std::uint32_t kAlmostHalf = 0x7fff, kQuiet = 0x400000;

}  // namespace bfloat

struct Bf16 {
  std::uint16_t bits;

  Bf16() = default;
  HD explicit Bf16(float x) {
    const std::uint32_t all = bfloat::bits_of(x);
    const std::uint32_t near = all + bfloat::kAlmostHalf + (all >> 16 & 1);
    bits = static_cast<std::uint16_t>((x == x ? near : all | bfloat::kQuiet) >> 16);
  }
  HD operator float() const { return bfloat::of_bits(static_cast<std::uint32_t>(bits) << 16); }
};

HD float as_float(Bf16 x) { return x; }
HD Bf16 as_bf16(float x) { return Bf16(x); }

// What a Bf16 counts in: sums, constants and statistics beside it are floats.
template <> struct NumberOf<Bf16> {
  using type = float;
};

#if defined(__CUDACC__)

template <int N>
struct alignas(2 * N) Pack<Bf16, N> {
  using Lane = Bf16;
  using Word = std::conditional_t<N == 1, std::uint16_t, std::uint32_t>;  // registers have 32 bits
  static constexpr int kWidth = N, kLanesOfWord = sizeof(Word) / sizeof(Bf16);
  Word word[N / kLanesOfWord];

  Pack() = default;
  HD Pack(Bf16 x) {
    for (int i = 0; i < N; ++i) set(i, x);
  }
  HD Bf16 operator[](int i) const {
    Bf16 x;
    x.bits = static_cast<std::uint16_t>(word[i / kLanesOfWord] >> shift(i));
    return x;
  }
  HD void set(int i, Bf16 x) {
    Word& to = word[i / kLanesOfWord];
    to = static_cast<Word>((to & ~(0xffffu << shift(i))) | static_cast<std::uint32_t>(x.bits) << shift(i));
  }

 private:
  HD static int shift(int i) { return i % kLanesOfWord * 16; }
};

template <int N>
HD Pack<float, N> as_float(Pack<Bf16, N> x) {
  return lanewise<float, N>([&](int i) { return as_float(x[i]); });
}
template <int N>
HD Pack<Bf16, N> as_bf16(Pack<float, N> x) {
  Pack<Bf16, N> y(Bf16{});
  for (int i = 0; i < N; ++i) y.set(i, as_bf16(x[i]));
  return y;
}

#else

namespace bfloat {

template <class T, int N>
struct Register {
  typedef T type __attribute__((vector_size(N * sizeof(T))));
};

}  // namespace bfloat

template <int N>
struct Pack<Bf16, N> {
  using Lane = Bf16;
  using Vector = typename bfloat::Register<std::uint16_t, N>::type;
  using Words = typename bfloat::Register<std::uint32_t, N>::type;
  static constexpr int kWidth = N;
  Vector vector;

  Pack() = default;
  HD Pack(Bf16 x) : vector(Vector{} + x.bits) {}
  HD explicit Pack(Vector x) : vector(x) {}
  HD Bf16 operator[](int i) const {
    Bf16 x;
    x.bits = vector[i];
    return x;
  }
  HD void set(int i, Bf16 x) { vector[i] = x.bits; }
};

template <int N>
HD Pack<float, N> as_float(Pack<Bf16, N> x) {
  const auto all = __builtin_convertvector(x.vector, typename Pack<Bf16, N>::Words) << 16;
  return Pack<float, N>(reinterpret_cast<typename Pack<float, N>::Vector>(all));
}
template <int N>
HD Pack<Bf16, N> as_bf16(Pack<float, N> x) {
  using Words = typename Pack<Bf16, N>::Words;
  const Words all = reinterpret_cast<Words>(x.vector);
  const Words near = all + bfloat::kAlmostHalf + (all >> 16 & 1);
  const Words kept = x.vector == x.vector ? near : all | bfloat::kQuiet;
  return Pack<Bf16, N>(__builtin_convertvector(kept >> 16, typename Pack<Bf16, N>::Vector));
}

#endif

}  // namespace sophia
