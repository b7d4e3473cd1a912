// The sum of squares on the GPU: a warp per piece; then a warp per tensor adds up what its pieces have summed.
#include "squares.h"
#include "../cuda/pieces.h"

namespace sophia {

template <class T>
__global__ void squares_kernel(Squares<T> a, bool aligned) {
  with_piece(a, aligned, [&](auto team, std::int64_t p) { squares::sum_piece(team, a, p); });
}

template <class T>
void sum_squares(Cuda& on, const Squares<T>& a) {
  on.launch("squares", piece_warps(a.table.piece_count), squares_kernel<T>, a, a.aligned);
  add_totals(on, a);
}

template void sum_squares(Cuda&, const Squares<float>&);

}  // namespace sophia
