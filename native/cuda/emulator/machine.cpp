// The device that there is not: what the runtime API says of it, as tests set it.
#include <map>
#include "device.h"
#include "device_thread.h"
#include "emulator.h"
#include "report.h"
#include "scheduler.h"
#include "shared.h"

namespace sophia::emulator {
namespace {

constinit Machine machine;
constinit thread_local int current_number = 0;

// Made when first asked for, and kept.
std::map<int, Device>& devices() {
  static auto& all = *new std::map<int, Device>;
  return all;
}

bool exists(int device) { return device >= 0 && device < machine.devices; }

cudaError_t answer(int* to, int value) {
  *to = value;
  return cudaSuccess;
}

}  // namespace

void set_machine(const Machine& pretended) {
  const Exclusive alone;
  machine = pretended;
}

Device& current_device() {
  const Api api;
  return devices().try_emplace(current_number, current_number).first->second;
}

Device* find_device(int number) {
  const Api api;
  return exists(number) ? &devices().try_emplace(number, number).first->second : nullptr;
}

std::vector<Device*> all_devices() {
  std::vector<Device*> all;
  for (auto& [number, device] : devices()) all.push_back(&device);
  return all;
}

size_t memory_of_device() { return machine.memory; }

// CUDA C++ Programming Guide, "Technical Specifications per Compute Capability".
size_t max_shared_bytes() {
  switch (machine.capability) {
    case 75: return 64 * 1024;
    case 80:
    case 87: return 163 * 1024;
    case 86:
    case 89:
    case 120: return 99 * 1024;
    default: return kMaxSharedBytes;
  }
}

}  // namespace sophia::emulator

using namespace sophia::emulator;

cudaError_t cudaGetDeviceCount(int* count) {
  if (machine.status != cudaSuccess) return fail(machine.status);
  return answer(count, machine.devices);
}

cudaError_t cudaSetDevice(int device) {
  if (machine.status != cudaSuccess) return fail(machine.status);
  if (!exists(device)) return fail(cudaErrorInvalidDevice);
  current_number = device;
  return cudaSuccess;
}

cudaError_t cudaGetDevice(int* device) { return answer(device, current_number); }

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  if (!exists(device)) return fail(cudaErrorInvalidDevice);
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount: return answer(value, machine.multiprocessors);
    case cudaDevAttrComputeCapabilityMajor: return answer(value, machine.capability / 10);
    case cudaDevAttrComputeCapabilityMinor: return answer(value, machine.capability % 10);
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: return answer(value, static_cast<int>(max_shared_bytes()));
  }
  return fail(cudaErrorInvalidValue);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (machine.status != cudaSuccess) return fail(machine.status);
  if (!exists(device)) return fail(cudaErrorInvalidDevice);
  *properties = {.name = "Emulated GPU",
                 .totalGlobalMem = machine.memory,
                 .sharedMemPerBlock = kSharedByDefault,
                 .sharedMemPerBlockOptin = max_shared_bytes(),
                 .warpSize = warpSize,
                 .maxThreadsPerBlock = kMaxThreads,
                 .major = machine.capability / 10,
                 .minor = machine.capability % 10,
                 .multiProcessorCount = machine.multiprocessors};
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) { return answer(version, machine.driver_version); }
cudaError_t cudaRuntimeGetVersion(int* version) { return answer(version, 13000); }
