// Philox4x32-10: random bits as a pure function of a counter and a key.
// Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
// https://doi.org/10.1145/2063384.2063405
//
// There is no state to save, share or advance: any thread computes any number by itself, and the numbers do not depend
// on who asks or in which order.
#pragma once
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#include "pack.h"

namespace sophia {

namespace philox {

// One word of M blocks, side by side: each in the low half of 64 bits, whose high half means nothing.
template <int M>
struct LanesOf {
  typedef std::uint64_t Type __attribute__((vector_size(8 * M)));
};
template <>
struct LanesOf<1> {
  using Type = std::uint64_t;
};
template <int M>
using Lanes = typename LanesOf<M>::Type;

// The 64-bit products of the low halves and b.
template <class Lanes>
HD Lanes product(Lanes a, std::uint32_t b) {
#if !defined(__CUDACC__)
#if defined(__AVX512F__)
  if constexpr (sizeof a == 64) return (Lanes)_mm512_maskz_mul_epu32(0xff, (__m512i)a, _mm512_set1_epi64(b));
#endif
#if defined(__AVX2__)
  if constexpr (sizeof a == 32) return (Lanes)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(b));
#endif
#if defined(__SSE2__)
  if constexpr (sizeof a == 16) return (Lanes)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x(b));
#endif
#endif
  return (a & 0xffffffff) * b;
}

}  // namespace philox

struct Philox {
  std::uint32_t key[2];
  std::uint32_t counter[4];

  // The four words of each of the M blocks counter, counter + 1, …; the carry stops at counter[1]. M is a constant
  // power of two: the blocks share SIMD registers.
  template <int M>
  HD void blocks(std::uint32_t* words) const {
#if defined(__CUDACC__)
    for (int i = 0; i < M; ++i) from<1>(i, words + 4 * i);
#else
    from<M>(0, words);
#endif
  }

 private:
  static constexpr int kRounds = 10;
  static constexpr std::uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
  static constexpr std::uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;  // the golden ratio and √3 − 1, as fractions

  template <int M>
  HD void from(int first, std::uint32_t* words) const {
    using Lanes = philox::Lanes<M>;
    std::uint64_t number[M];
    for (int i = 0; i < M; ++i) number[i] = (std::uint64_t{counter[1]} << 32 | counter[0]) + first + i;
    Lanes c0, c1, c2 = Lanes{} + counter[2], c3 = Lanes{} + counter[3];
    std::memcpy(&c0, number, sizeof c0);
    c1 = c0 >> 32;

    std::uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < kRounds; ++round, k0 += kWeyl0, k1 += kWeyl1) {
      const Lanes a = philox::product(c0, kMultiplier0), b = philox::product(c2, kMultiplier1);
      c0 = (b >> 32) ^ c1 ^ k0;
      c2 = (a >> 32) ^ c3 ^ k1;
      c1 = b;
      c3 = a;
    }

    const Lanes pair[2] = {(c0 & 0xffffffff) | c1 << 32, (c2 & 0xffffffff) | c3 << 32};
    std::uint64_t two[2][M];
    std::memcpy(two, pair, sizeof two);
    for (int i = 0; i < M; ++i)
      for (int word = 0; word < 4; ++word)
        words[4 * i + word] = static_cast<std::uint32_t>(two[word / 2][i] >> 32 * (word % 2));
  }
};

}  // namespace sophia
