#include "../../../native/cuda/probe.h"
#include <cstdlib>
#include "c.h"

using namespace c;

TEST("C: devices") {
  sophia_device_properties properties = SOPHIA_DEVICE_PROPERTIES_INIT;
  auto* device = made<sophia_device*>(sophia_device_cpu, 2, "baseline");
  ok(sophia_device_describe(device, &properties));
  expect("C: a device says what it is", std::string(properties.name) == "cpu" &&
                                            std::string(properties.isa) == "baseline" && properties.threads == 2 &&
                                            properties.host_memory == 1 && !properties.stream);
  ok(sophia_device_synchronize(device));
  ok(sophia_device_destroy(device));

  refused("C: an instruction set that is not there", sophia_device_cpu(1, "mmx", &device), SOPHIA_DEVICE,
          "Expected an instruction set that this machine and this build have");
  refused("C: more threads than a machine has", sophia_device_cpu(2'000'000'000, nullptr, &device),
          SOPHIA_INVALID_ARGUMENT, "threads");
  refused("C: nowhere to put it", sophia_device_cpu(1, nullptr, nullptr), SOPHIA_INVALID_ARGUMENT, "got NULL");
  if (!sophia::probe_cuda().available)
    refused("C: a GPU that is not there, with the reason", sophia_device_cuda(0, nullptr, &device), SOPHIA_DEVICE,
            "CUDA cannot be used: ");
}

TEST("C: the best device") {
  const char* const before = std::getenv("SOPHIA_DEVICE");
  const std::string kept = before ? before : "";
  sophia_device* device = nullptr;
  sophia_device_properties properties = SOPHIA_DEVICE_PROPERTIES_INIT;
  setenv("SOPHIA_DEVICE", "cpu", 1);
  ok(sophia_device_best(&device));
  ok(sophia_device_describe(device, &properties));
  expect("C: is the one that SOPHIA_DEVICE names", std::string(properties.name) == "cpu");
  ok(sophia_device_destroy(device));
  for (const char* const wrong : {"gpu", "cuda:", "cuda:x", "cuda:12345"}) {
    setenv("SOPHIA_DEVICE", wrong, 1);
    refused(std::string("C: which cannot be ") + wrong, sophia_device_best(&device), SOPHIA_INVALID_ARGUMENT,
            std::string("Expected SOPHIA_DEVICE to be auto, cpu, cuda or cuda:0 and the like, got ") + wrong);
  }
  setenv("SOPHIA_DEVICE", "cuda:999", 1);
  refused("C: nor a GPU that is not there", sophia_device_best(&device), SOPHIA_DEVICE, "");
  setenv("SOPHIA_DEVICE", "", 1);
  ok(sophia_device_best(&device));
  expect("C: without it there is one all the same", device != nullptr);
  ok(sophia_device_destroy(device));
  before ? setenv("SOPHIA_DEVICE", kept.c_str(), 1) : unsetenv("SOPHIA_DEVICE");
}
