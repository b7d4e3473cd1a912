// Batches of square matrices and what a decomposition of them is held to, for any backend.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

namespace matrices {

using Numbers = std::vector<float>;

struct Square {
  std::int64_t size;
  const float* numbers;
  double at(std::int64_t i, std::int64_t j) const { return numbers[i * size + j]; }
};
inline Square matrix(const Numbers& all, std::int64_t size, std::int64_t number) {
  return {size, all.data() + number * size * size};
}

inline Numbers draw(std::int64_t count, unsigned seed, float size = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Numbers x(static_cast<std::size_t>(count));
  for (float& v : x) v = size * normal(random);
  return x;
}

// G Gᵀ of G (size, rank), symmetric to the last bit.
inline Numbers positive(std::int64_t size, std::int64_t rank, unsigned seed, float scale = 1) {
  const Numbers g = draw(size * rank, seed);
  Numbers x(static_cast<std::size_t>(size * size));
  for (std::int64_t i = 0; i < size; ++i)
    for (std::int64_t j = 0; j < size; ++j) {
      double sum = 0;
      for (std::int64_t k = 0; k < rank; ++k)
        sum +=
            static_cast<double>(g[static_cast<std::size_t>(i * rank + k)]) * g[static_cast<std::size_t>(j * rank + k)];
      x[static_cast<std::size_t>(i * size + j)] = static_cast<float>(scale * sum);
    }
  return x;
}

inline Numbers multiple_of_identity(std::int64_t size, float x) {
  Numbers all(static_cast<std::size_t>(size * size));
  for (std::int64_t i = 0; i < size; ++i) all[static_cast<std::size_t>(i * (size + 1))] = x;
  return all;
}

// 1 + |i − j| mod 3 in blocks: many eigenvalues come several times.
inline Numbers repeated(std::int64_t size) {
  Numbers all(static_cast<std::size_t>(size * size));
  for (std::int64_t i = 0; i < size; ++i)
    for (std::int64_t j = 0; j < size; ++j)
      if (i / 4 == j / 4) all[static_cast<std::size_t>(i * size + j)] = i == j ? 3.0f : 1.0f;
  return all;
}

inline Numbers together(std::initializer_list<Numbers> parts) {
  Numbers all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// The largest |Qᵀ Q − 1|.
inline double not_orthogonal(Square q) {
  double worst = 0;
  for (std::int64_t i = 0; i < q.size; ++i)
    for (std::int64_t j = 0; j < q.size; ++j) {
      double sum = i == j ? -1 : 0;
      for (std::int64_t k = 0; k < q.size; ++k) sum += q.at(k, i) * q.at(k, j);
      worst = sum == sum ? std::max(worst, std::abs(sum)) : INFINITY;
    }
  return worst;
}

// Qᵀ M Q, row-major.
inline std::vector<double> rotated(Square m, Square q) {
  const std::int64_t n = m.size;
  std::vector<double> half(static_cast<std::size_t>(n * n)), all(half.size());
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t k = 0; k < n; ++k)
      for (std::int64_t j = 0; j < n; ++j) half[static_cast<std::size_t>(i * n + j)] += m.at(i, k) * q.at(k, j);
  for (std::int64_t k = 0; k < n; ++k)
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j)
        all[static_cast<std::size_t>(i * n + j)] += q.at(k, i) * half[static_cast<std::size_t>(k * n + j)];
  return all;
}

inline double largest(Square m) {
  double x = 0;
  for (std::int64_t i = 0; i < m.size * m.size; ++i) x = std::max(x, std::abs(static_cast<double>(m.numbers[i])));
  return x;
}

}  // namespace matrices
