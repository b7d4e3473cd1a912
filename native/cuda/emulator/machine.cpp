// The device that there is not: what the runtime API says of it, as tests set it.
#include "emulator.h"
#include "report.h"

namespace sophia::emulator {
namespace {

Machine machine;

cudaError_t answer(int* to, int value) {
  *to = value;
  return cudaSuccess;
}

}  // namespace

void set_machine(const Machine& pretended) { machine = pretended; }

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

cudaError_t cudaDriverGetVersion(int* version) { return answer(version, machine.driver_version); }
cudaError_t cudaRuntimeGetVersion(int* version) { return answer(version, 13000); }

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess: return "cudaSuccess";
    case cudaErrorInvalidValue: return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidConfiguration: return "cudaErrorInvalidConfiguration";
    case cudaErrorInsufficientDriver: return "cudaErrorInsufficientDriver";
    case cudaErrorNoDevice: return "cudaErrorNoDevice";
    case cudaErrorInvalidDevice: return "cudaErrorInvalidDevice";
    case cudaErrorNotReady: return "cudaErrorNotReady";
    case cudaErrorIllegalAddress: return "cudaErrorIllegalAddress";
    case cudaErrorMisalignedAddress: return "cudaErrorMisalignedAddress";
    case cudaErrorLaunchFailure: return "cudaErrorLaunchFailure";
  }
  return "cudaErrorUnknown";
}

const char* cudaGetErrorString(cudaError_t error) { return cudaGetErrorName(error); }
