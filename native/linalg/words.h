// What the product of Bf16 copies its factors to before it multiplies: words, each of which holds the numbers of one
// row or column at one step of the inner dimension.
//
//   Widened   one number, as a float: any processor multiplies those
//   Pairs     two numbers, of depth 2d and 2d + 1, in the order of memory: what vdpbf16ps multiplies, which adds both
//             products to a float. Where the depth is odd the last word's second number is 0, in both factors.
//
// vdpbf16ps takes denormal numbers for 0, and writes 0 for them. Its two additions are the processor's own, so that
// results differ in the last bits from those of floats.
#pragma once
#include <cstdint>
#include <cstring>
#include "../core/view.h"

namespace sophia::packed {

struct Widened {
  using Word = float;
  static constexpr int kDepths = 1;

  // N words of a row, for the depths from `from` on, of which there are `depths`.
  template <int N>
  HD static Pack<float, N> along(const Bf16* from, std::int64_t depths) {
    return as_float(depths >= N ? load<Bf16, N>(from) : load<Bf16, N>(from, static_cast<int>(depths)));
  }
  // The words of N rows for one step, where the depths are rows of memory; there are `depths` of them, and N or `left`
  // columns.
  template <int N>
  HD static Pack<float, N> across(const Bf16* from, std::int64_t, std::int64_t, std::int64_t left) {
    return along<N>(from, left);
  }
  template <int N>
  HD static Pack<float, N> multiply_add(Pack<float, N> a, Pack<float, N> b, Pack<float, N> sum) {
    return sophia::multiply_add(a, b, sum);
  }
};

struct Pairs {
  using Word = std::uint32_t;
  static constexpr int kDepths = 2;

  template <int N>
  HD static Pack<Word, N> along(const Bf16* from, std::int64_t depths) {
    const auto halves = depths >= 2 * N ? load<Bf16, 2 * N>(from) : load<Bf16, 2 * N>(from, static_cast<int>(depths));
    return Pack<Word, N>(reinterpret_cast<typename Pack<Word, N>::Vector>(halves.vector));
  }
  template <int N>
  HD static Pack<Word, N> across(const Bf16* from, std::int64_t stride, std::int64_t depths, std::int64_t left) {
    const auto first = widened<N>(from, left);
    if (depths < 2) return Pack<Word, N>(first);
    return Pack<Word, N>(first | widened<N>(from + stride, left) << 16);
  }
  // Not by its intrinsic: that would need this file, and what it includes, compiled for processors that have it.
  template <int N>
  HD static Pack<float, N> multiply_add(Pack<Word, N> a, Pack<Word, N> b, Pack<float, N> sum) {
#if defined(__AVX512F__)
    asm("vdpbf16ps %2, %1, %0" : "+v"(sum.vector) : "v"(a.vector), "v"(b.vector));
#endif
    return sum;
  }

 private:
  template <int N>
  HD static auto widened(const Bf16* from, std::int64_t left) {
    const auto halves = left >= N ? load<Bf16, N>(from) : load<Bf16, N>(from, static_cast<int>(left));
    return __builtin_convertvector(halves.vector, typename Pack<Word, N>::Vector);
  }
};

}  // namespace sophia::packed
