// The scalar product of two flat vectors,  Σ xᵢ yᵢ,  and with y = x the norm of a gradient and whether it is finite.
//
//   x, y      (count)                any gaps between their tensors hold zeros
//   partial   (dot_blocks(count))    sums over blocks of fixed length
//   result    (1)
//
// Products and sums are doubles: no product of floats overflows in them, so that a sum of squares is finite exactly
// when every number is. Blocks are added up in order; the bits do not depend on the number of threads.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

inline constexpr std::int64_t kDotBlock = 4096;

constexpr std::int64_t dot_blocks(std::int64_t count) { return (count + kDotBlock - 1) / kDotBlock; }

template <class T>
struct Dot {
  View<T> x, y;
  std::int64_t count;
  double *partial, *result;
};

template <class Isa, class T>
void dot(Cpu<Isa>&, const Dot<T>&);
template <class T>
void dot(Cuda&, const Dot<T>&);

struct Norm {
  double value;
  bool finite;
};

HD Norm norm(double sum_of_squares) { return {sqrt(sum_of_squares), sum_of_squares - sum_of_squares == 0}; }

namespace dots {

template <class Team, class T>
HD void sum_block(Team team, const Dot<T>& a, std::int64_t block) {
  const std::int64_t first = block * kDotBlock, left = a.count - first;
  const auto x = a.x + first, y = a.y + first;
  const double sum = team.sum(left < kDotBlock ? left : kDotBlock, [&](auto i) { return widen(x[i]) * widen(y[i]); });
  if (team.leads()) a.partial[block] = sum;
}

template <class T>
HD void finish(const Dot<T>& a) {
  double sum = 0;
  for (std::int64_t b = 0; b < dot_blocks(a.count); ++b) sum += a.partial[b];
  *a.result = sum;
}

}  // namespace dots
}  // namespace sophia
