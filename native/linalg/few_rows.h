// The matrix product where A has few rows, as when one token after the other is sampled: every number of B is used a
// few times only, so B is read once, where it lies, as fast as memory gives it.
//
// A block is all rows of C and some packs of columns, in registers. Where B is stored transposed, squares of it are
// turned round in registers. The sums are those of PackedProduct, bit by bit.
#pragma once
#include "matmul.h"
#include "runs.h"
#include "square.h"

namespace sophia::packed {

inline constexpr int kFewRows = 8;

template <class Isa, class Epilogue>
class FewRows {
 public:
  FewRows(const Matmul& shape, std::initializer_list<Factors<float>> terms, View<float> c, Epilogue epilogue, Load load)
      : s_(shape), runs_(shape, terms, kMostDepth<Isa>), c_(c), epilogue_(epilogue) {
    constexpr std::int64_t kGrain = kMostPacks * N, kPerThread = 4;
    const std::int64_t parts = ceil_divide(load.threads * kPerThread, load.batch);
    columns_ = {s_.n, std::min(ceil_divide(s_.n, kGrain), parts), kGrain};
  }

  std::int64_t tasks() const { return columns_.parts; }  // of one matrix
  std::size_t scratch() const { return 0; }

  // The product of matrix number `matrix` of the batch.
  FewRows of(std::int64_t matrix) const {
    FewRows product = *this;
    product.runs_.move(matrix * s_.stride_a, matrix * s_.stride_b);
    product.c_ = c_ + matrix * s_.stride_c;
    product.epilogue_ = epilogue_.at(matrix);
    return product;
  }

  void multiply(std::int64_t task, float* /*scratch*/) const { multiply<kFewRows>(columns_.range(task)); }

 private:
  static constexpr int N = Isa::kLanes;
  static constexpr int kMostPacks = 8;
  static constexpr int kSums = N == 16 ? 24 : 8;  // registers
  template <int kRows> static constexpr int kPacks = std::max(1, std::min(kMostPacks, kSums / kRows));

  template <int kRows>
  void multiply(Range columns) const {
    if constexpr (kRows > 1)
      if (s_.m < kRows) return multiply<kRows - 1>(columns);
    const std::int64_t end = columns.begin + columns.count;
    std::int64_t j = columns.begin;
    if (!s_.transpose_b)
      for (; j + kPacks<kRows> * N <= end; j += kPacks<kRows> * N) block<kRows, kPacks<kRows>>(At<N>{j});
    for (; j + N <= end; j += N) block<kRows, 1>(At<N>{j});
    if (j < end) block<kRows, 1>(Part<N>{j, static_cast<int>(end - j)});
  }

  template <int kRows, int kPacks, class Place>
  void block(Place place) const {
    for (std::int64_t r = 0; r < runs_.count(); ++r) {
      const Run run = runs_[r];
      Pack<float, N> sums[kRows][kPacks];
#pragma GCC unroll 8
      for (int i = 0; i < kRows; ++i)
#pragma GCC unroll 8
        for (int p = 0; p < kPacks; ++p) sums[i][p] = Pack<float, N>(0.0f);
      if (s_.transpose_b) turn_round(run, place, sums);
      else go_along(run, place, sums);
#pragma GCC unroll 8
      for (int i = 0; i < kRows; ++i)
#pragma GCC unroll 8
        for (int p = 0; p < kPacks; ++p) store(run, i, moved(place, p * N), sums[i][p]);
    }
  }

  template <class Place>
  static Place moved(Place place, std::int64_t by) {
    place.index += by;
    return place;
  }

  template <class Place>
  void store(const Run& run, int i, Place at, Pack<float, N> sum) const {
    const View<float> row = c_.row(i, s_.ldc);
    if (s_.add || !run.first) sum = row[at] + sum;
    row.store(at, run.last ? epilogue_(sum, i, at) : sum);
  }

  // sums[i] += A[i][depth] · b.
  template <int kRows, int kPacks>
  void add(const float* a, int p, Pack<float, N> b, Pack<float, N> (&sums)[kRows][kPacks]) const {
    const std::int64_t step = s_.transpose_a ? 1 : s_.lda;
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) sums[i][p] = multiply_add(Pack<float, N>(a[i * step]), b, sums[i][p]);
  }

  // B stored as (k, n).
  template <int kRows, int kPacks, class Place>
  void go_along(const Run& run, Place place, Pack<float, N> (&sums)[kRows][kPacks]) const {
    constexpr std::int64_t kAhead = 16;  // rows of B that are on their way from memory
    const float* a = run.a;
    View<float> b{const_cast<float*>(run.b)};
    for (std::int64_t d = 0; d < run.depth; ++d) {
#pragma GCC unroll 8
      for (int p = 0; p < kPacks; ++p) {
        __builtin_prefetch(b.value + place.index + p * N + kAhead * s_.ldb);
        add(a, p, b[moved(place, p * N)], sums);
      }
      a += s_.transpose_a ? s_.lda : 1;
      b = b + s_.ldb;
    }
  }

  // B stored as (n, k).
  template <int kRows, class Place>
  void turn_round(const Run& run, Place place, Pack<float, N> (&sums)[kRows][1]) const {
    const float* a = run.a;
    for (std::int64_t d = 0; d < run.depth; d += N) {
      const auto depths = static_cast<int>(std::min<std::int64_t>(N, run.depth - d));
      const float* from = run.b + place.index * s_.ldb + d;
      Pack<float, N> square[N];
      if (std::is_same_v<Place, At<N>> && depths == N) {
#pragma GCC unroll 16
        for (int j = 0; j < N; ++j) {
          __builtin_prefetch(from + (j + N) * s_.ldb);
          square[j] = load<float, N>(from + j * s_.ldb);
        }
        transpose(square);
#pragma GCC unroll 16
        for (int i = 0; i < N; ++i, a += s_.transpose_a ? s_.lda : 1) add(a, 0, square[i], sums);
      } else {
        const std::int64_t columns = std::min<std::int64_t>(N, s_.n - place.index);
        for (int j = 0; j < N; ++j)
          square[j] = j < columns ? load<float, N>(from + j * s_.ldb, depths) : Pack<float, N>(0.0f);
        transpose(square);
        for (int i = 0; i < depths; ++i, a += s_.transpose_a ? s_.lda : 1) add(a, 0, square[i], sums);
      }
    }
  }
  template <int kRows, int kPacks, class Place>
  void turn_round(const Run&, Place, Pack<float, N> (&)[kRows][kPacks]) const {}  // one pack at a time

  Matmul s_;
  Runs runs_;
  View<float> c_;
  Epilogue epilogue_;
  Cut columns_;
};

}  // namespace sophia::packed
