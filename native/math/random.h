// Random numbers of a training run: pure functions of (seed, step, purpose, micro-batch, site, position).
//
// A Draw names one stream of 32-bit words, and a position picks a word of it, so that dropout masks, sampled labels and
// data order come out the same for any number of threads, on every backend, and after a resume.
//
//   Philox key      = the seed's low and high word
//   Philox counter  = {position/4 mod 2³², site · 2¹⁶ + position/2³⁴, step, purpose · 2²⁴ + micro}
//   word            = position mod 4 of that block
//
// So different Draws never share a block while micro < 2²⁴, site < 2¹⁶ and position < 2⁵⁰.
#pragma once
#include <bit>
#include "functions.h"
#include "philox.h"

namespace sophia {

enum class Purpose : std::uint32_t {
  kInitialize,
  kData,
  kDropout,
  kLabels,
  kProbe,
  kSample,
  kEvaluation,
  kPreconditioner
};

struct Draw {
  std::uint64_t seed;
  std::uint32_t step;  // of the optimizer
  Purpose purpose;
  std::uint32_t micro = 0;  // micro-batch of the step
  std::uint32_t site = 0;   // which of the places that draw for this purpose: a layer, a tensor
};

inline constexpr std::int64_t kMostMicro = std::int64_t{1} << 24;  // of a Draw

// Which random numbers a pass over a model draws: they are functions of these and of the position alone. `dropout`
// turns it on.
struct Randomness {
  std::uint64_t seed = 0;
  std::uint32_t step = 0, micro = 0;
  bool dropout = false;
};

// The Draw of a layer: all of it here, or with seed, step and micro-batch read where the pass has them. That lies in
// the memory of the device, so that a captured graph draws anew whenever it is replayed.
class Stream {
 public:
  Stream() = default;
  HD Stream(const Draw& draw) : draw_(draw) {}
  Stream(const Randomness* pass, Purpose purpose, std::uint32_t site) : draw_{0, 0, purpose, 0, site}, pass_(pass) {}

  HD operator Draw() const {
    return pass_ ? Draw{pass_->seed, pass_->step, draw_.purpose, pass_->micro, draw_.site} : draw_;
  }

 private:
  Draw draw_{};
  const Randomness* pass_ = nullptr;
};

namespace random {

// The words of M blocks from the one that holds `position`.
template <int M>
HD void blocks(const Draw& draw, std::uint64_t position, std::uint32_t* words) {
  const std::uint64_t block = position / 4;
  Philox{{static_cast<std::uint32_t>(draw.seed), static_cast<std::uint32_t>(draw.seed >> 32)},
         {static_cast<std::uint32_t>(block), draw.site << 16 | static_cast<std::uint32_t>(block >> 32), draw.step,
          static_cast<std::uint32_t>(draw.purpose) << 24 | draw.micro}}
      .blocks<M>(words);
}

// words[at]. nvcc keeps an array in registers only where every index is a constant: it masks all of them (a choice
// between two words it would turn into a choice between their addresses, and those want memory).
template <int M>
HD std::uint32_t word(const std::uint32_t (&words)[M], int at) {
#if defined(__CUDACC__)
  std::uint32_t chosen = 0;
  for (int i = 0; i < M; ++i) chosen |= words[i] & -static_cast<std::uint32_t>(at == i);
  return chosen;
#else
  return words[at];
#endif
}

// f(words, offset) with the words of at least N positions from position − offset; quick where offset is 0.
template <int N, class F>
HD auto with_words(const Draw& draw, std::uint64_t position, F f) {
  constexpr int kFew = std::bit_ceil((N + 3u) / 4), kMany = std::bit_ceil((N + 6u) / 4);  // blocks
  const int offset = static_cast<int>(position % 4);
  if (N % 4 == 0 && offset == 0) {
    std::uint32_t words[4 * kFew];
    blocks<kFew>(draw, position, words);
    return f(words, 0);
  }
  std::uint32_t words[4 * kMany];
  blocks<kMany>(draw, position, words);
  return f(words, offset);
}

}  // namespace random

// The words at N consecutive positions.
template <int N>
HD void bits(const Draw& draw, std::uint64_t position, std::uint32_t (&out)[N]) {
  random::with_words<N>(draw, position, [&](const auto& words, int offset) {
    for (int i = 0; i < N; ++i) out[i] = random::word(words, offset + i);
  });
}
HD std::uint32_t bits(const Draw& draw, std::uint64_t position) {
  std::uint32_t out[1];
  bits(draw, position, out);
  return out[0];
}

// [0, 1): the upper 24 bits, each value exact.
HD float uniform(std::uint32_t bits) { return static_cast<float>(static_cast<std::int32_t>(bits >> 8)) * 0x1p-24f; }

// N(0, 1) at N consecutive positions.  Box & Muller 1958, https://doi.org/10.1214/aoms/1177706645
// Positions 2i and 2i + 1 are the cosine and the sine of one pair of words, radius first. No draw exceeds 5.77.
template <int N>
HD Pack<float, N> normal(const Draw& draw, std::uint64_t position) {
  return random::with_words<N>(draw, position, [](const auto& words, int offset) {
    alignas(Pack<float, N>) float radius[N], angle[N], even[N];
    for (int i = 0; i < N; ++i) {
      const int at = offset + i;
      radius[i] = uniform(random::word(words, at & ~1)) + 0x1p-24f;  // (0, 1]
      angle[i] = uniform(random::word(words, at | 1));
      even[i] = static_cast<float>(~at & 1);
    }
    const auto point = circle(load<float, N>(angle));
    return sqrt(log(load<float, N>(radius)) * -2.0f) *
           select_less(Pack<float, N>(0), load<float, N>(even), point.cos, point.sin);
  });
}
HD float normal(const Draw& draw, std::uint64_t position) { return normal<1>(draw, position)[0]; }

// −1 or 1, each with probability ½, at N consecutive positions.
template <int N>
HD Pack<float, N> rademacher(const Draw& draw, std::uint64_t position) {
  return random::with_words<N>(draw, position, [](const auto& words, int offset) {
    alignas(Pack<float, N>) float sign[N];
    for (int i = 0; i < N; ++i) sign[i] = 1.0f - static_cast<float>(random::word(words, offset + i) >> 31 << 1);
    return load<float, N>(sign);
  });
}
HD float rademacher(const Draw& draw, std::uint64_t position) { return rademacher<1>(draw, position)[0]; }

}  // namespace sophia
