#include "../../../../native/linalg/symmetric_eigen.h"
#include "../../../../native/cpu/cpu.h"
#include "../../linalg/square_matrices.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using namespace matrices;
using check::expect;

namespace {

Numbers eigenvectors_on_cuda(const Numbers& from, std::int64_t size) {
  const auto batch = static_cast<std::int64_t>(from.size()) / (size * size);
  Cuda on;
  DeviceVector<float> all(on, from, 1), vectors(on, Numbers(from.size(), NAN), 1),
      scratch(on, Numbers(static_cast<std::size_t>(symmetric_eigen_scratch(batch, size)), NAN));
  symmetric_eigen(on, SymmetricEigen<float>{batch, size, {all.data()}, {vectors.data()}, {scratch.data()}});
  return vectors.read();
}

// The most that stands beside the diagonal of Vᵀ M V or rises along it, of its largest number.
double not_in_order(Square m, Square vectors) {
  const auto all = rotated(m, vectors);
  const std::int64_t n = m.size;
  const auto at = [&](std::int64_t i, std::int64_t j) { return all[static_cast<std::size_t>(i * n + j)]; };
  double size = 0, worst = 0;
  for (std::int64_t i = 0; i < n; ++i) size = std::max(size, std::abs(at(i, i)));
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j)
      if (i != j) worst = std::max(worst, std::abs(at(i, j)));
    if (i > 0) worst = std::max(worst, at(i, i) - at(i - 1, i - 1));
  }
  return size > 0 ? worst / size : worst;
}

}  // namespace

TEST("Eigenvectors on cuda are orthogonal, diagonalise and come in order") {
  for (const std::int64_t size : {1, 2, 7, 33}) {
    const Numbers all =
        together({positive(size, size, 1), positive(size, 1, 2), multiple_of_identity(size, 0), repeated(size)});
    const Numbers vectors = eigenvectors_on_cuda(all, size);
    for (std::int64_t i = 0; i < 4; ++i) {
      const Square v = matrix(vectors, size, i);
      expect(text("eigenvectors on cuda of size ", size, ", matrix ", i, ": orthogonal"), not_orthogonal(v), 3e-6);
      expect("eigenvectors on cuda: diagonal and descending", not_in_order(matrix(all, size, i), v), 3e-6);
    }
  }
  emulated::expect_no_faults("eigenvectors on cuda");
}

TEST("Eigenvectors on cuda of what is not finite are NaN, and those beside it are not") {
  constexpr std::int64_t kSize = 9;
  for (const float bad : {NAN, INFINITY}) {
    Numbers broken = positive(kSize, kSize, 1);
    broken[40] = bad;
    const Numbers vectors = eigenvectors_on_cuda(together({broken, positive(kSize, kSize, 2)}), kSize);
    const bool lost = std::all_of(vectors.begin(), vectors.begin() + kSize * kSize, [](float x) { return x != x; });
    expect(text("eigenvectors on cuda: one ", bad, " is seen everywhere"), lost);
    expect("eigenvectors on cuda: and nowhere else", not_orthogonal(matrix(vectors, kSize, 1)), 3e-6);
  }
}

TEST("Eigenvectors on cuda, emulated") {
  const Numbers all = positive(19, 19, 3);
  emulated::same_in_every_order("Eigenvectors on cuda", [&] { return eigenvectors_on_cuda(all, 19); });
}
