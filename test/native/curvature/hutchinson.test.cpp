#include "../../../native/curvature/hutchinson.h"
#include <cmath>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

namespace {

using namespace sophia;
using check::expect;

constexpr Draw kStream{.seed = 11, .step = 4, .purpose = Purpose::kProbe, .micro = 3, .site = 2};

// A probe at an odd address.
template <class On = Cpu<Isa>>
std::vector<double> probe(std::int64_t count, Distribution distribution, int threads, const Draw& stream = kStream) {
  using T = typename On::Real;
  On on(threads);
  std::vector<T> memory(static_cast<std::size_t>(count) + 2, T(7));
  draw(on, Probe<T>{{memory.data() + 1}, count, distribution, stream});
  if (memory.front() != 7 || memory.back() != 7) return {};
  return {memory.begin() + 1, memory.end() - 1};
}

}  // namespace

TEST("Probes of Hutchinson") {
  for (const auto distribution : {Distribution::kGaussian, Distribution::kRademacher}) {
    const bool gaussian = distribution == Distribution::kGaussian;
    const std::string who = gaussian ? "Gaussian: " : "Rademacher: ";
    constexpr int kCount = 1 << 18;
    const auto u = probe(kCount, distribution, 2);
    double mean = 0, square = 0, fourth = 0, next = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
      mean += u[i];
      square += u[i] * u[i];
      fourth += std::pow(u[i], 4);
      next += u[i] * u[(i + 1) % u.size()];
    }
    const double root = std::sqrt(kCount);
    expect(who + "mean 0, in standard errors", std::abs(mean) / root, 4);
    expect(who + "variance 1, in standard errors", std::abs(square - kCount) / (root * std::sqrt(2)), gaussian ? 4 : 0);
    expect(who + "fourth moment", std::abs(fourth / kCount - (gaussian ? 3 : 1)), gaussian ? 0.08 : 0);
    expect(who + "neighbours are independent, in standard errors", std::abs(next) / root, 4);
    for (const std::int64_t count : {1, 3, 17, 4095, 4097, 10000}) {
      const auto one = probe(count, distribution, 1);
      expect(text(who, count, " numbers, the same bits for 1, 2 and 3 threads and in double"),
             !one.empty() && one == probe(count, distribution, 2) && one == probe(count, distribution, 3) &&
                 (!gaussian ? one == probe<Cpu<Float64>>(count, distribution, 1) : true));
    }
    Draw other = kStream;
    other.step = 5;
    expect(who + "another step, other numbers", probe(1000, distribution, 1) != probe(1000, distribution, 1, other));
  }
}

TEST("Estimates of Hutchinson") {
  for (const std::int64_t count : {1, 7, 16, 4097}) {
    const auto size = static_cast<std::size_t>(count);
    std::vector<float> u(size + 1), product(size + 1), estimate(size + 1), want(size);
    for (std::size_t i = 0; i < size; ++i) {
      u[i + 1] = static_cast<float>(i % 5) - 2;
      product[i + 1] = static_cast<float>(i % 7) - 3;
      estimate[i + 1] = static_cast<float>(i % 3);
      want[i] = estimate[i + 1] + u[i + 1] * product[i + 1];
    }
    Cpu<Isa> on(2);
    add_estimate(on, DiagonalEstimate<float>{{u.data() + 1}, {product.data() + 1}, {estimate.data() + 1}, count});
    expect(text("u ⊙ Hu is added to ", count, " numbers"), std::equal(want.begin(), want.end(), estimate.begin() + 1));
  }
}
