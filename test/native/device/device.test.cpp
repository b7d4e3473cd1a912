#include "../../../native/device/device.h"
#include <thread>
#include "trajectory.h"

using namespace sophia;
using check::expect;

namespace {

std::shared_ptr<Device> cpu() { return make_device({.device = "cpu", .isa = {}, .threads = 2}); }

}  // namespace

TEST("The memory of a device") {
  const auto device = cpu();
  {
    const DeviceMemory one(device, 1000);
    {
      const DeviceMemory other(device, 500);
      expect("memory: what is held", device->use().used == 1500 && device->use().blocks == 2);
    }
    expect("memory: what is returned", device->use().used == 1000 && device->use().peak == 1500);
    float numbers[4] = {};
    const DeviceMemory foreign(device, numbers, sizeof numbers);
    expect("memory: the caller's does not count", device->use().used == 1000);
  }
  expect("memory: nothing is left", device->use().used == 0 && device->use().blocks == 0);
  check::expect_error("memory: more than there is", Code::kOutOfMemory, "not enough",
                      [&] { DeviceMemory(device, device->use().limit + 1); });
  check::expect_error("memory: a size that wraps", Code::kInvalidArgument, "size", [&] { DeviceMemory(device, -1); });
  expect("memory: a refusal takes nothing", device->use().used == 0);
}

TEST("Copies of a device") {
  const auto device = cpu();
  const auto a = attached::make_tensor(device, 70000, 0), b = attached::make_tensor(device, 70000, 3);
  const float seven = 7;
  device->fill(a, &seven);
  device->copy(a, b);
  const auto numbers = attached::get(*device, b);
  expect("copies: filled and copied", std::all_of(numbers.begin(), numbers.end(), [](float x) { return x == 7; }));
  const auto event = device->record();
  device->wait(*event);
  event->wait();
  const auto later = device->record();
  expect("events: in the order of the work", event->passed() && later->milliseconds_since(*event) >= 0);
}

TEST("One thing at a time") {
  const auto device = cpu();
  device->reserve();
  check::expect_error("a booked device refuses a short call", Code::kBusy, "cpu", [&] { Device::Hold hold(*device); });
  check::expect_error("and another booking", Code::kBusy, "cpu", [&] { device->reserve(); });
  {
    const Device::Hold hold(*device, Device::Hold::kLong);
    check::expect_error("and so does a device at work", Code::kBusy, "cpu", [&] { Device::Hold other(*device); });
    std::thread([&] { DeviceMemory(device, 100); }).join();
  }
  const Device::Hold hold(*device);
  expect("memory is taken and returned meanwhile", device->use().used == 0);
}

TEST("Labels, probes and averages of a device") {
  const auto device = cpu();
  const auto logits = attached::make_tensor(device, 4 * 3, 0);
  attached::put(*device, logits, std::vector<double>{90, 0, 0, 0, 90, 0, 0, 0, 90, 90, 0, 0});
  const Tensor labels{std::make_shared<DeviceMemory>(device, 16), 0, 4, Dtype::kI32};
  device->sample_labels({.logits = logits, .targets = {}, .labels = labels, .rows = 4, .vocabulary = 3});
  std::vector<std::int32_t> drawn(4);
  device->download(labels, drawn.data());
  expect("labels: of rows that are sure", drawn == std::vector<std::int32_t>{0, 1, 2, 0});
  check::expect_error("labels: more rows than logits", Code::kInvalidArgument, "logits", [&] {
    device->sample_labels({.logits = logits, .targets = {}, .labels = labels, .rows = 5, .vocabulary = 3});
  });

  const auto u = attached::make_tensor(device, 5, 0), h = attached::make_tensor(device, 5, 0);
  device->draw_probe({.to = u, .distribution = "rademacher", .seed = 1});
  const auto signs = attached::get(*device, u);
  expect("probes: signs", std::all_of(signs.begin(), signs.end(), [](float x) { return std::abs(x) == 1; }));
  check::expect_error("probes: of a known distribution", Code::kInvalidArgument, "uniform",
                      [&] { device->draw_probe({.to = u, .distribution = "uniform"}); });
  device->update_hessian({.hessian = h, .estimate = u, .direction = u, .beta2 = 0.5});
  expect("averages: of u ⊙ Hu, which is 1 for the identity", attached::get(*device, h) == std::vector<float>(5, 0.5f));
  const auto found =
      device->update_hessian({.hessian = h, .estimate = u, .direction = {}, .beta2 = 0, .scale = 3, .squared = true});
  expect("averages: of squares, times the scale", std::abs(found.l1 - 15), 1e-5);
}
