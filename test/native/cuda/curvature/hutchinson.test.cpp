#include "../../../../native/curvature/hutchinson.h"
#include "../../../../native/cpu/cpu.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using check::expect;

namespace {

constexpr Draw kStream{.seed = 11, .step = 4, .purpose = Purpose::kProbe, .micro = 3, .site = 2};
constexpr Distribution kDistributions[] = {Distribution::kGaussian, Distribution::kRademacher};

// A probe, and behind it a number that must stay as it is.
std::vector<float> probe(std::int64_t count, Distribution distribution, int shift) {
  Cuda on;
  DeviceVector<float> to(on, std::vector<float>(static_cast<std::size_t>(count) + 1, 7), shift);
  draw(on, Probe<float>{{to.data()}, count, distribution, kStream});
  return to.read();
}

}  // namespace

TEST("Probes of Hutchinson on cuda") {
  Cpu<Isa> cpu(1);
  for (const auto distribution : kDistributions) {
    for (const std::int64_t count : {1, 3, 17, 4095, 4097, 10000}) {
      std::vector<float> want(static_cast<std::size_t>(count) + 1, 7);
      draw(cpu, Probe<float>{{want.data()}, count, distribution, kStream});
      for (const int shift : {0, 1})
        expect(text(distribution == Distribution::kGaussian ? "Gaussian" : "Rademacher", " on cuda: ", count,
                    " numbers at shift ", shift, ", those of the CPU"),
               probe(count, distribution, shift) == want);
    }
  }
}

TEST("Estimates of Hutchinson on cuda") {
  for (const std::int64_t count : {1, 7, 16, 4097}) {
    std::vector<float> u, product, estimate, want;
    for (std::int64_t i = 0; i < count; ++i) {
      u.push_back(static_cast<float>(i % 5) - 2);
      product.push_back(static_cast<float>(i % 7) - 3);
      estimate.push_back(static_cast<float>(i % 3));
      want.push_back(estimate.back() + u.back() * product.back());
    }
    for (const int shift : {0, 1}) {
      Cuda on;
      DeviceVector<float> left(on, u, shift), right(on, product, shift), to(on, estimate, shift);
      add_estimate(on, DiagonalEstimate<float>{{left.data()}, {right.data()}, {to.data()}, count});
      expect(text("u ⊙ Hu is added on cuda to ", count, " numbers at shift ", shift), to.read() == want);
    }
  }
}

TEST("Hutchinson on cuda, emulated") {
  for (const auto distribution : kDistributions)
    emulated::same_in_every_order("Probes on cuda", [&] { return probe(1025, distribution, 0); });
}

TEST("Hutchinson on cuda: traffic") {
  constexpr std::int64_t kCount = 64 * 3072;
  Cuda on;
  const std::vector<float> ones(kCount, 1);
  DeviceVector<float> u(on, ones), product(on, ones), estimate(on, ones);
  for (const auto distribution : kDistributions)
    emulated::expect_row({distribution == Distribution::kGaussian ? "probe, Gaussian" : "probe, Rademacher",
                          "64 × 3072", "u", sizeof(float) * kCount, kCount},
                         [&] { draw(on, Probe<float>{{u.data()}, kCount, distribution, kStream}); });
  const DiagonalEstimate<float> a{{u.data()}, {product.data()}, {estimate.data()}, kCount};
  emulated::expect_row({"estimate of the diagonal", "64 × 3072", "u, the product; the estimate, twice",
                        4 * sizeof(float) * kCount, kCount},
                       [&] { add_estimate(on, a); });
}
