// Matrices of length 1:  Y = X / (‖X‖ + ε),  ‖X‖ the root of the sum of squares; each matrix of a batch by itself.
//
//   from, to   (batch, count)                     one matrix after the other; may be the same memory
//   partial    (normalize_sums(batch, count))     sums of squares over blocks of fixed length
//
// Squares and sums are doubles, in an order that depends on the count alone: no square of a float overflows, and the
// bits are the same for any number of threads, and alone or in a batch. A matrix of zeros stays one; a NaN, or an
// infinity, makes all of its matrix NaN or zero, and none else. A float holds 1/ε for no ε below 2⁻¹²⁶.
#pragma once
#include <algorithm>
#include "../core/backend.h"
#include "../core/view.h"

namespace sophia {

template <class T>
struct Normalize {
  std::int64_t batch, count;
  View<T> from, to;
  double epsilon;
  double* partial;
};

template <class Isa, class T>
void normalize(Cpu<Isa>&, const Normalize<T>&);
template <class T>
void normalize(Cuda&, const Normalize<T>&);

namespace normalizing {

// Numbers of a block: some microseconds of work, and at most 1024 blocks of a matrix, whose sums all of them add up.
// Whole packs, so that a block is aligned where its matrix is.
constexpr std::int64_t block_length(std::int64_t count) {
  constexpr std::int64_t kLeast = 4096, kMostBlocks = 1024, kPack = 16;
  const std::int64_t length = std::max(kLeast, (count + kMostBlocks - 1) / kMostBlocks);
  return (length + kPack - 1) / kPack * kPack;
}
constexpr std::int64_t blocks(std::int64_t count) { return (count + block_length(count) - 1) / block_length(count); }

// Which numbers a block has, counted through the batch.
struct Block {
  std::int64_t matrix, first, count;
};
template <class T>
HD Block block_of(const Normalize<T>& a, std::int64_t index) {
  const std::int64_t of_matrix = blocks(a.count), length = block_length(a.count), begin = index % of_matrix * length;
  const std::int64_t matrix = index / of_matrix, left = a.count - begin;
  return {matrix, matrix * a.count + begin, left < length ? left : length};
}

template <class Team, class T>
HD void sum_block(Team team, const Normalize<T>& a, std::int64_t index) {
  const Block block = block_of(a, index);
  const View<T> x = a.from + block.first;
  const double sum = team.sum(block.count, [&](auto i) { return square(widen(x[i])); });
  if (team.leads()) a.partial[index] = sum;
}

// `single` is the team in single numbers, for the sums, which lie at any address.
template <class Team, class Single, class T>
HD void scale_block(Team team, Single single, const Normalize<T>& a, std::int64_t index) {
  const Block block = block_of(a, index);
  const View<double> sums{a.partial + block.matrix * blocks(a.count)};
  const double norm = sqrt(single.sum(blocks(a.count), [&](auto i) { return sums[i]; }));
  const T factor = static_cast<T>(1 / (norm + a.epsilon));
  const View<T> x = a.from + block.first, y = a.to + block.first;
  team.each(block.count, [&](auto i) { y.store(i, x[i] * factor); });
}

}  // namespace normalizing

constexpr std::int64_t normalize_sums(std::int64_t batch, std::int64_t count) {
  return batch * normalizing::blocks(count);
}

}  // namespace sophia
