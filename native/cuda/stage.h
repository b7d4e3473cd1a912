// Stages: what a step of a product on tensor cores needs of one operand, moved from memory to shared memory as it lies
// there, 128 bits at a time, and read from there as the fragments of tensor.h.
//
//   rows of op(A), or columns of op(B)   kLength of them, at 64 bytes' worth of depths of the inner dimension k
//
// A row of shared memory is a row of memory: numbers along k (A, Bᵀ), or across it (Aᵀ, B). A warp writes runs of
// chunks of 128 bits and reads one chunk of eight rows at once, and must find all of them in different banks: the
// chunks of a row are permuted by its number.
#pragma once
#include <type_traits>
#include "copy_async.h"
#include "panel.h"
#include "tensor.h"

namespace sophia {

template <class T> inline constexpr int kChunk = 16 / sizeof(T);       // numbers in 128 bits
template <class T> inline constexpr int kStageDepth = 64 / sizeof(T);  // 32 bf16, or 16 floats
inline constexpr int kStageSlices = 2;  // of the depth that tensor cores multiply at once

template <class T, Storage kStorage, int kLength>
struct Stage {
  static constexpr bool kAlong = kStorage == Storage::kAlong;
  static constexpr int kRows = kAlong ? kLength : kStageDepth<T>;
  static constexpr int kChunks = (kAlong ? kStageDepth<T> : kLength) / kChunk<T>;  // of a row
  // No instruction transposes floats. They are read one by one, 8 of each of 4 rows, whose banks 8 floats more
  // separate.
  static constexpr bool kByNumber = !kAlong && sizeof(T) == sizeof(float);
  static constexpr int kStride = kChunks * kChunk<T> + (kByNumber ? 8 : 0);
  static constexpr int kNumbers = kRows * kStride;

  // Where a chunk of a row is. Along k two rows fill the 32 banks; across it a row fills them at least once.
  DEVICE static int place(int row, int chunk) {
    const int key = kByNumber ? 0 : kAlong ? row / 2 % 4 : row % 8;
    return row * kStride + (chunk ^ key) * kChunk<T>;
  }

  // Slice `slice` of 16 rows of op(A), or of 16 columns of op(B), from number `index` on. The fragment of A has index g
  // in two registers, then the same at depths half a slice further; two fragments of B, which follow each other, have
  // the depths first.
  template <bool kOfA>
  DEVICE static void load_fragment(const T* stage, int index, int slice, unsigned (&to)[4]) {
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const auto farther = [](int i) { return kOfA ? i % 2 : i / 2; };
    const auto deeper = [](int i) { return kOfA ? i / 2 : i % 2; };
    const int i = lane / 8, r = lane % 8;
    if constexpr (kByNumber) {
      const T* const from = stage + (slice * 8 + lane % 4) * kStride + index + lane / 4;
      UNROLL
      for (int j = 0; j < 4; ++j) to[j] = __float_as_uint(from[4 * deeper(j) * kStride + 8 * farther(j)]);
    } else if constexpr (kAlong) {
      load_matrices<false>(stage + place(index + 8 * farther(i) + r, 2 * slice + deeper(i)), to);
    } else {
      load_matrices<true>(stage + place((2 * slice + deeper(i)) * 8 + r, index / 8 + farther(i)), to);
    }
  }
};

DEVICE Pack<float, 4> as_multiplied(Pack<float, 4> x) {
  return lanewise<float, 4>([&](int i) { return round_to_tf32(x[i]); });
}
DEVICE void multiply_add(Bf16, const unsigned (&a)[4], const unsigned* b, float (&c)[4]) { multiply_add_bf16(a, b, c); }
DEVICE void multiply_add(float, const unsigned (&a)[4], const unsigned* b, float (&c)[4]) {
  multiply_add_tf32(a, b, c);
}

// A thread's share of a stage on its way: fetch() begins to move it, and behind put() and
// wait_for_step() it is there. Bf16 is copied as it is, past the registers; floats are rounded in them. Lanes that
// follow each other take chunks that do in memory; numbers beyond the operand are zeros.
template <class T> inline constexpr bool kCopied = std::is_same_v<T, Bf16>;
template <class T> inline constexpr int kStepsAhead = kCopied<T> ? 2 : 1;  // that are fetched while one is multiplied

template <class T, Storage kStorage, int kLength, int kThreads>
class StageShare {
  using Stage = sophia::Stage<T, kStorage, kLength>;

 public:
  DEVICE void fetch(const Operand<T>& from, std::int64_t first_depth, T* stage) {
    const int column = chunk() * kChunk<T>;
    UNROLL
    for (int p = 0; p < kPieces; ++p) {
      const std::int64_t d = first_depth + (Stage::kAlong ? column : row(p));
      const std::int64_t left = Stage::kAlong     ? (row(p) < from.count ? from.depths - d : 0)
                                : d < from.depths ? from.count - column
                                                  : 0;
      const T* const at = from.x.value + (Stage::kAlong ? row(p) * from.stride + d : d * from.stride + column);
      const int count = static_cast<int>(std::clamp<std::int64_t>(left, 0, kChunk<T>));
      if constexpr (kCopied<T>) copy_async<16>(stage + Stage::place(row(p), chunk()), at, count * int{sizeof(T)});
      else if (count == kChunk<T>) piece_[p] = load<T, kChunk<T>>(at);
      else piece_[p] = load<T, kChunk<T>>(at, count);
    }
  }
  DEVICE void put(T* stage) const {
    if constexpr (!kCopied<T>) {
      UNROLL
      for (int p = 0; p < kPieces; ++p) store(stage + Stage::place(row(p), chunk()), as_multiplied(piece_[p]));
    }
  }

 private:
  static constexpr int kRowsAtOnce = kThreads / Stage::kChunks, kPieces = Stage::kRows / kRowsAtOnce;
  static_assert(kThreads % Stage::kChunks == 0 && Stage::kRows % kRowsAtOnce == 0);

  DEVICE static int row(int p) { return static_cast<int>(threadIdx.x) / Stage::kChunks + p * kRowsAtOnce; }
  DEVICE static int chunk() { return static_cast<int>(threadIdx.x) % Stage::kChunks; }

  Pack<T, kChunk<T>> piece_[kCopied<T> ? 1 : kPieces];
};

// The copies of a step, none included, are a group; wait_for_step() waits for those of the oldest of kStepsAhead.
template <class T>
DEVICE void end_step() {
  if constexpr (kCopied<T>) commit_copies();
}
template <class T>
DEVICE void wait_for_step() {
  if constexpr (kCopied<T>) wait_for_copies<kStepsAhead<T> - 1>();
}

}  // namespace sophia
