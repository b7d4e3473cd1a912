// Rows of bf16 in shared memory, as they lie in memory, and the products that a warp makes with them on tensor cores:
// 16 rows of numbers at a time, whose sums stay in registers.
//
//   fetch(tile, rows, matrix);            begins to copy them (copy_async.h), with zeros where the matrix has none
//   dots(a, b, sums);                     sums = a · bᵀ: 16 rows a of a tile with the rows of another
//   add_products(weights, b, sums);       sums += weights · b: of 16 rows of sums, rounded, with the columns of a tile
//   store_sums(tile, sums, matrix);       rounded, by way of 16 rows of a tile that the warp has no more use for
//
// Lane 4g + t has, of every 8 columns, 2t and 2t + 1 of row g and then of row g + 8; see tensor.h.
#pragma once
#include "copy_async.h"
#include "tensor.h"

namespace sophia {

// A warp's lanes read or write one chunk of 128 bits of eight rows at once, and must find all of them in different
// banks: the chunks of a row are permuted by its number.
template <int D>
struct RowTile {
  static constexpr int kChunks = D / 8;
  Bf16* numbers;
  DEVICE Bf16* chunk(int row, int c) const { return numbers + row * D + (c ^ row % 8) * 8; }
  DEVICE RowTile from(int row) const { return {numbers + row * D}; }  // a multiple of 8
};

// `rows` rows, `stride` apart, each at a multiple of 128 bits.
template <class T>
struct BfRows {
  T* numbers;
  std::int64_t stride;
  int rows;
};

// 16 rows of a warp's sums.
template <int kColumns>
struct Sums {
  float of[kColumns / 8][4];

  DEVICE Sums() { UNROLL for (int i = 0; i < kColumns / 2; ++i) of[i / 4][i % 4] = 0; }
  DEVICE static int group() { return static_cast<int>(threadIdx.x) / 4; }
  DEVICE static int column(int block, int i) { return 8 * block + 2 * (static_cast<int>(threadIdx.x) % 4) + i; }
  // f(half, column, number): half 0 for row group(), 1 for row group() + 8.
  template <class F>
  DEVICE void each(F f) {
    each_with(*this, [&](int half, int column, float& x, float&) { f(half, column, x); });
  }
  // The same for the numbers of two, which have no addresses.
  template <class F>
  DEVICE void each_with(Sums& other, F f) {
    UNROLL for (int b = 0; b < kColumns / 8; ++b) UNROLL for (int i = 0; i < 4; ++i)
        f(i / 2, column(b, i % 2), of[b][i], other.of[b][i]);
  }
};

// The lanes that share a row.
template <class F>
DEVICE float over_row(float x, F f) {
  x = f(x, shuffle_xor(x, 1));
  return f(x, shuffle_xor(x, 2));
}

template <int D>
DEVICE void fetch(RowTile<D> tile, int rows, const BfRows<const Bf16>& from) {
  const int threads = static_cast<int>(blockDim.x * blockDim.y);
  for (int i = static_cast<int>(threadIdx.y * 32 + threadIdx.x); i < rows * tile.kChunks; i += threads) {
    const int r = i / tile.kChunks, c = i % tile.kChunks;
    if (r < from.rows) copy_async<16>(tile.chunk(r, c), from.numbers + r * from.stride + 8 * c);
    else store(tile.chunk(r, c), Pack<Bf16, 8>(Bf16(0.0f)));
  }
}

template <int D, int kRows>
DEVICE void dots(RowTile<D> a, RowTile<D> b, Sums<kRows>& sums) {
  const int i = static_cast<int>(threadIdx.x) / 8, r = static_cast<int>(threadIdx.x) % 8;
  sums = {};
  UNROLL for (int slice = 0; slice < D / 16; ++slice) {
    unsigned x[4], y[4];
    load_matrices<false>(a.chunk(8 * (i % 2) + r, 2 * slice + i / 2), x);
    UNROLL for (int block = 0; block < kRows / 8; block += 2) {
      load_matrices<false>(b.chunk(8 * (block + i / 2) + r, 2 * slice + i % 2), y);
      multiply_add_bf16(x, y, sums.of[block]);
      multiply_add_bf16(x, y + 2, sums.of[block + 1]);
    }
  }
}

template <int kRows, int D>
DEVICE void add_products(const Sums<kRows>& weights, RowTile<D> b, Sums<D>& sums) {
  const int i = static_cast<int>(threadIdx.x) / 8, r = static_cast<int>(threadIdx.x) % 8;
  UNROLL for (int slice = 0; slice < kRows / 16; ++slice) {
    const auto two = [&](int block, int half) {
      const float* const w = weights.of[2 * slice + block] + 2 * half;
      return two_bf16(w[0], w[1]);
    };
    const unsigned x[4] = {two(0, 0), two(0, 1), two(1, 0), two(1, 1)};
    unsigned y[4];
    UNROLL for (int block = 0; block < D / 8; block += 2) {
      load_matrices<true>(b.chunk(16 * slice + 8 * (i % 2) + r, block + i / 2), y);
      multiply_add_bf16(x, y, sums.of[block]);
      multiply_add_bf16(x, y + 2, sums.of[block + 1]);
    }
  }
}

template <int D>
DEVICE void store_sums(RowTile<D> by, const Sums<D>& sums, const BfRows<Bf16>& to) {
  const int lane = static_cast<int>(threadIdx.x);
  __syncwarp();
  UNROLL for (int i = 0; i < D / 4; ++i) {
    const float* const two = sums.of[i / 2] + i % 2 * 2;
    store(by.chunk(i % 2 * 8 + lane / 4, i / 2) + lane % 4 * 2,
          as_bf16(lanewise<float, 2>([&](int l) { return two[l]; })));
  }
  __syncwarp();
  UNROLL for (int i = 0; i < by.kChunks / 2; ++i) {
    const int r = (32 * i + lane) / by.kChunks, c = lane % by.kChunks;
    if (r < to.rows) store(to.numbers + r * to.stride + 8 * c, load<Bf16, 8>(by.chunk(r, c)));
  }
}

}  // namespace sophia
