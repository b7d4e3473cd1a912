// Column sums on the GPU: a block per part of the rows and strip of columns, whose warps share the rows; then the same
// kernel once more, over the sums of the parts.
#include "reduce.h"
#include <algorithm>
#include "../cuda/scratch.h"
#include "../cuda/team.h"
#include "../cuda/width.h"

namespace sophia {

namespace {

// 16 rows of a part for every warp, and at most 128 sums to add up afterwards: what is written and read once more is
// less than a sixtieth of the matrix.
constexpr int kWarps = 8, kLanes = 32;
constexpr std::int64_t kParts = 128, kLeastRows = 128;

std::int64_t rows_per_part(std::int64_t rows) { return std::max(kLeastRows, (rows + kParts - 1) / kParts); }

// Row p of `to` is given the sum of part p, or has it added.
template <class T, class S>
struct ColumnSums {
  std::int64_t rows, columns, part;
  View<T> x;
  View<S> to;
  bool adds;
};

}  // namespace

template <int N, class T, class S>
__global__ void column_sums_kernel(ColumnSums<T, S> a) {
  constexpr int kStrip = kLanes * N;
  __shared__ __align__(16) Number<S> memory[kHalves<S> * kWarps * kStrip];
  const auto of_warps = view_of(memory, kWarps * kStrip, View<S>{});
  const At<N> mine{static_cast<int>(threadIdx.x) * N}, c{static_cast<std::ptrdiff_t>(blockIdx.x) * kStrip + mine.index};
  const std::int64_t first = blockIdx.y * a.part, end = std::min(a.rows, first + a.part);
  const bool idle = c.index >= a.columns;

  decltype(a.x[c]) sum(0);
  if (!idle)
    for (std::int64_t r = first + threadIdx.y; r < end; r += kWarps) sum = sum + a.x.row(r, a.columns)[c];
  of_warps.row(threadIdx.y, kStrip).store(mine, sum);
  __syncthreads();
  if (idle || threadIdx.y > 0) return;
  for (int warp = 1; warp < kWarps; ++warp) sum = sum + of_warps.row(warp, kStrip)[mine];
  if (a.adds) add(a.to.row(blockIdx.y, a.columns), c, sum);
  else a.to.row(blockIdx.y, a.columns).store(c, sum);
}

template <class T, class S>
void add_column_sums(Cuda& on, std::int64_t rows, std::int64_t columns, View<T> x, View<S> sums) {
  const std::int64_t part = rows_per_part(rows), parts = (rows + part - 1) / part;
  const auto partial = view_of(on.scratch<Number<S>>(kHalves<S> * parts * columns), parts * columns, sums);
  const auto launch = [&]<int N>() {
    const auto pass = [&]<class X>(const ColumnSums<X, S>& a) {
      const Grid grid{{blocks_for(columns, kLanes * N), blocks_for(a.rows, a.part)}, {kLanes, kWarps}};
      on.launch("column_sums", grid, column_sums_kernel<N, X, S>, a);
    };
    if (parts <= 1) return pass(ColumnSums<T, S>{rows, columns, part, x, sums, true});
    pass(ColumnSums<T, S>{rows, columns, part, x, partial, false});
    pass(ColumnSums<S, S>{parts, columns, parts, partial, sums, true});
  };
  with_width(columns, launch, x, sums, partial);
}

template void add_column_sums(Cuda&, std::int64_t, std::int64_t, View<float>, View<float>);
template void add_column_sums(Cuda&, std::int64_t, std::int64_t, View<Dual<float>>, View<Dual<float>>);
template void add_column_sums(Cuda&, std::int64_t, std::int64_t, View<Bf16>, View<float>);

}  // namespace sophia
