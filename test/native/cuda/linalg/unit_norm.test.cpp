#include "../../../../native/linalg/unit_norm.h"
#include <cmath>
#include "../../../../native/cpu/cpu.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using check::expect;

TEST("Vectors by their norms on cuda are those of the CPU") {
  for (const std::int64_t count : {1, 33, 2500}) {
    std::vector<float> x;
    for (std::int64_t i = 0; i < 3 * count; ++i) x.push_back(static_cast<float>(i % 13) - 6);
    Cuda on;
    Cpu<Isa> host(1);
    DeviceVector<float> device(on, x, 1);
    unit_norm(on, UnitNorm<float>{3, count, {device.data()}, 1e-7f});
    unit_norm(host, UnitNorm<float>{3, count, {x.data()}, 1e-7f});
    const auto got = device.read();
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(double{got[i]} - x[i]));
    expect(text("of ", count, " numbers"), worst, 1e-6);
  }
  emulated::expect_no_faults("vectors by their norms");
}

TEST("Vectors by their norms on cuda: traffic") {
  constexpr std::int64_t kCount = 1 << 16;
  Cuda on;
  DeviceVector<float> x(on, std::vector<float>(4 * kCount, 1));
  const UnitNorm<float> a{4, kCount, {x.data()}, 1e-7f};
  emulated::expect_row({"unit_norm", "4 × 65536", "the vectors, twice read and once written", 3 * sizeof(float) * 4 * kCount},
                       [&] { unit_norm(on, a); });
}
