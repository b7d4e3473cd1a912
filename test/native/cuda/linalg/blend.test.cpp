#include "../../../../native/linalg/blend.h"
#include <cmath>
#include "../../../../native/cpu/cpu.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using check::expect;

namespace {

struct Blending {
  std::vector<float> from, to;
  float keep, take;

  Blending(std::size_t count, float keep) : from(count), to(count), keep(keep), take(0.25f) {
    for (std::size_t i = 0; i < count; ++i) {
      from[i] = static_cast<float>(i % 17) - 8;
      to[i] = keep == 0 ? NAN : static_cast<float>(i % 31) - 16;
    }
  }
  std::vector<float> on_host() const {
    Cpu<Isa> on(1);
    auto a = from, b = to;
    blend(on, Blend<float>{static_cast<std::int64_t>(a.size()), {a.data()}, {b.data()}, keep, take, nullptr});
    return b;
  }
  std::vector<float> on_device(int shift, bool ask = false, bool answer = true) const {
    Cuda on;
    DeviceVector<float> a(on, from, shift), b(on, to, shift);
    DeviceVector<char> finite(on, {static_cast<char>(answer)});
    const bool* asked = ask ? reinterpret_cast<const bool*>(finite.data()) : nullptr;
    blend(on, Blend<float>{static_cast<std::int64_t>(from.size()), {a.data()}, {b.data()}, keep, take, asked});
    return b.read();
  }
};

}  // namespace

TEST("A blend on cuda is that on the CPU") {
  for (const std::size_t count : {1, 7, 33, 5000})
    for (const int shift : {0, 1})
      for (const float keep : {0.0f, 0.75f}) {
        const Blending c(count, keep);
        expect(text("blend on cuda of ", count, " numbers at shift ", shift, ", keeping ", keep),
               c.on_device(shift) == c.on_host());
      }
  const Blending c(100, 0.5f);
  expect("blend on cuda: nothing is done where something is not finite", c.on_device(0, true, false) == c.to);
  expect("blend on cuda: all is done where everything is", c.on_device(0, true, true) == c.on_host());
  emulated::expect_no_faults("blend on cuda");
}

TEST("A blend on cuda: traffic") {
  constexpr std::int64_t kCount = 1 << 18;
  Cuda on;
  DeviceVector<float> from(on, std::vector<float>(kCount, 1)), to(on, std::vector<float>(kCount, 1));
  const Blend<float> a{kCount, {from.data()}, {to.data()}, 0.5f, 0.5f, nullptr};
  emulated::expect_row({"blend", "262144", "both vectors, and one of them again", 3 * sizeof(float) * kCount},
                       [&] { blend(on, a); });
}
