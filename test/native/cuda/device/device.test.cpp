#include "../../../../native/device/device.h"
#include "../../check.h"
#include "../../device/tensors.h"
#include "../emulated.h"

using namespace sophia;
using check::expect;

TEST("Streams and events of a GPU") {
  const auto device = make_device({.device = "cuda"});
  const auto guest = make_device({.device = "cuda", .stream = device->stream()});
  expect("a device works on the caller's stream", guest->stream() == device->stream());
  const auto other = make_device({.device = "cuda"});
  expect("and otherwise on one of its own", other->stream() != device->stream());

  const auto a = attached::make_tensor(device, 4096, 0), b = attached::make_tensor(other, 4096, 0);
  const float seven = 7;
  device->fill(a, &seven);
  const auto filled = device->record();
  other->wait(*filled);
  other->copy(a, b);
  other->synchronize();
  expect("another stream waits for an event", attached::get(*other, b) == std::vector<float>(4096, 7.0f));
  const auto copied = other->record();
  copied->wait();
  expect("which has passed then", filled->passed() && copied->milliseconds_since(*filled) >= 0);
  check::expect_error("the CPU's memory is not a GPU's", Code::kInvalidArgument, "cuda:0", [&] {
    const auto cpu = make_device({.device = "cpu", .isa = {}, .threads = 1});
    expect_floats(*device, "x", attached::make_tensor(cpu, 4, 0));
  });
  emulated::expect_no_faults("streams and events");
}

TEST("A GPU that is not there") {
  check::expect_error("has no device", Code::kDevice, "GPU", [] { make_device({.device = "cuda", .gpu = 99}); });
}
