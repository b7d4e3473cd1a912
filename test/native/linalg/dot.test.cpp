#include "../../../native/linalg/dot.h"
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

double dot_of(Cpu<Isa>& on, View<float> x, View<float> y, std::int64_t count) {
  std::vector<double> partial(static_cast<std::size_t>(dot_blocks(count)));
  double result = NAN;
  dot(on, Dot<float>{x, y, count, partial.data(), &result});
  return result;
}

Norm norm_of(std::vector<float>& x, int threads) {  // of x[1], x[2], …: an odd address
  Cpu<Isa> on(threads);
  const auto count = static_cast<std::int64_t>(x.size()) - 1;
  const View<float> from{x.data() + 1};
  return norm(dot_of(on, from, from, count));
}

std::vector<float> draw(std::size_t count, float size) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> x(count + 1);
  for (auto& v : x) v = size * normal(random);
  x[0] = NAN;  // not part of it
  return x;
}

}  // namespace

TEST("The global norm") {
  for (const std::size_t count : {0, 1, 7, 16, 33, 4095, 4096, 4097, 50001}) {
    // Squares of the first overflow a float, those of the last underflow it.
    for (const float size : {1e30f, 1.0f, 1e-30f}) {
      auto x = draw(count, size);
      long double want = 0;
      for (std::size_t i = 1; i < x.size(); ++i) want += static_cast<long double>(x[i]) * x[i];
      want = std::sqrt(want);
      const Norm one = norm_of(x, 1), two = norm_of(x, 2), three = norm_of(x, 3);
      const double error = count ? static_cast<double>(std::abs(one.value / want - 1)) : one.value;
      expect(text("norm of ", count, " numbers of size ", size), error, 1e-14);
      expect("norm: finite, and the same for 1, 2 and 3 threads",
             one.finite && one.value == two.value && one.value == three.value);
    }
  }
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    bool found = true;
    for (const std::size_t at : {1, 17, 4096, 4097, 5000}) {
      auto x = draw(5000, 1);
      x[at] = bad;
      found &= !norm_of(x, 2).finite;
    }
    expect(text("norm: one ", bad, " anywhere is found"), found);
  }
  auto largest = std::vector<float>(4097, 3.4028235e38f);
  expect("norm: the largest floats are finite", norm_of(largest, 1).finite);
}

TEST("The scalar product of two vectors") {
  Cpu<Isa> on(2);
  for (const std::size_t count : {1, 17, 4097, 20000}) {
    auto x = draw(count, 1e20f), y = draw(count, 1e-20f);
    std::reverse(y.begin() + 1, y.end());
    double want = 0;
    for (std::size_t i = 1; i < x.size(); ++i) want += static_cast<double>(x[i]) * y[i];
    const double got = dot_of(on, {x.data() + 1}, {y.data() + 1}, static_cast<std::int64_t>(count));
    expect(text("scalar product of ", count, " numbers"), std::abs(got - want) / std::sqrt(count), 1e-13);
  }
}
