// The matrix product on the GPU: a block of threads per tile of C, whose sums stay in registers over the whole of k.
//
//   for steps of kDepth over the inner dimension, of one pair of factors after the other
//     fetch the next step's panels, rows of op(A) and columns of op(B), into registers
//     multiply this step's panels, which lie in shared memory: 8×8 sums per thread
//     store what was fetched into the other half of shared memory
//
// After Volkov & Demmel 2008, "Benchmarking GPUs to Tune Dense Linear Algebra", SC '08. A sum is one chain of fused
// multiply-adds in the order of k, in every tile and wherever in it, so its bits depend on k alone.
#include "matmul.h"
#include <algorithm>
#include "../cuda/panel.h"
#include "../cuda/team.h"
#include "../cuda/width.h"

namespace sophia {

namespace {

// The sums of one thread: 16 numbers come from shared memory for 64 multiplications.
constexpr int kEdge = 8;
// Rows of tiles whose blocks run one after the other before the next columns: the panels they share stay in the cache.
constexpr int kBand = 8;

// A large tile re-reads A and B half as often, but a small C has too few of them for all multiprocessors. kResident
// blocks share the registers of one: 128 a thread for large tiles, which need 127, 168 and 255 for the others.
template <int kEdgeOfTile, int kBlocks>
struct Tile {
  static constexpr int kRows = kEdgeOfTile, kColumns = kEdgeOfTile, kResident = kBlocks;
  static constexpr int kThreads = kRows * kColumns / (kEdge * kEdge);
};
using Large = Tile<128, 2>;
using Small = Tile<64, 6>;
using Narrow = Tile<64, 4>;  // moves single numbers, and their addresses take more registers

template <class Epilogue>
struct Product {
  Matmul shape;             // with_strides
  Factors<float> terms[2];  // the first and the last
  std::int64_t term_count;
  View<float> c;
  Epilogue epilogue;
};

template <class Tile> constexpr int kPanels = kPanel<Tile::kRows> + kPanel<Tile::kColumns>;

// The sums of one thread: 4 rows in each half of the tile times 4 columns in each half. A warp's 4×8 threads read 32
// numbers of A and 64 of B for a depth.
template <class Tile>
struct Sums {
  static constexpr int kHalves = kEdge / kWide;
  int row, column;  // of the first, in the tile
  Pack<float, kWide> sum[kEdge][kHalves];

