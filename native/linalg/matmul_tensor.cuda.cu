// The matrix product on tensor cores: a block of warps per tile of C, whose sums stay in registers over the whole of k.
//
//   for steps of 64 bytes of depth over the inner dimension, of one pair of factors after the other
//     fetch the stages of a later step, rows of op(A) and columns of op(B)
//     multiply this step's stages, which lie in shared memory: 16×8 sums of a warp at a time
//   bring the sums into rows, by way of shared memory, and store them as packs
//
// Bf16 is multiplied as it is: asynchronous copies bring it to shared memory, two steps ahead. Floats are rounded to
// TF32 on their way, a step ahead, through registers. A sum takes the steps in the order of k, in every tile and
// wherever in it, so its bits depend on k alone.
#include "../cuda/corner.h"
#include "../cuda/stage.h"
#include "../cuda/width.h"
#include "matmul_ways.h"

namespace sophia {

namespace {

// A large tile re-reads A and B half as often, but a small C has too few of them for all multiprocessors. kBlocks share
// the registers of one: 128 a thread for large tiles, 96 for small.
template <int kEdge, int kRowsOfWarp, int kBlocks>
struct Tile {
  static constexpr int kRows = kEdge, kColumns = kEdge, kWarpRows = kRowsOfWarp, kWarpColumns = 32, kResident = kBlocks;
  static constexpr int kThreads = 32 * (kRows / kWarpRows) * (kColumns / kWarpColumns);
};
using Large = Tile<128, 64, 2>;
using Small = Tile<64, 32, 5>;

// 16 rows of a warp's sums on their way into packs. The 8 floats behind each send its rows to different banks.
constexpr int kSlabRows = 16, kSlabRow = 32 + 8;
constexpr int kSlab = kSlabRows * kSlabRow;

// The sums of a warp, in blocks of 16 rows and 8 columns.
template <class Tile>
struct TensorSums {
  static constexpr int kDown = Tile::kWarpRows / 16, kAcross = Tile::kWarpColumns / 8;
  int row, column;  // of the first, in the tile
  float sum[kDown][kAcross][4];

