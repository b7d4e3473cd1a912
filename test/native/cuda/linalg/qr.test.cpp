#include "../../../../native/linalg/qr.h"
#include "../../../../native/cpu/cpu.h"
#include "../../linalg/square_matrices.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using namespace matrices;
using check::expect;

namespace {

Numbers factors_on_cuda(const Numbers& from, std::int64_t size, int shift = 1) {
  const auto batch = static_cast<std::int64_t>(from.size()) / (size * size);
  Cuda on;
  DeviceVector<float> factors(on, from, shift),
      scratch(on, Numbers(static_cast<std::size_t>(qr_scratch(batch, size)), NAN));
  orthogonalize(on, Qr<float>{batch, size, {factors.data()}, {scratch.data()}});
  return factors.read();
}

Numbers factors_on_host(Numbers factors, std::int64_t size) {
  const auto batch = static_cast<std::int64_t>(factors.size()) / (size * size);
  Numbers scratch(static_cast<std::size_t>(qr_scratch(batch, size)));
  Cpu<Isa> on(1);
  orthogonalize(on, Qr<float>{batch, size, {factors.data()}, {scratch.data()}});
  return factors;
}

}  // namespace

TEST("Orthogonal factors on cuda are those on the CPU") {
  for (const std::int64_t size : {1, 2, 7, 33, 65}) {
    Numbers a = draw(2 * size * size, 8u, 0.1f);
    for (std::int64_t m = 0; m < 2; ++m)
      for (std::int64_t i = 0; i < size; ++i) a[static_cast<std::size_t>(m * size * size + i * (size + 1))] += 2;
    const Numbers want = factors_on_host(a, size);
    for (const int shift : {0, 1}) {
      const Numbers got = factors_on_cuda(a, size, shift);
      double worst = 0;
      for (std::size_t i = 0; i < got.size(); ++i)
        worst = std::max(worst, std::abs(static_cast<double>(got[i]) - want[i]));
      expect(text("orthogonal factor on cuda of size ", size, " at shift ", shift), worst, 3e-6);
    }
  }
  emulated::expect_no_faults("orthogonal factors on cuda");
}

TEST("Orthogonal factors on cuda are orthogonal where a matrix is singular") {
  for (const std::int64_t size : {7, 40}) {
    const Numbers all = together({positive(size, 1, 2), multiple_of_identity(size, 0), positive(size, 3, 5)});
    const Numbers factors = factors_on_cuda(all, size);
    for (std::int64_t i = 0; i < 3; ++i)
      expect(text("orthogonal factor on cuda of size ", size, ", matrix ", i), not_orthogonal(matrix(factors, size, i)),
             3e-6);
  }
  const Numbers lost = factors_on_cuda(Numbers(49, NAN), 7);
  expect("orthogonal factor on cuda: NaN", std::all_of(lost.begin(), lost.end(), [](float x) { return x != x; }));
}

TEST("Orthogonal factors on cuda, emulated") {
  const Numbers all = draw(2 * 35 * 35, 3u);
  emulated::same_in_every_order("Orthogonal factors on cuda", [&] { return factors_on_cuda(all, 35); });
}
