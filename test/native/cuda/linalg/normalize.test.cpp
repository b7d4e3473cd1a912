#include "../../../../native/linalg/normalize.h"
#include <cmath>
#include <random>
#include "../emulated.h"
#include "../memory.h"

namespace {

using namespace sophia;
using check::expect;

constexpr double kEpsilon = 1e-36;

std::vector<float> draw_matrices(std::int64_t count, float size) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<std::size_t>(count));
  for (float& number : x) number = size * normal(random);
  return x;
}

std::vector<float> normalized_on_cuda(const std::vector<float>& x, std::int64_t batch, int shift, bool in_place) {
  Cuda on;
  const std::int64_t count = static_cast<std::int64_t>(x.size()) / batch;
  DeviceVector<float> from(on, x, shift), to(on, std::vector<float>(x.size()), shift);
  DeviceVector<double> partial(on, std::vector<double>(static_cast<std::size_t>(normalize_sums(batch, count))));
  DeviceVector<float>& result = in_place ? from : to;
  normalize(on, Normalize<float>{batch, count, {from.data()}, {result.data()}, kEpsilon, partial.data()});
  return result.read();
}

// The largest error, as a part of the number.
double worst(const std::vector<float>& x, const std::vector<float>& y, std::int64_t batch) {
  const std::size_t count = x.size() / static_cast<std::size_t>(batch);
  double most = 0;
  for (std::size_t first = 0; first < x.size(); first += count) {
    double sum = 0;
    for (std::size_t i = first; i < first + count; ++i) sum += static_cast<double>(x[i]) * x[i];
    for (std::size_t i = first; i < first + count; ++i) {
      const double error = std::abs(y[i] / (x[i] / (std::sqrt(sum) + kEpsilon)) - 1);
      most = error <= most ? most : error;
    }
  }
  return most;
}

}  // namespace

TEST("Normalize on cuda makes every matrix of a batch one of length 1") {
  for (const std::int64_t count : {1, 3, 16, 255, 4096, 4100, 12289})
    for (const float size : {1e-30f, 1.0f, 1e30f})
      for (const int shift : {0, 1}) {
        const auto x = draw_matrices(3 * count, size);
        expect(text("normalize on cuda 3 × ", count, " numbers of size ", size, " at shift ", shift),
               worst(x, normalized_on_cuda(x, 3, shift, shift == 0), 3), 2e-7);
      }
}

TEST("Normalize on cuda keeps zeros and lets NaN through") {
  auto x = draw_matrices(3 * 100, 1);
  std::fill(x.begin(), x.begin() + 100, 0.0f);
  x[150] = NAN;
  const auto y = normalized_on_cuda(x, 3, 0, true);
  bool right = true;
  for (std::size_t i = 0; i < 100; ++i)
    right = right && y[i] == 0 && std::isnan(y[100 + i]) && std::isfinite(y[200 + i]);
  expect("normalize on cuda: zeros, NaN and numbers stay by themselves", right);
}

TEST("Normalize on cuda, emulated") {
  const auto x = draw_matrices(2 * 5000, 1);
  emulated::same_in_every_order("Normalize on cuda", [&] { return normalized_on_cuda(x, 2, 1, true); });
}

TEST("Normalize on cuda: traffic") {
  constexpr std::int64_t kBatch = 4, kCount = 128 * 384;
  Cuda on;
  DeviceVector<float> x(on, draw_matrices(kBatch * kCount, 1));
  DeviceVector<double> partial(on, std::vector<double>(static_cast<std::size_t>(normalize_sums(kBatch, kCount))));
  emulated::expect_row(
      {"length of matrices made 1", "4 × 128 × 384", "the matrices, twice read and once written",
       3 * sizeof(float) * kBatch * kCount},
      [&] { normalize(on, Normalize<float>{kBatch, kCount, {x.data()}, {x.data()}, 1e-7, partial.data()}); });
}
