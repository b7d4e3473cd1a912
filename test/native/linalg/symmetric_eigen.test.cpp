#include "../../../native/linalg/symmetric_eigen.h"
#include "../../../native/cpu/cpu.h"
#include "../check.h"
#include "square_matrices.h"

using namespace sophia;
using namespace matrices;
using check::expect;

namespace {

template <class Set, class T>
std::vector<T> eigenvectors(const std::vector<T>& from, std::int64_t size, int threads = 1) {
  const auto batch = static_cast<std::int64_t>(from.size()) / (size * size);
  std::vector<T> matrices = from, vectors(from.size(), T(NAN)),
                 scratch(static_cast<std::size_t>(symmetric_eigen_scratch(batch, size)) + 1, T(NAN));
  scratch.back() = 7;
  Cpu<Set> on(threads);
  symmetric_eigen(on, SymmetricEigen<T>{batch, size, {matrices.data()}, {vectors.data()}, {scratch.data()}});
  if (scratch.back() != 7) vectors.assign(vectors.size(), T(NAN));  // wrote too far
  return vectors;
}

struct Spectrum {
  double beside = 0, rising = 0;  // what stands beside the diagonal of Vᵀ M V, and by how much it rises
};
Spectrum spectrum(Square m, Square vectors) {
  const auto all = rotated(m, vectors);
  const std::int64_t n = m.size;
  const auto at = [&](std::int64_t i, std::int64_t j) { return all[static_cast<std::size_t>(i * n + j)]; };
  double size = 0;
  Spectrum s;
  for (std::int64_t i = 0; i < n; ++i) size = std::max(size, std::abs(at(i, i)));
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j)
      if (i != j) s.beside = std::max(s.beside, std::abs(at(i, j)));
    if (i > 0) s.rising = std::max(s.rising, at(i, i) - at(i - 1, i - 1));
  }
  return size > 0 ? Spectrum{s.beside / size, s.rising / size} : s;
}

constexpr std::int64_t kEigenSizes[] = {1, 2, 3, 7, 32, 33, 65, 130};

}  // namespace

TEST("Eigenvectors are orthogonal, diagonalise and come in order") {
  for (const auto size : kEigenSizes) {
    const Numbers all = together({positive(size, size, 1), positive(size, 1, 2), multiple_of_identity(size, 0),
                                  multiple_of_identity(size, 2.5f), repeated(size), positive(size, size + 5, 3, 1e-30f),
                                  positive(size, size, 4, 1e30f), positive(size, (size + 1) / 2, 5)});
    const char* const kinds[] = {"any", "rank one", "zero", "a multiple of 1", "repeated", "tiny", "huge", "half rank"};
    const Numbers vectors = eigenvectors<Isa>(all, size);
    for (std::int64_t i = 0; i < 8; ++i) {
      const std::string who = text("eigenvectors of size ", size, ", ", kinds[i]);
      const Spectrum s = spectrum(matrix(all, size, i), matrix(vectors, size, i));
      expect(who + ": orthogonal", not_orthogonal(matrix(vectors, size, i)), 6e-6);
      expect(who + ": diagonal", s.beside, 3e-6);
      expect(who + ": descending", s.rising, 3e-6);
    }
  }
}

TEST("Eigenvectors have the same bits for any number of threads, alone or in a batch") {
  for (const std::int64_t size : {7, 33, 65}) {
    const Numbers one = positive(size, size, 1), two = positive(size, size, 2), three = positive(size, 3, 3);
    const Numbers all = together({one, two, three, one});
    const Numbers want = together({eigenvectors<Isa>(one, size), eigenvectors<Isa>(two, size),
                                   eigenvectors<Isa>(three, size), eigenvectors<Isa>(one, size)});
    bool same = true;
    for (const int threads : {1, 2, 3}) same = same && eigenvectors<Isa>(all, size, threads) == want;
    expect(text("eigenvectors of size ", size, ": the same for 1, 2 and 3 threads"), same);
  }
}

TEST("Eigenvectors of what is not finite are NaN, and those beside it are not") {
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    constexpr std::int64_t kSize = 33, kCount = kSize * kSize;
    bool lost = true;
    for (const std::size_t at : {0, 5, 544, 1088}) {
      Numbers broken = positive(kSize, kSize, 1);
      broken[at] = bad;
      const Numbers vectors = eigenvectors<Isa>(together({broken, positive(kSize, kSize, 2)}), kSize);
      lost = lost && std::all_of(vectors.begin(), vectors.begin() + kCount, [](float x) { return x != x; });
      lost = lost && not_orthogonal(matrix(vectors, kSize, 1)) < 1e-5;
    }
    expect(text("eigenvectors: one ", bad, " is seen everywhere, and nowhere else"), lost);
  }
  expect("eigenvectors: NaN of size 1", std::isnan(eigenvectors<Isa>(Numbers{NAN}, 1)[0]));
}

// Eigenvalues 1, 2, …: far enough from each other that their vectors are told apart, up to a sign.
TEST("Eigenvectors in float are those in double") {
  for (const std::int64_t size : {3, 7, 33}) {
    const Numbers basis = eigenvectors<Isa>(positive(size, size, 9), size);
    Numbers m(basis.size());
    for (std::int64_t i = 0; i < size; ++i)
      for (std::int64_t j = 0; j < size; ++j) {
        double sum = 0;
        for (std::int64_t k = 0; k < size; ++k)
          sum += static_cast<double>(k + 1) * matrix(basis, size, 0).at(i, k) * matrix(basis, size, 0).at(j, k);
        m[static_cast<std::size_t>(i * size + j)] = static_cast<float>(sum);
      }
    const Numbers got = eigenvectors<Isa>(m, size);
    const auto want = eigenvectors<Float64>(std::vector<double>(m.begin(), m.end()), size);
    double worst = 0;
    for (std::int64_t j = 0; j < size; ++j) {
      double dot = 0;
      for (std::int64_t i = 0; i < size; ++i)
        dot += got[static_cast<std::size_t>(i * size + j)] * want[static_cast<std::size_t>(i * size + j)];
      worst = std::max(worst, std::abs(std::abs(dot) - 1));
    }
    expect(text("eigenvectors of size ", size, " in float: 1 − |cos| from double"), worst, 1e-6);
  }
}
