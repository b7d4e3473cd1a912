#include "../../../native/linalg/qr.h"
#include "../../../native/cpu/cpu.h"
#include "../check.h"
#include "square_matrices.h"

using namespace sophia;
using namespace matrices;
using check::expect;

namespace {

template <class Set, class T>
std::vector<T> orthogonal_factors(const std::vector<T>& from, std::int64_t size, int threads = 1) {
  const auto batch = static_cast<std::int64_t>(from.size()) / (size * size);
  std::vector<T> factors = from, scratch(static_cast<std::size_t>(qr_scratch(batch, size)) + 1, T(NAN));
  scratch.back() = 7;
  Cpu<Set> on(threads);
  orthogonalize(on, Qr<T>{batch, size, {factors.data()}, {scratch.data()}});
  if (scratch.back() != 7) factors.assign(factors.size(), T(NAN));  // wrote too far
  return factors;
}

// The largest number of QᵀA below its diagonal, for columns of A of about that size.
double below_diagonal(Square a, Square q, double size) {
  double worst = 0;
  for (std::int64_t j = 0; j < a.size; ++j)
    for (std::int64_t i = j + 1; i < a.size; ++i) {
      double sum = 0;
      for (std::int64_t k = 0; k < a.size; ++k) sum += q.at(k, i) * a.at(k, j);
      worst = std::max(worst, std::abs(sum));
    }
  return worst / size;
}

constexpr std::int64_t kQrSizes[] = {1, 2, 3, 7, 31, 32, 33, 65, 130};

}  // namespace

TEST("An orthogonal factor is orthogonal and makes its matrix triangular") {
  for (const auto size : kQrSizes) {
    const std::int64_t count = size * size;
    Numbers ones(static_cast<std::size_t>(count), 1.0f), gap = draw(count, 6);
    for (std::int64_t i = 0; i < size; ++i) gap[static_cast<std::size_t>(i * size + size / 2)] = 0;
    const Numbers all = together({draw(count, 1), positive(size, 1, 2), multiple_of_identity(size, 0),
                                  multiple_of_identity(size, -2.5f), ones, draw(count, 3, 1e-30f),
                                  draw(count, 4, 1e30f), positive(size, (size + 1) / 2, 5), gap});
    const char* const kinds[] = {"any",  "rank one", "zero",      "a multiple of 1",  "ones",
                                 "tiny", "huge",     "half rank", "a column of zeros"};
    const Numbers factors = orthogonal_factors<Isa>(all, size);
    for (std::int64_t i = 0; i < 9; ++i) {
      const std::string who = text("orthogonal factor of size ", size, ", ", kinds[i]);
      const Square a = matrix(all, size, i), q = matrix(factors, size, i);
      expect(who + ": orthogonal", not_orthogonal(q), 3e-6);
      expect(who + ": triangular", below_diagonal(a, q, std::max(largest(a) * std::sqrt(size), 1e-38)), 3e-6);
    }
  }
}

TEST("Orthogonal factors have the same bits for any number of threads, alone or in a batch") {
  for (const std::int64_t size : {7, 33, 65}) {
    const Numbers one = draw(size * size, 1), two = draw(size * size, 2), three = positive(size, 3, 3);
    const Numbers want = together(
        {orthogonal_factors<Isa>(one, size), orthogonal_factors<Isa>(two, size), orthogonal_factors<Isa>(three, size)});
    bool same = true;
    for (const int threads : {1, 2, 3})
      same = same && orthogonal_factors<Isa>(together({one, two, three}), size, threads) == want;
    expect(text("orthogonal factor of size ", size, ": the same for 1, 2 and 3 threads"), same);
  }
}

TEST("An orthogonal factor is NaN from a NaN on, and nowhere else") {
  constexpr std::int64_t kSize = 70, kCount = kSize * kSize;
  for (const float bad : {NAN, INFINITY})
    for (const std::int64_t column : {0, 40, 69}) {
      Numbers broken = draw(kCount, 1);
      broken[static_cast<std::size_t>(3 * kSize + column)] = bad;
      const Numbers factors = orthogonal_factors<Isa>(together({broken, draw(kCount, 2)}), kSize);
      bool lost = true;
      for (std::int64_t i = 0; i < kCount; ++i)
        lost = lost && (i % kSize < column || std::isnan(factors[static_cast<std::size_t>(i)]));
      expect(text("orthogonal factor with ", bad, " in column ", column, ": the columns from there on are lost"), lost);
      expect("orthogonal factor: not that of another matrix", not_orthogonal(matrix(factors, kSize, 1)), 3e-6);
    }
  expect("orthogonal factor: NaN of size 1", std::isnan(orthogonal_factors<Isa>(Numbers{NAN}, 1)[0]));
}

// LAPACK's signs: the diagonal of R has the sign that the column does not have.
TEST("Orthogonal factors in float are those in double") {
  for (const std::int64_t size : {2, 7, 33, 65}) {
    Numbers a = draw(size * size, 8, 0.1f);
    for (std::int64_t i = 0; i < size; ++i) a[static_cast<std::size_t>(i * (size + 1))] += 2;
    const Numbers got = orthogonal_factors<Isa>(a, size);
    const auto want = orthogonal_factors<Float64>(std::vector<double>(a.begin(), a.end()), size);
    double worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i) worst = std::max(worst, std::abs(got[i] - want[i]));
    expect(text("orthogonal factor of size ", size, " in float"), worst, 3e-6);
    expect("orthogonal factor: of the sign of LAPACK's", got[0] < 0);
  }
}
