// The device that there is not: what the runtime API says of it, as tests set it.
#include "device.h"
#include "device_thread.h"
#include "emulator.h"
#include "report.h"
#include "scheduler.h"
#include "shared.h"

namespace sophia::emulator {
namespace {

Machine machine;
Device only;

cudaError_t answer(int* to, int value) {
  *to = value;
  return cudaSuccess;
}

}  // namespace

void set_machine(const Machine& pretended) {
  const Exclusive alone;
  machine = pretended;
}

Device& current_device() { return only; }
Device* find_device(int number) { return number == 0 ? &only : nullptr; }
size_t memory_of_device() { return machine.memory; }

}  // namespace sophia::emulator

using namespace sophia::emulator;

cudaError_t cudaGetDeviceCount(int* count) {
  if (machine.status != cudaSuccess) return fail(machine.status);
  return answer(count, machine.devices);
}

cudaError_t cudaSetDevice(int device) {
  if (machine.status != cudaSuccess) return fail(machine.status);
  return device >= 0 && device < machine.devices ? cudaSuccess : fail(cudaErrorInvalidDevice);
}

cudaError_t cudaGetDevice(int* device) { return answer(device, 0); }

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount: return answer(value, machine.multiprocessors);
    case cudaDevAttrComputeCapabilityMajor: return answer(value, machine.capability / 10);
    case cudaDevAttrComputeCapabilityMinor: return answer(value, machine.capability % 10);
  }
  return fail(cudaErrorInvalidValue);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (machine.status != cudaSuccess) return fail(machine.status);
  if (device < 0 || device >= machine.devices) return fail(cudaErrorInvalidDevice);
  *properties = {.name = "Emulated GPU",
                 .totalGlobalMem = machine.memory,
                 .sharedMemPerBlock = kSharedByDefault,
                 .sharedMemPerBlockOptin = kMaxSharedBytes,
                 .warpSize = warpSize,
                 .maxThreadsPerBlock = kMaxThreads,
                 .major = machine.capability / 10,
                 .minor = machine.capability % 10,
                 .multiProcessorCount = machine.multiprocessors};
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) { return answer(version, machine.driver_version); }
cudaError_t cudaRuntimeGetVersion(int* version) { return answer(version, 13000); }
