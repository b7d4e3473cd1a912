#include "../../../native/math/pack.h"
#include "../../../native/math/lanes.h"
#include <random>
#include <vector>
#include "../check.h"
#include "ulp.h"

using namespace sophia;
using check::expect;

namespace {

// Floats of every kind: all sizes and signs, subnormals, zeros, ties, infinities, NaN.
std::vector<float> varied(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> all{0.0f, -0.0f, 1.0f, -1.0f, INFINITY, -INFINITY, NAN, 1e-45f, -1e-45f, 0x1p-126f, 3.4028235e38f};
  while (all.size() < count) {
    const auto word = static_cast<std::uint32_t>(random());
    all.push_back(std::bit_cast<float>(word));                              // any float
    all.push_back(std::bit_cast<float>((word & 0x807fffff) | 0x3f800000));  // 1 to 2: sums cancel
    all.push_back(std::bit_cast<float>((word & 0x80fff000) | 0x3f000000));  // few bits: products and ties are exact
    all.push_back(std::bit_cast<float>((word & 0x83ffffff) | 0x20000000));  // products are near 2⁻¹²⁶
  }
  all.resize(count);
  std::shuffle(all.begin(), all.end(), random);
  return all;
}

constexpr std::size_t kCount = 1 << 16;

template <int N>
void fused() {
  const auto a = varied(kCount, 1), b = varied(kCount, 2), c = varied(kCount, 3);
  std::size_t wrong = 0, different = 0;
  for (std::size_t i = 0; i < kCount; i += N) {
    const auto y = fma(load<float, N>(&a[i]), load<float, N>(&b[i]), load<float, N>(&c[i]));
    for (int lane = 0; lane < N; ++lane) {
      const std::size_t at = i + static_cast<std::size_t>(lane);
      wrong += !ulp::same(y[lane], std::fma(a[at], b[at], c[at]));
      different += !ulp::same(y[lane], fma(a[at], b[at], c[at]));
    }
  }
  expect(text("fma of packs of ", N, " rounds once"), wrong == 0);
  expect(text("fma of packs of ", N, " has the bits of numbers"), different == 0);
}

}  // namespace

TEST("Pack") {
  fused<4>();
  fused<8>();
  fused<16>();

  const auto x = varied(kCount, 4), bound = varied(kCount, 5);
  bool least = true, most = true, signs = true, positive = true, roots = true;
  for (std::size_t i = 0; i < kCount; i += 16) {
    const auto px = load<float, 16>(&x[i]), pb = load<float, 16>(&bound[i]);
    const auto low = min(px, pb), high = max(px, pb), sized = abs(px), side = sign(px), root = sqrt(px);
    for (int lane = 0; lane < 16; ++lane) {
      const float a = px[lane], b = pb[lane];
      if (!std::isnan(b)) {
        least &= ulp::same(low[lane], b < a ? b : a);
        most &= ulp::same(high[lane], a < b ? b : a);
      }
      signs &= std::isnan(a) ? std::isnan(side[lane]) : side[lane] == static_cast<float>((a > 0) - (a < 0));
      positive &= ulp::same(sized[lane], std::fabs(a));
      roots &= ulp::same(root[lane], std::sqrt(a));
    }
  }
  expect("min and max take the smaller and the larger, and keep a NaN", least && most);
  expect("sign is -1, 0 or 1 and keeps a NaN", signs);
  expect("abs and sqrt are those of numbers", positive && roots);

  const auto ramp = lanewise<float, 8>([](int i) { return static_cast<float>(i + 1); });
  expect("across adds up the lanes", across(ramp) == 36 && across_max(ramp) == 8);
  const auto kept = keep(ramp, 3, -1.0f);
  expect("keep keeps the first lanes", kept[2] == 3 && kept[3] == -1 && kept[7] == -1);
  std::vector<float> memory(9, 5.0f);
  store(memory.data() + 1, ramp, 3);
  expect("a partial store leaves the rest alone",
         memory == std::vector<float>{5, 1, 2, 3, 5, 5, 5, 5, 5} && load<float, 8>(memory.data() + 1, 3)[3] == 0);
}
