#include "probe.h"
#include <cuda_runtime.h>
#include <algorithm>
#include <iterator>
#include "../core/error.h"

namespace sophia {
namespace {

// The GPUs that this build holds code for, as nvcc was told: 800 is compute capability 8.0. Of the newest there is PTX.
#if defined(__CUDA_ARCH_LIST__)
constexpr int kArchitectures[] = {__CUDA_ARCH_LIST__};
#else
constexpr int kArchitectures[] = {800};
#endif
constexpr int kNewest = *std::max_element(std::begin(kArchitectures), std::end(kArchitectures)) / 10;

// Code runs on GPUs of the same major capability that are not older, PTX on all that are not older.
bool has_code_for(int capability) {
  return capability >= kNewest || std::any_of(std::begin(kArchitectures), std::end(kArchitectures), [&](int built) {
           return built / 100 == capability / 10 && built / 10 <= capability;
         });
}

// A version as CUDA writes it, 13020 for 13.2.
std::string dotted(int version) { return text(version / 1000, '.', version % 1000 / 10); }

// The number of GPUs, or what keeps us from it.
int count_gpus(CudaProbe& probe) {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  cudaGetLastError();  // said here, and not once more by the next check
  if (status == cudaErrorInsufficientDriver && probe.driver_version == 0) {
    probe.status = "noDriver";
    probe.reason = "no NVIDIA driver is installed";
  } else if (status == cudaErrorInsufficientDriver) {
    probe.status = "oldDriver";
    probe.reason = text("the NVIDIA driver supports CUDA ", dotted(probe.driver_version), ", but CUDA ",
                        dotted(probe.runtime_version), " is needed");
  } else if (status == cudaErrorNoDevice || (status == cudaSuccess && count == 0)) {
    probe.status = "noDevice";
    probe.reason = "no CUDA device was found";
  } else if (status != cudaSuccess) {
    probe.status = "failed";
    probe.reason = text(cudaGetErrorName(status), ": ", cudaGetErrorString(status));
  }
  return status == cudaSuccess ? count : 0;
}

// Fails softly: a GPU that does not answer is one that cannot be used.
Gpu examine(int number) {
  cudaDeviceProp properties;
  const cudaError_t status = cudaGetDeviceProperties(&properties, number);
  cudaGetLastError();
  if (status != cudaSuccess)
    return {.name = text("GPU ", number), .reason = text("it does not answer: ", cudaGetErrorString(status))};
  Gpu gpu{.name = properties.name,
          .capability = 10 * properties.major + properties.minor,
          .memory = static_cast<std::int64_t>(properties.totalGlobalMem)};
  gpu.usable = has_code_for(gpu.capability);
  if (!gpu.usable)
    gpu.reason = text("this build has no code for compute capability ", properties.major, '.', properties.minor);
  return gpu;
}

}  // namespace

CudaProbe probe_devices() {
  CudaProbe probe = {.compiled = true};
  cudaRuntimeGetVersion(&probe.runtime_version);
  cudaDriverGetVersion(&probe.driver_version);  // 0 where there is no driver
  const int count = count_gpus(probe);
  for (int i = 0; i < count; ++i) probe.gpus.push_back(examine(i));
  if (count == 0) return probe;
  probe.available = std::any_of(probe.gpus.begin(), probe.gpus.end(), [](const Gpu& gpu) { return gpu.usable; });
  probe.status = probe.available ? "available" : "oldDevice";
  if (!probe.available) probe.reason = text(probe.gpus[0].name, ": ", probe.gpus[0].reason);
  return probe;
}

}  // namespace sophia
