#include "../../../../native/optimizers/clip.h"
#include <limits>
#include "../memory.h"
#include "../emulated.h"

using namespace sophia;
using check::expect;

namespace {

struct Outcome {
  float coefficient;
  bool finite;
};

Outcome clipped(double gradient, double losses, double limit, bool fit = true) {
  Cuda on;
  DeviceVector<double> sums(on, {gradient, losses});
  DeviceVector<float> coefficient(on, {NAN});
  DeviceVector<char> finite(on, {fit});
  clip(on, Clip<float>{sums.data(), limit, coefficient.data(), reinterpret_cast<bool*>(finite.data())});
  return {coefficient.read()[0], finite.read()[0] != 0};
}

}  // namespace

TEST("Clip on cuda") {
  const double infinite = std::numeric_limits<double>::infinity();
  const Outcome large = clipped(16, 1, 2), small = clipped(0.25, 1, 2), off = clipped(16, 1, 0);
  expect("Clip on cuda: a large gradient",
         large.finite && large.coefficient == static_cast<float>(clip_coefficient(4, 2)));
  expect("Clip on cuda: a small one, and no limit", small.coefficient == 1 && off.coefficient == 1 && off.finite);
  for (const auto& [gradient, losses, fit] : {std::tuple{infinite, 1.0, true},
                                              {NAN, 1.0, true},
                                              {16.0, infinite, true},
                                              {16.0, NAN, true},
                                              {16.0, 1.0, false}}) {
    const Outcome none = clipped(gradient, losses, 2, fit);
    expect(text("Clip on cuda: no step with sums of ", gradient, " and ", losses),
           !none.finite && none.coefficient == 1);
  }
  emulated::expect_no_faults("Clip on cuda");
}
