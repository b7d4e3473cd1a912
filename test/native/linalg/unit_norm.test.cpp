#include "../../../native/linalg/unit_norm.h"
#include <cmath>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

std::vector<float> scaled(std::vector<float> x, std::int64_t batch, int threads, float epsilon = 1e-7f) {
  Cpu<Isa> on(threads);
  unit_norm(on, UnitNorm<float>{batch, static_cast<std::int64_t>(x.size()) / batch, {x.data()}, epsilon});
  return x;
}

}  // namespace

TEST("Vectors by their norms") {
  std::vector<float> x;
  for (int i = 0; i < 3 * 5003; ++i) x.push_back(static_cast<float>(i % 13 - 6) * std::pow(10.0f, static_cast<float>(i / 5003 * 12 - 12)));
  const auto one = scaled(x, 3, 1, 1e-30f);
  expect("the same bits for any threads", one == scaled(x, 3, 3, 1e-30f));
  for (std::size_t v = 0; v < 3; ++v) {
    double sum = 0;
    for (std::size_t i = 0; i < 5003; ++i) sum += std::pow(double{one[v * 5003 + i]}, 2);
    expect(text("vector ", v, " has norm 1"), std::abs(std::sqrt(sum) - 1), 1e-6);
  }
  const auto large = scaled({3e38f, -3e38f}, 1, 1);
  expect("also where squares are no floats any more", std::abs(double{large[0]} - std::sqrt(0.5)), 1e-6);
  expect("zeros stay", scaled({0, 0, 0}, 1, 1) == std::vector<float>{0, 0, 0});
  expect("what is no number stays none", std::isnan(scaled({1, NAN}, 1, 1)[0]));
  expect("ε is added to the norm", scaled({3, 4}, 1, 1, 5)[0] == 0.3f);
}
