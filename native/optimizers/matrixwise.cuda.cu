// The passes of matrix optimizers on the GPU: a warp per piece.
#include "../cuda/pieces.h"
#include "matrix_registry.h"

namespace sophia {

template <class Formula, class O, class T>
__global__ void matrixwise_kernel(Sheet<O, T> a) {
  const std::int64_t p = number_of_piece_warp();
  if (p >= a.table.piece_count || !a.now->finite) return;
  const Piece& piece = a.table.pieces[p];
  const std::int64_t places = piece.offset | piece.work | a.table.spans[piece.span].offset;
  if (a.aligned && places % kWide == 0) matrixwise::pass_piece<Formula>(Warp<kWide>{}, a, p);
  else matrixwise::pass_piece<Formula>(Warp<1>{}, a, p);
}

template <class Formula, class O, class T>
void pass(Cuda& on, const Sheet<O, T>& a) {
  on.launch("matrixwise", piece_warps(a.table.piece_count), matrixwise_kernel<Formula, O, T>, a);
}

template <class O, class T>
void add_sums(Cuda& on, const SheetSums<O, T>& a) {
  add_totals(on, a);
}

#define SOPHIA_INSTANTIATE_PASS(O, Formula) template void pass<Formula>(Cuda&, const Sheet<O, float>&);
SOPHIA_MATRIX_PASSES(SOPHIA_INSTANTIATE_PASS)
#define SOPHIA_INSTANTIATE_SUMS(O) template void add_sums(Cuda&, const SheetSums<O, float>&);
SOPHIA_MATRIX_OPTIMIZERS(SOPHIA_INSTANTIATE_SUMS)

}  // namespace sophia
