#include "../../../../native/model/initialize.h"
#include <cmath>
#include "../../../../native/cpu/cpu.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;

namespace {

const Draw kDraw{.seed = 11, .step = 0, .purpose = Purpose::kInitialize, .micro = 0, .site = 5};

NormalFill<float> filling(float* to, std::int64_t count, float deviation) {
  return {.to = {to}, .count = count, .mean = 0.5f, .deviation = deviation, .draw = kDraw};
}

std::vector<float> filled(std::int64_t count, float deviation, int shift) {
  Cuda on;
  DeviceVector<float> to(on, std::vector<float>(static_cast<std::size_t>(count) + 1, 7), shift);
  fill(on, filling(to.data(), count, deviation));
  return to.read();
}

}  // namespace

TEST("Initial weights on cuda") {
  for (const std::int64_t count : {1, 3, 17, 1023, 1025, 5000}) {
    for (const float deviation : {0.0f, 0.02f}) {
      std::vector<float> want(static_cast<std::size_t>(count) + 1, 7);
      Cpu<Isa> cpu(1);
      fill(cpu, filling(want.data(), count, deviation));
      for (const int shift : {0, 1})
        check::expect(text(count, " initial weights on cuda at shift ", shift, ": those of the CPU, and not one more"),
                      filled(count, deviation, shift) == want);
    }
  }
}

TEST("Initial weights on cuda, emulated") {
  emulated::same_in_every_order("Initial weights on cuda", [] { return filled(1025, 0.02f, 0); });
}

TEST("Initial weights on cuda: traffic") {
  constexpr std::int64_t kCount = 64 * 3072;
  Cuda on;
  DeviceVector<float> to(on, std::vector<float>(kCount));
  emulated::expect_row({"initial weights", "64 × 3072", "the weights", sizeof(float) * kCount, kCount},
                       [&] { fill(on, filling(to.data(), kCount, 0.02f)); });
}
