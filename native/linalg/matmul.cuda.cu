// The matrix product on the GPU: a block of threads per tile of C, whose sums stay in registers over the whole of k.
//
//   for steps of kDepth over the inner dimension, of one pair of factors after the other
//     fetch the next step's panels, rows of op(A) and columns of op(B), into registers
//     multiply this step's panels, which lie in shared memory: 8×8 sums per thread
//     store what was fetched into the other half of shared memory
//
// After Volkov & Demmel 2008, "Benchmarking GPUs to Tune Dense Linear Algebra", SC '08. A sum is one chain of fused
// multiply-adds in the order of k, in every tile and wherever in it, so its bits depend on k alone.
// Where Cuda::tf32() allows it, tensor cores multiply the same panels, rounded; at odd addresses they do not.
#include "matmul.h"
#include <algorithm>
#include "../cuda/panel.h"
#include "../cuda/team.h"
#include "../cuda/tensor.h"
#include "../cuda/width.h"

namespace sophia {

namespace {

// The sums of one thread: 16 numbers come from shared memory for 64 multiplications.
constexpr int kEdge = 8;
// Rows of tiles whose blocks run one after the other before the next columns: the panels they share stay in the cache.
constexpr int kBand = 8;

// A large tile re-reads A and B half as often, but a small C has too few of them for all multiprocessors. kBlocks share
// the registers of one: 128 a thread for large tiles, which need 127, 168 and 255 for the others. A step takes kDeep
// panels: tensor cores are through with one before the next has come from memory.
template <int kEdgeOfTile, int kBlocks, int kDeep = 1>
struct Tile {
  static constexpr int kRows = kEdgeOfTile, kColumns = kEdgeOfTile, kResident = kBlocks, kSlices = kDeep;
  static constexpr int kThreads = kRows * kColumns / (kEdge * kEdge);
};
using Large = Tile<128, 2>;
using Small = Tile<64, 6>;
using Narrow = Tile<64, 4>;  // moves single numbers, and their addresses take more registers
using LargeTensor = Tile<128, 2, 2>;
using SmallTensor = Tile<64, 6, 2>;

// ptxas does not get along with 128 registers from compute capability 10.0 on; one block may then use more.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 1000
template <class Tile> constexpr int kBlocksAtLeast = Tile::kResident > 2 ? Tile::kResident : 1;
#else
template <class Tile> constexpr int kBlocksAtLeast = Tile::kResident;
#endif

template <class Epilogue>
struct Product {
  Matmul shape;             // with_strides
  Factors<float> terms[2];  // the first and the last
  std::int64_t term_count;
  View<float> c;
  Epilogue epilogue;
};

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
  DEVICE static float round(float x) { return x; }
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

// The same on tensor cores: a warp has 32 rows and 64 columns, in blocks of 16 and 8. The depths of a block's inner
// dimension may be in any order, if A and B have the same: 2t and 2t + 1 for t and t + 4 lie in different banks.
template <class OfTile>
struct TensorSums {
  using Tile = OfTile;
  static constexpr int kDown = 2, kAcross = 8;
  int row, column, g, t;  // of the warp, in the tile; the lane's place in a block
  float sum[kDown][kAcross][4];

