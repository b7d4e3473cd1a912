#include "../../../native/cuda/probe.h"
#include "../../../native/cuda/emulator/emulator.h"
#include "../check.h"

using namespace sophia;

namespace {

void expect_probe(const emulator::Machine& machine, const std::string& status, const std::string& words) {
  emulator::set_machine(machine);
  const CudaProbe probe = probe_devices();
  emulator::set_machine({});
  const bool reason = probe.available ? probe.reason.empty() : probe.reason.find(words) != std::string::npos;
  check::expect(text("CudaProbe: ", status, probe.status == status ? "" : text(", not ", probe.status)),
                probe.compiled && probe.status == status && probe.available == (status == "available") && reason);
}

}  // namespace

TEST("CudaProbe") {
  if (!emulator::emulates("machines without a driver or a device"))
    return (void)check::expect("CudaProbe: available: " + probe_devices().reason, probe_devices().available);
  expect_probe({}, "available", "");
  expect_probe({.status = cudaErrorInsufficientDriver, .driver_version = 0}, "noDriver", "no NVIDIA driver");
  expect_probe({.status = cudaErrorInsufficientDriver, .driver_version = 12040}, "oldDriver", "supports CUDA 12.4");
  expect_probe({.status = cudaErrorNoDevice}, "noDevice", "no CUDA device");
  expect_probe({.devices = 0}, "noDevice", "no CUDA device");
  expect_probe({.capability = 75}, "oldDevice", "no code for compute capability 7.5");
  expect_probe({.status = cudaErrorLaunchFailure}, "failed", "cudaErrorLaunchFailure");
  check::expect("CudaProbe: the versions", probe_devices().driver_version == 13000 && probe_devices().gpus.size() == 1);
}