  DEVICE TensorSums() {
    const int warp = static_cast<int>(threadIdx.x) / 32, down = Tile::kRows / Tile::kWarpRows;
    row = warp % down * Tile::kWarpRows;
    column = warp / down * Tile::kWarpColumns;
    UNROLL
    for (int i = 0; i < kDown * kAcross * 4; ++i) sum[i / 4 / kAcross][i / 4 % kAcross][i % 4] = 0;
  }
  template <class A, class B, class T>
  DEVICE void multiply(const T* a, const T* b) {
    UNROLL
    for (int slice = 0; slice < kStageSlices; ++slice) {
      unsigned y[kAcross / 2][4];
      UNROLL
      for (int j = 0; j < kAcross / 2; ++j) B::template load_fragment<false>(b, column + 16 * j, slice, y[j]);
      UNROLL
      for (int i = 0; i < kDown; ++i) {
        unsigned x[4];
        A::template load_fragment<true>(a, row + 16 * i, slice, x);
        UNROLL
        for (int j = 0; j < kAcross; ++j) multiply_add(T(), x, y[j / 2] + j % 2 * 2, sum[i][j]);
      }
    }
  }
  // f(row, column, sums) for packs of a row: a lane's sums are two and two, too few for the sectors of memory.
  template <class F>
  DEVICE void each(float* slab, F f) const {
    const int lane = static_cast<int>(threadIdx.x) % 32, g = lane / 4, t = lane % 4;
    UNROLL
    for (int i = 0; i < kDown; ++i) {
      UNROLL
      for (int j = 0; j < kAcross * 2; ++j) {
        const float* const two = sum[i][j / 2] + j % 2 * 2;
        store(slab + (j % 2 * 8 + g) * kSlabRow + j / 2 * 8 + 2 * t, lanewise<float, 2>([&](int l) { return two[l]; }));
      }
      __syncwarp();
      UNROLL
      for (int r = lane / 8; r < kSlabRows; r += 4) {
        const int c = lane % 8 * kWide;
        f(row + i * 16 + r, column + c, load<float, kWide>(slab + r * kSlabRow + c));
      }
      __syncwarp();
    }
  }
};

// What a kernel keeps in shared memory: the stages of the steps under way, and in the end the slabs of its warps. Of
// bf16 a large tile has 48 KB, so that two blocks fit the 100 KB of a multiprocessor of compute capability 8.6.
template <class Tile, Storage kA, Storage kB, class T>
struct Steps {
  using A = Stage<T, kA, Tile::kRows>;
  using B = Stage<T, kB, Tile::kColumns>;
  static constexpr int kStep = A::kNumbers + B::kNumbers, kRing = kStepsAhead<T> + 1;
  static constexpr std::size_t kBytes = kRing * kStep * sizeof(T);
  static_assert(Tile::kThreads / 32 * kSlab * sizeof(float) <= kBytes);
};

template <class Tile, Storage kA, Storage kB, class T, class C, class Epilogue>
DEVICE TensorSums<Tile> multiply_tile(const Product<T, C, Epilogue>& a, Corner at, T* shared) {
  using Steps = sophia::Steps<Tile, kA, kB, T>;
  using A = typename Steps::A;
  using B = typename Steps::B;
  const Matmul& s = a.shape;
  const auto steps = static_cast<int>(a.term_count * tiles_along(s.k, kStageDepth<T>));
  Operand<T> rows{{}, s.lda, s.k, at_most(s.m - at.row, Tile::kRows), A::kAlong};
  Operand<T> columns{{}, s.ldb, s.k, at_most(s.n - at.column, Tile::kColumns), B::kAlong};
  StageShare<T, kA, Tile::kRows, Tile::kThreads> share_of_rows;
  StageShare<T, kB, Tile::kColumns, Tile::kThreads> share_of_columns;
  std::int64_t depth;
  const auto begin = [&](int term) {
    const Factors<T> factors = a.factors(term, blockIdx.z);
    rows.x = factors.a + at.row * (A::kAlong ? s.lda : 1);
    columns.x = factors.b + at.column * (B::kAlong ? s.ldb : 1);
    depth = 0;
  };
  const auto stages = [&](int step) { return shared + step % Steps::kRing * Steps::kStep; };
  const auto fetch = [&](int step) {
    if (step < steps) {
      share_of_rows.fetch(rows, depth, stages(step));
      share_of_columns.fetch(columns, depth, stages(step) + A::kNumbers);
      depth += kStageDepth<T>;
      if (depth >= s.k) begin(1);
    }
    end_step<T>();
  };
  const auto put = [&](int step) {
    if (step >= steps) return;
    share_of_rows.put(stages(step));
    share_of_columns.put(stages(step) + A::kNumbers);
  };
  TensorSums<Tile> sums;
  begin(0);
  for (int step = 0; step < kStepsAhead<T>; ++step) fetch(step), put(step);
  for (int step = 0; step < steps; ++step) {
    wait_for_step<T>();
    __syncthreads();  // this step's stages are there, and nobody reads those that are fetched into any more
    fetch(step + kStepsAhead<T>);
    sums.template multiply<A, B>(stages(step), stages(step) + A::kNumbers);
    put(step + kStepsAhead<T>);
  }
  return sums;
}

}  // namespace

template <class Tile, Storage kA, Storage kB, class T, class C, class Epilogue>
__global__ void __launch_bounds__(Tile::kThreads, Tile::kResident) matmul_tensor_kernel(Product<T, C, Epilogue> a) {
  const Corner at = corner<Tile>(a.shape.m, a.shape.n);
  const auto sums = multiply_tile<Tile, kA, kB>(a, at, dynamic_shared<T>());
  __syncthreads();  // nobody reads the stages any more
  sums.each(dynamic_shared<float>() + threadIdx.x / 32 * kSlab, [&](int row, int column, auto sum) {
    store_sums<true>(a, sum, {blockIdx.z, at.row + row, at.column + column});
  });
}

namespace {

template <class Tile, Storage kA, Storage kB, class T, class C, class Epilogue>
void launch(Cuda& on, const Product<T, C, Epilogue>& a) {
  constexpr std::size_t bytes = Steps<Tile, kA, kB, T>::kBytes;
  const unsigned blocks = blocks_for(tiles<Tile>(a.shape.m, a.shape.n), 1);
  each_part_of_batch(a, [&](const Product<T, C, Epilogue>& part, unsigned matrices) {
    on.launch("matmul_tensor", {{blocks, 1, matrices}, Tile::kThreads, bytes},
              matmul_tensor_kernel<Tile, kA, kB, T, C, Epilogue>, part);
  });
}

template <class Tile, class Multiplied>
void launch_stored(Cuda& on, const Multiplied& a) {
  constexpr auto along = Storage::kAlong, across = Storage::kAcross;
  const bool both = a.shape.transpose_a && a.shape.transpose_b;
  if (both) launch<Tile, across, along>(on, a);
  else if (a.shape.transpose_a) launch<Tile, across, across>(on, a);
  else if (a.shape.transpose_b) launch<Tile, along, along>(on, a);
  else launch<Tile, along, across>(on, a);
}

}  // namespace

template <class T, class C, class Epilogue>
void multiply_on_tensor_cores(Cuda& on, const Product<T, C, Epilogue>& a) {
  const Matmul& s = a.shape;
  if (worth_large_tiles<Large, Small>({s.m, s.n, s.batch}, on.multiprocessors())) launch_stored<Large>(on, a);
  else launch_stored<Small>(on, a);
}

SOPHIA_PRODUCTS(multiply_on_tensor_cores)

}  // namespace sophia