  DEVICE Sums() {
    const int warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
    row = warp % (Tile::kRows / 32) * 16 + lane / 8 * kWide;
    column = warp / (Tile::kRows / 32) * 32 + lane % 8 * kWide;
    UNROLL
    for (int i = 0; i < kEdge * kHalves; ++i) sum[i / kHalves][i % kHalves] = Pack<float, kWide>(0.0f);
  }
  DEVICE void multiply(const float* a, const float* b) {
    UNROLL
    for (int d = 0; d < kDepth; ++d) {
      Pack<float, kWide> x[kHalves], y[kHalves];
      UNROLL
      for (int h = 0; h < kHalves; ++h) {
        x[h] = load<float, kWide>(a + d * kPanelRow<Tile::kRows> + row + h * (Tile::kRows / kHalves));
        y[h] = load<float, kWide>(b + d * kPanelRow<Tile::kColumns> + column + h * (Tile::kColumns / kHalves));
      }
      UNROLL
      for (int i = 0; i < kEdge; ++i) {
        UNROLL
        for (int h = 0; h < kHalves; ++h)
          sum[i][h] = multiply_add(Pack<float, kWide>(x[i / kWide][i % kWide]), y[h], sum[i][h]);
      }
    }
  }
  // f(row, column, sum) for every pack of sums.
  template <class F>
  DEVICE void each(F f) const {
    UNROLL
    for (int i = 0; i < kEdge; ++i) {
      const int r = row + i / kWide * (Tile::kRows / kHalves) + i % kWide;
      UNROLL
      for (int h = 0; h < kHalves; ++h) f(r, column + h * (Tile::kColumns / kHalves), sum[i][h]);
    }
  }
};

struct Corner {
  std::int64_t row, column;
};

// How many tiles of this edge cover `count` rows or columns.
HD std::int64_t tiles_along(std::int64_t count, int edge) { return (count + edge - 1) / edge; }

// The first element of this block's tile: down the rows of a band, then to its next columns.
template <class Tile>
DEVICE Corner corner(const Matmul& s) {
  const std::int64_t rows = tiles_along(s.m, Tile::kRows), columns = tiles_along(s.n, Tile::kColumns);
  const std::int64_t block = blockIdx.x, band = block / (kBand * columns), within = block % (kBand * columns);
  const std::int64_t height = std::min<std::int64_t>(kBand, rows - band * kBand);
  return {(band * kBand + within % height) * Tile::kRows, within / height * Tile::kColumns};
}

template <class Tile, Storage kA, Storage kB, int N, class Epilogue>
DEVICE Sums<Tile> multiply_tile(const Product<Epilogue>& a, Corner at, float* shared) {
  const Matmul& s = a.shape;
  const std::int64_t steps = a.term_count * ((s.k + kDepth - 1) / kDepth);
  Operand rows{{}, s.lda, s.m - at.row, s.k, !s.transpose_a}, columns{{}, s.ldb, s.n - at.column, s.k, s.transpose_b};
  Share<Tile::kRows, Tile::kThreads, kA, N> share_of_rows;
  Share<Tile::kColumns, Tile::kThreads, kB, N> share_of_columns;
  std::int64_t depth;
  const auto begin = [&](const Factors<float>& term) {
    rows.x = term.a + at.row * (s.transpose_a ? 1 : s.lda);
    columns.x = term.b + at.column * (s.transpose_b ? s.ldb : 1);
    depth = 0;
  };
  const auto fetch = [&] {
    share_of_rows.fetch(rows, depth);
    share_of_columns.fetch(columns, depth);
    depth += kDepth;
    if (depth >= s.k) begin(a.terms[1]);
  };
  const auto put = [&](float* panels) {
    share_of_rows.put(rows, panels);
    share_of_columns.put(columns, panels + kPanel<Tile::kRows>);
  };
  Sums<Tile> sums;
  begin(a.terms[0]);
  if (steps > 0) fetch(), put(shared);
  for (std::int64_t step = 0; step < steps; ++step) {
    __syncthreads();  // this step's panels are there, and nobody reads the other ones any more
    float* const panels = shared + step % 2 * kPanels<Tile>;
    if (step + 1 < steps) fetch();
    sums.multiply(panels, panels + kPanel<Tile::kRows>);
    if (step + 1 < steps) put(shared + (step + 1) % 2 * kPanels<Tile>);
  }
  return sums;
}

template <int N, class Epilogue>
DEVICE void store_sums(const Product<Epilogue>& a, Pack<float, kWide> sum, std::int64_t row, std::int64_t column) {
  const Matmul& s = a.shape;
  const View<float> c = a.c.row(row, s.ldc);
  const auto put = [&](auto at) { c.store(at, a.epilogue(s.add ? c[at] + sum : sum, row, at)); };
  const std::int64_t left = row < s.m ? s.n - column : 0;
  if (N == kWide && left >= kWide) put(At<kWide>{column});
  else if (left > 0) put(Part<kWide>{column, static_cast<int>(std::min<std::int64_t>(left, kWide))});
}

// What the epilogue reads, in packs of columns.
View<float> read_by(Plain) { return {}; }
View<float> read_by(AddBias<float> epilogue) { return epilogue.bias; }

}  // namespace

template <class Tile, Storage kA, Storage kB, int N, class Epilogue>
__global__ void __launch_bounds__(Tile::kThreads, Tile::kResident) matmul_kernel(Product<Epilogue> a) {
  const Corner at = corner<Tile>(a.shape);
  const auto sums = multiply_tile<Tile, kA, kB, N>(a, at, dynamic_shared<float>());
  sums.each([&](int row, int column, auto sum) { store_sums<N>(a, sum, at.row + row, at.column + column); });
}

namespace {

template <class Tile>
std::int64_t tiles(const Matmul& s) {
  return tiles_along(s.m, Tile::kRows) * tiles_along(s.n, Tile::kColumns);
}

template <class Tile, Storage kA, Storage kB, int N, class Epilogue>
void launch(Cuda& on, const Product<Epilogue>& a) {
  on.launch("matmul", {blocks_for(tiles<Tile>(a.shape), 1), Tile::kThreads, 2 * kPanels<Tile> * sizeof(float)},
            matmul_kernel<Tile, kA, kB, N, Epilogue>, a);
}

template <class Tile, class Epilogue>
void launch_wide(Cuda& on, const Product<Epilogue>& a) {
  constexpr auto along = Storage::kAlong, across = Storage::kAcross;
  const bool both = a.shape.transpose_a && a.shape.transpose_b;
  if (both) launch<Tile, across, along, kWide>(on, a);
  else if (a.shape.transpose_a) launch<Tile, across, across, kWide>(on, a);
  else if (a.shape.transpose_b) launch<Tile, along, along, kWide>(on, a);
  else launch<Tile, along, across, kWide>(on, a);
}

// Large tiles where they give every multiprocessor all the blocks that it can hold.
bool large(const Matmul& s, int multiprocessors) {
  return s.m > Small::kRows && s.n > Small::kColumns &&
         tiles<Large>(s) >= std::int64_t{Large::kResident} * multiprocessors;
}

}  // namespace

template <class T, class Epilogue>
void sum_of_products(Cuda& on, const Matmul& shape, std::initializer_list<Factors<T>> terms, View<T> c,
                     Epilogue epilogue) {
  if (shape.m <= 0 || shape.n <= 0) return;
  require(terms.size() == 1 || terms.size() == 2, "a sum has one product or two, got ", terms.size());
  const auto& first = *terms.begin();
  const auto& last = *(terms.end() - 1);
  const auto count = static_cast<std::int64_t>(terms.size());
  const Product<Epilogue> a{with_strides(shape), {first, last}, count, c, epilogue};
  const auto start = [&]<int N>() {
    if constexpr (N == 1) launch<Narrow, Storage::kEither, Storage::kEither, N>(on, a);
    else if (large(a.shape, on.multiprocessors())) launch_wide<Large>(on, a);
    else launch_wide<Small>(on, a);
  };
  const std::int64_t strides = a.shape.lda | a.shape.ldb | a.shape.ldc;  // a multiple of 4 where each is
  with_width(strides, start, first.a, first.b, last.a, last.b, c, read_by(epilogue));
}

template void sum_of_products(Cuda&, const Matmul&, std::initializer_list<Factors<float>>, View<float>, Plain);
template void sum_of_products(Cuda&, const Matmul&, std::initializer_list<Factors<float>>, View<float>, AddBias<float>);

}  // namespace sophia
