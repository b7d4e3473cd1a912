// The sum of squares of tensors that lie each in memory of its own,  Σ gᵢ²:  the norm of a gradient, and whether it is
// finite, as dot.h has it for one arena.
//
//   tensors   (tensors)      where each begins
//   totals    (tensors + 1)  of each tensor and, last, of all
//   partial   (pieces)       of each piece
//
// Squares and sums are doubles: no square of a float overflows in them, so that a sum is finite exactly when every
// number is.
#pragma once
#include "../core/backend.h"
#include "pieces.h"

namespace sophia {

using SquareSum = Tally<double, 1>;
enum class SquareOf { kNumbers };

template <class T>
struct Squares {
  const View<T>* tensors;
  PieceTable table;
  SquareSum *totals, *partial;
  bool aligned = true;  // on the GPU: every tensor begins at a multiple of 128 bits
};

template <class Isa, class T>
void sum_squares(Cpu<Isa>&, const Squares<T>&);
template <class T>
void sum_squares(Cuda&, const Squares<T>&);

namespace squares {

template <class Team, class T>
HD void sum_piece(Team team, const Squares<T> a, std::int64_t p) {
  const Piece piece = a.table.pieces[p];
  const View<T> x = at_piece({}, a.tensors, a.table, piece);
  const double sum = team.sum(piece.count, [&](auto i) { return square(widen(x[i])); });
  if (team.leads()) a.partial[p][SquareOf::kNumbers] = sum;
}

}  // namespace squares
}  // namespace sophia
