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

  // N words of a row, from its first number on; of a row that ends after `depths` numbers.
  template <int N>
  HD static Pack<float, N> along(const Bf16* from) {
    return as_float(load<Bf16, N>(from));
  }
  template <int N>
  HD static Pack<float, N> along(const Bf16* from, std::int64_t depths) {
    return depths >= N ? along<N>(from) : as_float(load<Bf16, N>(from, static_cast<int>(depths)));
  }
  // One word each of N columns, where the depths are rows of memory, `stride` apart; `whole`: all of its depths are
  // there, as are N or `left` columns.
  template <int N>
  HD static Pack<float, N> across(const Bf16* from, std::int64_t) {
    return along<N>(from);
  }
  template <int N>
  HD static Pack<float, N> across(const Bf16* from, std::int64_t, bool, std::int64_t left) {
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
  HD static Pack<Word, N> along(const Bf16* from) {
    return words<N>(load<Bf16, 2 * N>(from));
  }
  template <int N>
  HD static Pack<Word, N> along(const Bf16* from, std::int64_t depths) {
    if (depths >= 2 * N) return along<N>(from);
    return words<N>(load<Bf16, 2 * N>(from, static_cast<int>(depths)));
  }
  template <int N>
  HD static Pack<Word, N> across(const Bf16* from, std::int64_t stride) {
    return Pack<Word, N>(widened(load<Bf16, N>(from)) | widened(load<Bf16, N>(from + stride)) << 16);
  }
  template <int N>
  HD static Pack<Word, N> across(const Bf16* from, std::int64_t stride, bool whole, std::int64_t left) {
    const auto row = [&](const Bf16* start) {
      return widened(left >= N ? load<Bf16, N>(start) : load<Bf16, N>(start, static_cast<int>(left)));
    };
    return Pack<Word, N>(whole ? row(from) | row(from + stride) << 16 : row(from));
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
  HD static Pack<Word, N> words(Pack<Bf16, 2 * N> halves) {
    return Pack<Word, N>(reinterpret_cast<typename Pack<Word, N>::Vector>(halves.vector));
  }
  template <int N>
  HD static auto widened(Pack<Bf16, N> halves) {
    return __builtin_convertvector(halves.vector, typename Pack<Word, N>::Vector);
  }
};

}  // namespace sophia::packed
