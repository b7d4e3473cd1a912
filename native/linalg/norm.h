// The L2 norm of a flat gradient, and whether all of it is finite.
//
//   x         (count)                 any gaps between its tensors hold zeros
//   partial   (norm_blocks(count))    sums of squares of blocks of fixed length
//   result    (1)
//
// Squares and sums are doubles: no float overflows in them, so that the sum is finite exactly when every number is.
// Blocks are added up in order; the bits do not depend on the number of threads.
#pragma once
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

inline constexpr std::int64_t kNormBlock = 4096;

constexpr std::int64_t norm_blocks(std::int64_t count) { return (count + kNormBlock - 1) / kNormBlock; }

struct Norm {
  double value;
  bool finite;
};

template <class T>
struct GlobalNorm {
  View<T> x;
  std::int64_t count;
  double* partial;
  Norm* result;
};

template <class Isa, class T>
void global_norm(Cpu<Isa>&, const GlobalNorm<T>&);
template <class T>
void global_norm(Cuda&, const GlobalNorm<T>&);

namespace norm {

template <class Team, class T>
HD void sum_block(Team team, const GlobalNorm<T>& a, std::int64_t block) {
  const std::int64_t first = block * kNormBlock, left = a.count - first;
  const auto x = a.x + first;
  const double sum = team.sum(left < kNormBlock ? left : kNormBlock, [&](auto i) { return square(widen(x[i])); });
  if (team.leads()) a.partial[block] = sum;
}

template <class T>
HD void finish(const GlobalNorm<T>& a) {
  double sum = 0;
  for (std::int64_t b = 0; b < norm_blocks(a.count); ++b) sum += a.partial[b];
  *a.result = {sqrt(sum), sum - sum == 0};
}

}  // namespace norm
}  // namespace sophia
