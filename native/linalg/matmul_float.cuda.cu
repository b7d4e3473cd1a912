// The matrix product in floats: a block of threads per tile of C, whose sums stay in registers over the whole of k.
//
//   for steps of kDepth over the inner dimension, of one pair of factors after the other
//     fetch the next step's panels, rows of op(A) and columns of op(B), into registers
//     multiply this step's panels, which lie in shared memory: 8×8 sums per thread
//     store what was fetched into the other half of shared memory
//
// After Volkov & Demmel 2008, "Benchmarking GPUs to Tune Dense Linear Algebra", SC '08. A sum is one chain of fused
// multiply-adds in the order of k, in every tile and wherever in it, so its bits depend on k alone.
#include <algorithm>
#include "../cuda/corner.h"
#include "../cuda/panel.h"
#include "../cuda/team.h"
#include "../cuda/width.h"
#include "matmul_ways.h"

namespace sophia {

namespace {

// The sums of one thread: 16 numbers come from shared memory for 64 multiplications.
constexpr int kEdge = 8;

// A large tile re-reads A and B half as often, but a small C has too few of them for all multiprocessors. kBlocks share
// the registers of one: 128 a thread for large tiles, which need 127, 168 and 255 for the others.
template <int kEdgeOfTile, int kBlocks>
struct Tile {
  static constexpr int kRows = kEdgeOfTile, kColumns = kEdgeOfTile, kResident = kBlocks;
  static constexpr int kThreads = kRows * kColumns / (kEdge * kEdge);
};
using Large = Tile<128, 2>;
using Small = Tile<64, 6>;
using Narrow = Tile<64, 4>;  // moves single numbers, and their addresses take more registers

// ptxas does not get along with 128 registers from compute capability 10.0 on; one block may then use more.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 1000
template <class Tile> constexpr int kBlocksAtLeast = Tile::kResident > 2 ? Tile::kResident : 1;
#else
template <class Tile> constexpr int kBlocksAtLeast = Tile::kResident;
#endif

// A slice: a panel of each operand.
template <class Tile> constexpr int kSlice = kPanel<Tile::kRows> + kPanel<Tile::kColumns>;

// The sums of one thread: 4 rows in each half of the tile times 4 columns in each half. A warp's 4×8 threads read 32
// numbers of A and 64 of B for a depth.
template <class OfTile>
struct FloatSums {
  using Tile = OfTile;
  static constexpr int kHalves = kEdge / kWide;
  int row, column;  // of the first, in the tile
  Pack<float, kWide> sum[kEdge][kHalves];

