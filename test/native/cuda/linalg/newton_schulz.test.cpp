#include "../../../../native/linalg/newton_schulz.h"
#include "../../linalg/schulz_case.h"
#include "../emulated.h"
#include "../memory.h"

namespace {

using namespace sophia;
using namespace schulz_case;

std::vector<float> orthogonalized_on_cuda(const std::vector<float>& x, Shape shape, int shift) {
  Cuda on;
  DeviceVector<float> on_device(on, x, shift), workspace(on, std::vector<float>(shape.workspace()));
  DeviceVector<double> sums(on, std::vector<double>(shape.sums()));
  newton_schulz(on, shape.problem<float>({on_device.data()}, {workspace.data()}, sums.data()));
  return on_device.read();
}
const auto schulz_on_cuda = [](const std::vector<float>& x, Shape shape) {
  return orthogonalized_on_cuda(x, shape, 0);
};

}  // namespace

TEST("Newton-Schulz on cuda brings singular values to 1") { singular_values_come_to_one(schulz_on_cuda, "cuda"); }
TEST("Newton-Schulz on cuda follows the polynomial of each singular value") {
  follows_the_polynomial(schulz_on_cuda, "cuda");
}
TEST("Newton-Schulz on cuda of what is no full matrix") { degenerate(schulz_on_cuda, "cuda"); }
TEST("Newton-Schulz on cuda of a batch is that of each alone") { batch_as_alone(schulz_on_cuda, "cuda"); }

TEST("Newton-Schulz on cuda at odd addresses") {
  const Shape shape{2, 20, 12};
  const auto x = shape.draw();
  check::expect("Newton-Schulz on cuda at odd addresses has the same bits",
                orthogonalized_on_cuda(x, shape, 0) == orthogonalized_on_cuda(x, shape, 1));
}

TEST("Newton-Schulz on cuda, emulated") {
  const Shape shape{2, 10, 20};
  emulated::same_in_every_order("Newton-Schulz on cuda", [&] { return schulz_on_cuda(shape.draw(), shape); });
}
