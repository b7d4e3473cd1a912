// Tiles of matrices in shared memory, and the two products of a warp with one: of the warp's own rows with the tile's
// rows, a row to each lane; and of numbers the lanes have made with the tile's columns, which lie along the lanes.
//
//   Room room;  const auto tile = room.tile<S, K>(rows);      K times 32 columns
//   fill(tile, rows, matrix);  or  refill(tile, matrix);      from memory; the second waits for the block on both sides
//   dots(mine, tile, width, out);                             out[r] = mine_r · tile_lane
//   add_products(weights, tile, sums);                        sums[r][c] += Σ_j weights_rj tile_j[lane + 32c]
#pragma once
#include "scratch.h"
#include "team.h"
#include "width.h"

namespace sophia {

// A loop whose body takes many registers is not to be repeated.
#if defined(__CUDACC__)
#define KEEP_LOOP _Pragma("unroll 1")
#else
#define KEEP_LOOP
#endif

inline constexpr int kLanes = Warp<1>::kLanes;

// Rows of 32·K numbers. They lie so that the lanes, reading a pack of four of a row each, meet different banks.
template <class S, int K>
struct Tile {
  static constexpr int kWidth = kLanes * K, kStride = kWidth + 4;
  View<S> numbers;
  HD View<S> row(int r) const { return numbers.row(r, kStride); }
  HD Tile from(int r) const { return {row(r)}; }
};

// Hands out a block's dynamic shared memory; a host counts with the same numbers what a launch asks for.
struct Room {
  float* next = dynamic_shared<float>();

  template <class S>
  DEVICE View<S> take(int count) {
    const auto view = view_of(next, count, View<S>());
    next += kHalves<S> * count;
    return view;
  }
  template <class S, int K>
  DEVICE Tile<S, K> tile(int rows) {
    return {take<S>(rows * Tile<S, K>::kStride)};
  }
};

// `rows` rows of `width` numbers, `stride` apart; `wide` says that packs of four may be read. Those of Bf16 become
// floats in a tile.
template <class S>
struct Matrix {
  View<S> numbers;
  std::int64_t stride;
  int rows, width;
  bool wide;
};

template <int N, class S, int K, class From>
DEVICE void fill_by(Tile<S, K> tile, int rows, const Matrix<From>& from) {
  constexpr int kPacks = Tile<S, K>::kWidth / N;
  const int threads = static_cast<int>(blockDim.x * blockDim.y);
  for (int i = static_cast<int>(threadIdx.y * kLanes + threadIdx.x); i < rows * kPacks; i += threads) {
    const int r = i / kPacks, c = i % kPacks * N;
    auto x = decltype(from.numbers[At<N>{c}])(Number<S>(0));
    if (r < from.rows && c < from.width) x = from.numbers.row(r, from.stride)[At<N>{c}];
    tile.row(r).store(At<N>{c}, x);
  }
}
// The first `rows` rows of a tile, with zeros where the matrix has none. All threads of the block take part.
template <class S, int K, class From>
DEVICE void fill(Tile<S, K> tile, int rows, const Matrix<From>& from) {
  if (from.wide) fill_by<kWide>(tile, rows, from);
  else fill_by<1>(tile, rows, from);
}

// The same for a tile of a row to each lane that is read no more.
template <class S, int K, class From>
DEVICE void refill(Tile<S, K> tile, const Matrix<From>& from) {
  __syncthreads();
  fill(tile, kLanes, from);
  __syncthreads();
}

template <class T, int N> DEVICE T number(Pack<T, N> x, int i) { return x[i]; }
template <class T, int N> DEVICE Dual<T> number(Dual<Pack<T, N>> x, int i) { return {x.value[i], x.tangent[i]}; }

// sum += a · b over one pack of each, in order.
template <class S, class V>
DEVICE S add_dot(V a, V b, S sum) {
  UNROLL for (int i = 0; i < kWide; ++i) sum = multiply_add(number(a, i), number(b, i), sum);
  return sum;
}

template <int R, class S, int K>
DEVICE void dots(Tile<S, K> mine, Tile<S, K> tile, int width, S (&out)[R]) {
  const auto row = tile.row(static_cast<int>(threadIdx.x));
  UNROLL for (int r = 0; r < R; ++r) out[r] = S(Number<S>(0));
  for (int d = 0; d < width; d += kWide) {
    const auto b = row[At<kWide>{d}];
    UNROLL for (int r = 0; r < R; ++r) out[r] = add_dot(mine.row(r)[At<kWide>{d}], b, out[r]);
  }
}

// out[r] = a_r · b_r, the same in every lane.
template <int R, class S, int K>
DEVICE void dots_of_rows(Tile<S, K> a, Tile<S, K> b, int width, S (&out)[R]) {
  UNROLL for (int r = 0; r < R; ++r) {
    out[r] = S(Number<S>(0));
    for (int d = 0; d < width; d += kWide) out[r] = add_dot(a.row(r)[At<kWide>{d}], b.row(r)[At<kWide>{d}], out[r]);
  }
}

// `weights` are R rows of 32 numbers.
template <int R, class S, int K>
DEVICE void add_products(View<S> weights, Tile<S, K> tile, S (&sums)[R][K]) {
  constexpr int kStep = K > 4 ? 2 : 4;  // rows of the tile at once, as many as registers have room for
  for (int j = 0; j < kLanes; j += kStep) {
    S b[kStep][K];
    UNROLL for (int i = 0; i < kStep; ++i) UNROLL for (int c = 0; c < K; ++c) b[i][c] =
        tile.row(j + i)[static_cast<int>(threadIdx.x) + kLanes * c];
    UNROLL for (int r = 0; r < R; ++r) {
      const auto w = weights.row(r, kLanes)[At<kStep>{j}];
      UNROLL for (int i = 0; i < kStep; ++i) UNROLL for (int c = 0; c < K; ++c) sums[r][c] =
          multiply_add(number(w, i), b[i][c], sums[r][c]);
    }
  }
}

// Row r of `sums` to row r of the matrix, where it has one.
template <int R, class To, class S, int K>
DEVICE void store_rows(const Matrix<To>& to, const S (&sums)[R][K]) {
  UNROLL for (int r = 0; r < R; ++r) UNROLL for (int c = 0; c < K; ++c) {
    const int d = static_cast<int>(threadIdx.x) + kLanes * c;
    if (r < to.rows && d < to.width) to.numbers.row(r, to.stride).store(d, sums[r][c]);
  }
}

// Number r of the R that all lanes have, from lane r: one request instead of R.
template <int R, class S>
DEVICE void store_numbers(View<S> to, int count, const S (&numbers)[R]) {
  const int lane = static_cast<int>(threadIdx.x);
  S mine = numbers[0];
  UNROLL for (int r = 1; r < R; ++r) mine =
      lane == r ? S(numbers[r]) : mine;  // by value: a choice of addresses would want memory
  if (lane < R && lane < count) to.store(lane, mine);
}

template <int R, class S, int K>
DEVICE void clear(S (&sums)[R][K]) {
  UNROLL for (int r = 0; r < R; ++r) UNROLL for (int c = 0; c < K; ++c) sums[r][c] = S(Number<S>(0));
}

}  // namespace sophia
