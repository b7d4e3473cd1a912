#include "../../../native/optimizers/clip.h"
#include "../check.h"

using namespace sophia;
using check::expect;

TEST("Clipping by the global norm") {
  expect("a small gradient is left alone", clip_coefficient(0.5, 1) == 1 && clip_coefficient(0, 1) == 1);
  expect("a large one is brought to the limit", clip_coefficient(4, 1) == 1 / (4 + 1e-6));
  expect("PyTorch's millionth: a norm at the limit is clipped by it", clip_coefficient(1, 1) == 1 / (1 + 1e-6));
  expect("a limit of 0 clips nothing", clip_coefficient(1e9, 0) == 1);
}
