#include "../../../../native/optimizers/matrixwise.h"
#include "../../device/trajectory.h"
#include "../emulated.h"

using namespace sophia;

// Through a device, as everybody has them; the golden trajectories are in device/device.test.cpp.
TEST("Matrix optimizers on cuda") {
  const auto cuda = make_device({.device = "cuda"});
  for (const auto& run : attached::matrix_runs()) attached::follow(cuda, run, 1);
  emulated::expect_no_faults("matrix optimizers");
}