  DEVICE TensorSums() {
    const int warp = static_cast<int>(threadIdx.x) / 32, lane = static_cast<int>(threadIdx.x) % 32;
    row = warp % (Tile::kRows / 32) * 32;
    column = warp / (Tile::kRows / 32) * 64;
    g = lane / 4, t = lane % 4;
    UNROLL
    for (int i = 0; i < kDown * kAcross * 4; ++i) sum[i / 4 / kAcross][i / 4 % kAcross][i % 4] = 0;
  }
  DEVICE static float round(float x) { return round_to_tf32(x); }
  DEVICE void multiply(const float* a, const float* b) {
    float x[kDown][4];
    UNROLL
    for (int i = 0; i < kDown * 4; ++i)
      x[i / 4][i % 4] = a[(2 * t + i % 4 / 2) * kPanelRow<Tile::kRows> + row + i / 4 * 16 + i % 2 * 8 + g];
    UNROLL
    for (int j = 0; j < kAcross; ++j) {
      const float* const at = b + 2 * t * kPanelRow<Tile::kColumns> + column + j * 8 + g;
      const float y[2] = {at[0], at[kPanelRow<Tile::kColumns>]};
      UNROLL
      for (int i = 0; i < kDown; ++i) multiply_add_tf32(x[i], y, sum[i][j]);
    }
  }
  template <class F>
  DEVICE void each(F f) const {
    UNROLL
    for (int i = 0; i < kDown * 2; ++i) {
      UNROLL
      for (int j = 0; j < kAcross; ++j) {
        const float* const two = sum[i / 2][j] + i % 2 * 2;
        f(row + i * 8 + g, column + j * 8 + 2 * t, lanewise<float, 2>([&](int l) { return two[l]; }));
      }
    }
  }
};

DEVICE int at_most(std::int64_t count, int most) { return static_cast<int>(std::min<std::int64_t>(count, most)); }

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

template <class Sums, Storage kA, Storage kB, int N, class Epilogue>
DEVICE Sums multiply_tile(const Product<Epilogue>& a, Corner at, float* shared) {
  using Tile = typename Sums::Tile;
  constexpr int kStep = Tile::kSlices * kDepth, kBuffer = Tile::kSlices * kSlice<Tile>;
  const Matmul& s = a.shape;
  const std::int64_t steps = a.term_count * ((s.k + kStep - 1) / kStep);
  Operand rows{{}, s.lda, s.k, at_most(s.m - at.row, Tile::kRows), !s.transpose_a};
  Operand columns{{}, s.ldb, s.k, at_most(s.n - at.column, Tile::kColumns), s.transpose_b};
  PanelShare<Tile::kRows, Tile::kThreads, kA, N> share_of_rows[Tile::kSlices];
  PanelShare<Tile::kColumns, Tile::kThreads, kB, N> share_of_columns[Tile::kSlices];
  std::int64_t depth;
  const auto begin = [&](const Factors<float>& term) {
    rows.x = term.a + at.row * (s.transpose_a ? 1 : s.lda);
    columns.x = term.b + at.column * (s.transpose_b ? s.ldb : 1);
    depth = 0;
  };
  const auto fetch = [&] {
    UNROLL
    for (int i = 0; i < Tile::kSlices; ++i, depth += kDepth) {
      share_of_rows[i].fetch(rows, depth);
      share_of_columns[i].fetch(columns, depth);
    }
    if (depth >= s.k) begin(a.terms[1]);
  };
  const auto put = [&](float* to) {
    UNROLL
    for (int i = 0; i < Tile::kSlices; ++i, to += kSlice<Tile>) {
      share_of_rows[i].put(rows, to, Sums::round);
      share_of_columns[i].put(columns, to + kPanel<Tile::kRows>, Sums::round);
    }
  };
  Sums sums;
  begin(a.terms[0]);
  if (steps > 0) fetch(), put(shared);
  for (std::int64_t step = 0; step < steps; ++step) {
    __syncthreads();  // this step's panels are there, and nobody reads the other ones any more
    if (step + 1 < steps) fetch();
    const float* const from = shared + step % 2 * kBuffer;
    UNROLL
    for (int i = 0; i < Tile::kSlices; ++i)
      sums.multiply(from + i * kSlice<Tile>, from + i * kSlice<Tile> + kPanel<Tile::kRows>);
    if (step + 1 < steps) put(shared + (step + 1) % 2 * kBuffer);
  }
  return sums;
}

template <bool kAligned, int N, class Epilogue>
DEVICE void store_sums(const Product<Epilogue>& a, Pack<float, N> sum, std::int64_t row, std::int64_t column) {
  const Matmul& s = a.shape;
  const View<float> c = a.c.row(row, s.ldc);
  const auto put = [&](auto at) { c.store(at, a.epilogue(s.add ? c[at] + sum : sum, row, at)); };
  const std::int64_t left = row < s.m ? s.n - column : 0;
  if (kAligned && left >= N) put(At<N>{column});
  else if (left > 0) put(Part<N>{column, at_most(left, N)});
}

// What the epilogue reads, in packs of columns.
View<float> read_by(Plain) { return {}; }
View<float> read_by(AddBias<float> epilogue) { return epilogue.bias; }

}  // namespace

template <class Sums, Storage kA, Storage kB, int N, class Epilogue>
__global__ void __launch_bounds__(Sums::Tile::kThreads, kBlocksAtLeast<typename Sums::Tile>)
    matmul_kernel(Product<Epilogue> a) {
  const Corner at = corner<typename Sums::Tile>(a.shape);
  const auto sums = multiply_tile<Sums, kA, kB, N>(a, at, dynamic_shared<float>());
  sums.each([&](int row, int column, auto sum) { store_sums<N == kWide>(a, sum, at.row + row, at.column + column); });
}

namespace {

template <class Tile>
std::int64_t tiles(const Matmul& s) {
  return tiles_along(s.m, Tile::kRows) * tiles_along(s.n, Tile::kColumns);
}

template <class Sums, Storage kA, Storage kB, int N, class Epilogue>
void launch(Cuda& on, const Product<Epilogue>& a) {
  using Tile = typename Sums::Tile;
  constexpr std::size_t bytes = 2 * Tile::kSlices * kSlice<Tile> * sizeof(float);
  on.launch("matmul", {blocks_for(tiles<Tile>(a.shape), 1), Tile::kThreads, bytes},
            matmul_kernel<Sums, kA, kB, N, Epilogue>, a);
}

template <class Sums, class Epilogue>
void launch_wide(Cuda& on, const Product<Epilogue>& a) {
  constexpr auto along = Storage::kAlong, across = Storage::kAcross;
  const bool both = a.shape.transpose_a && a.shape.transpose_b;
  if (both) launch<Sums, across, along, kWide>(on, a);
  else if (a.shape.transpose_a) launch<Sums, across, across, kWide>(on, a);
  else if (a.shape.transpose_b) launch<Sums, along, along, kWide>(on, a);
  else launch<Sums, along, across, kWide>(on, a);
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
    constexpr auto either = Storage::kEither;
    const bool is_large = large(a.shape, on.multiprocessors());
    if constexpr (N == 1) launch<FloatSums<Narrow>, either, either, N>(on, a);
    else if (on.tf32() && is_large) launch<TensorSums<LargeTensor>, either, either, N>(on, a);
    else if (on.tf32()) launch<TensorSums<SmallTensor>, either, either, N>(on, a);
    else if (is_large) launch_wide<FloatSums<Large>>(on, a);
    else launch_wide<FloatSums<Small>>(on, a);
  };
  const std::int64_t strides = a.shape.lda | a.shape.ldb | a.shape.ldc;  // a multiple of 4 where each is
  with_width(strides, start, first.a, first.b, last.a, last.b, c, read_by(epilogue));
}

template void sum_of_products(Cuda&, const Matmul&, std::initializer_list<Factors<float>>, View<float>, Plain);
template void sum_of_products(Cuda&, const Matmul&, std::initializer_list<Factors<float>>, View<float>, AddBias<float>);

}  // namespace sophia