  DEVICE FloatSums() {
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

template <class Sums, Storage kA, Storage kB, int N, class T, class C, class Epilogue>
DEVICE Sums multiply_tile(const Product<T, C, Epilogue>& a, Corner at, float* shared) {
  using Tile = typename Sums::Tile;
  const Matmul& s = a.shape;
  const std::int64_t steps = a.term_count * tiles_along(s.k, kDepth);
  Operand<T> rows{{}, s.lda, s.k, at_most(s.m - at.row, Tile::kRows), !s.transpose_a};
  Operand<T> columns{{}, s.ldb, s.k, at_most(s.n - at.column, Tile::kColumns), s.transpose_b};
  PanelShare<T, Tile::kRows, Tile::kThreads, kA, N> share_of_rows;
  PanelShare<T, Tile::kColumns, Tile::kThreads, kB, N> share_of_columns;
  std::int64_t depth;
  const auto begin = [&](int term) {
    const Factors<T> factors = a.factors(term, blockIdx.z);
    rows.x = factors.a + at.row * (s.transpose_a ? 1 : s.lda);
    columns.x = factors.b + at.column * (s.transpose_b ? s.ldb : 1);
    depth = 0;
  };
  const auto fetch = [&] {
    share_of_rows.fetch(rows, depth);
    share_of_columns.fetch(columns, depth);
    depth += kDepth;
    if (depth >= s.k) begin(1);
  };
  const auto put = [&](float* to) {
    share_of_rows.put(rows, to);
    share_of_columns.put(columns, to + kPanel<Tile::kRows>);
  };
  Sums sums;
  begin(0);
  if (steps > 0) fetch(), put(shared);
  for (std::int64_t step = 0; step < steps; ++step) {
    __syncthreads();  // this step's panels are there, and nobody reads the other ones any more
    if (step + 1 < steps) fetch();
    const float* const from = shared + step % 2 * kSlice<Tile>;
    sums.multiply(from, from + kPanel<Tile::kRows>);
    if (step + 1 < steps) put(shared + (step + 1) % 2 * kSlice<Tile>);
  }
  return sums;
}

}  // namespace

template <class Sums, Storage kA, Storage kB, int N, class T, class C, class Epilogue>
__global__ void __launch_bounds__(Sums::Tile::kThreads, kBlocksAtLeast<typename Sums::Tile>)
    matmul_float_kernel(Product<T, C, Epilogue> a) {
  const Corner at = corner<typename Sums::Tile>(a.shape.m, a.shape.n);
  const auto sums = multiply_tile<Sums, kA, kB, N>(a, at, dynamic_shared<float>());
  sums.each([&](int row, int column, auto sum) {
    store_sums<N == kWide>(a, sum, {blockIdx.z, at.row + row, at.column + column});
  });
}

namespace {

template <class Tile, Storage kA, Storage kB, int N, class T, class C, class Epilogue>
void launch(Cuda& on, const Product<T, C, Epilogue>& a) {
  constexpr std::size_t bytes = 2 * kSlice<Tile> * sizeof(float);
  const unsigned blocks = blocks_for(tiles<Tile>(a.shape.m, a.shape.n), 1);
  each_part_of_batch(a, [&](const Product<T, C, Epilogue>& part, unsigned matrices) {
    on.launch("matmul_float", {{blocks, 1, matrices}, Tile::kThreads, bytes},
              matmul_float_kernel<FloatSums<Tile>, kA, kB, N, T, C, Epilogue>, part);
  });
}

template <class Tile, class C, class Epilogue>
void launch_wide(Cuda& on, const Product<float, C, Epilogue>& a) {
  constexpr auto along = Storage::kAlong, across = Storage::kAcross;
  const bool both = a.shape.transpose_a && a.shape.transpose_b;
  if (both) launch<Tile, across, along, kWide>(on, a);
  else if (a.shape.transpose_a) launch<Tile, across, across, kWide>(on, a);
  else if (a.shape.transpose_b) launch<Tile, along, along, kWide>(on, a);
  else launch<Tile, along, across, kWide>(on, a);
}

// Where tensor cores do not serve: one kernel for all transposes will do. It takes more registers than two large tiles
// leave each other.
template <class OfTile, class C, class Epilogue>
void launch_wide(Cuda& on, const Product<Bf16, C, Epilogue>& a) {
  using Alone = Tile<OfTile::kRows, OfTile::kResident - 1>;
  launch<Alone, Storage::kEither, Storage::kEither, kWide>(on, a);
}

}  // namespace

template <class T, class C, class Epilogue>
void multiply_by_floats(Cuda& on, const Product<T, C, Epilogue>& a) {
  const Matmul& s = a.shape;
  const auto start = [&]<int N>() {
    if constexpr (N == 1) launch<Narrow, Storage::kEither, Storage::kEither, N>(on, a);
    else if (worth_large_tiles<Large, Small>({s.m, s.n, s.batch}, on.multiprocessors())) launch_wide<Large>(on, a);
    else launch_wide<Small>(on, a);
  };
  const auto& [first, last] = a.terms;
  const std::int64_t strides = strides_of(a);
  with_width_or_1<kWide>(strides, start, first.a, first.b, last.a, last.b, a.c, read_by(a.epilogue));
}

SOPHIA_PRODUCTS(multiply_by_floats)

}  // namespace sophia
