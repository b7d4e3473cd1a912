#include "../../../../native/linalg/dot.h"
#include <algorithm>
#include <cmath>
#include <random>
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using check::expect;

namespace {

using Numbers = std::vector<float>;

double dot_of(const Numbers& x, const Numbers& y, int shift = 1) {
  Cuda on;
  const auto count = static_cast<std::int64_t>(x.size());
  DeviceVector<float> left(on, x, shift), right(on, y, shift);
  DeviceVector<double> partial(on, std::vector<double>(static_cast<std::size_t>(dot_blocks(count)))), result(on, {NAN});
  dot(on, Dot<float>{{left.data()}, {right.data()}, count, partial.data(), result.data()});
  return result.read()[0];
}

Numbers draw(std::size_t count, float size) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  Numbers x(count);
  for (auto& v : x) v = size * normal(random);
  return x;
}

}  // namespace

TEST("The global norm on cuda") {
  for (const std::size_t count : {0, 1, 7, 16, 33, 4095, 4096, 4097, 50001}) {
    // Squares of the first overflow a float, those of the last underflow it.
    for (const float size : {1e30f, 1.0f, 1e-30f}) {
      const auto x = draw(count, size);
      long double want = 0;
      for (const float v : x) want += static_cast<long double>(v) * v;
      want = std::sqrt(want);
      for (const int shift : {0, 1}) {
        const Norm got = norm(dot_of(x, x, shift));
        const double error = count ? static_cast<double>(std::abs(got.value / want - 1)) : got.value;
        expect(text("norm on cuda of ", count, " numbers of size ", size, " at shift ", shift), error, 1e-14);
        expect("norm on cuda: finite", got.finite);
      }
    }
  }
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    bool found = true;
    for (const std::size_t at : {0, 17, 4095, 4096, 4999}) {
      auto x = draw(5000, 1);
      x[at] = bad;
      found &= !norm(dot_of(x, x)).finite;
    }
    expect(text("norm on cuda: one ", bad, " anywhere is found"), found);
  }
  const Numbers largest(4097, 3.4028235e38f);
  expect("norm on cuda: the largest floats are finite", norm(dot_of(largest, largest)).finite);
}

TEST("The scalar product of two vectors on cuda") {
  for (const std::size_t count : {1, 17, 4097, 20000}) {
    const auto x = draw(count, 1e20f);
    auto y = draw(count, 1e-20f);
    std::reverse(y.begin(), y.end());
    double want = 0;
    for (std::size_t i = 0; i < x.size(); ++i) want += static_cast<double>(x[i]) * y[i];
    expect(text("scalar product on cuda of ", count, " numbers"), std::abs(dot_of(x, y) - want) / std::sqrt(count),
           1e-13);
  }
}

// More blocks than the last pass has threads.
TEST("The scalar product on cuda of many blocks") {
  constexpr std::size_t kBlocks = 1100;
  const Numbers ones(kBlocks * static_cast<std::size_t>(kDotBlock), 1);
  expect("scalar product on cuda: every block is added once",
         dot_of(ones, ones, 0) == static_cast<double>(ones.size()));
}

TEST("The scalar product on cuda, emulated") {
  const auto x = draw(50001, 1);
  emulated::same_in_every_order("The scalar product on cuda", [&] { return dot_of(x, x); });
}

TEST("The scalar product on cuda: traffic") {
  constexpr std::int64_t kCount = 64 * 3072;
  Cuda on;
  DeviceVector<float> x(on, draw(kCount, 1)), y(on, draw(kCount, 2));
  DeviceVector<double> partial(on, std::vector<double>(static_cast<std::size_t>(dot_blocks(kCount)))),
      result(on, {NAN});
  const Dot<float> a{{x.data()}, {y.data()}, kCount, partial.data(), result.data()};
  const auto counted = emulated::expect_requests("The scalar product", 2 * sizeof(float) * kCount, [&] { dot(on, a); });
  emulated::expect_row({"scalar product", "64 × 3072", "both vectors", 2 * sizeof(float) * kCount},
                       [&] { dot(on, a); });
  expect("The scalar product: no bank conflicts", counted.shared.conflicts() == 0);
}
