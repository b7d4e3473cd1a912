// The part of the CUDA runtime API that this project uses, with NVIDIA's names and error values.
#pragma once
#include <memory>
#include <type_traits>
#include "errors.h"
#include "graph_api.h"
#include "memory_api.h"
#include "words.h"

enum cudaDeviceAttr {
  cudaDevAttrMultiProcessorCount = 16,
  cudaDevAttrComputeCapabilityMajor = 75,
  cudaDevAttrComputeCapabilityMinor = 76,
  cudaDevAttrMaxSharedMemoryPerBlockOptin = 97,
};
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device);
// Of NVIDIA's many properties, those that are asked for.
struct cudaDeviceProp {
  char name[256];
  size_t totalGlobalMem, sharedMemPerBlock, sharedMemPerBlockOptin;
  int warpSize, maxThreadsPerBlock, major, minor, multiProcessorCount;
};
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaDriverGetVersion(int* version);
cudaError_t cudaRuntimeGetVersion(int* version);
cudaError_t cudaDeviceSynchronize();

struct CUevent_st;
using cudaEvent_t = CUevent_st*;
enum { cudaStreamDefault = 0, cudaStreamNonBlocking = 1, cudaEventDefault = 0, cudaEventDisableTiming = 2 };
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags = 0);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream = nullptr);
cudaError_t cudaEventQuery(cudaEvent_t event);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to);

enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute attribute, int value);

struct cudaLaunchAttribute;
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  size_t dynamicSmemBytes;
  cudaStream_t stream;
  cudaLaunchAttribute* attrs;
  unsigned numAttrs;
};

namespace sophia::emulator {

// A kernel with its arguments, ready to be run by any number of threads.
struct KernelCall {
  std::unique_ptr<void, void (*)(void*)> bound;
  void (*invoke)(const void* bound);
};

cudaError_t submit(const cudaLaunchConfig_t& config, const void* kernel, KernelCall call);

// Reading the arguments is the launch hardware's doing, not the kernel's: the checker must not see it.
#define SOPHIA_UNCHECKED __attribute__((no_sanitize("thread")))

}  // namespace sophia::emulator

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  static_assert((std::is_trivially_copyable_v<Parameters> && ...), "kernel arguments are copied bytewise");
  static_assert((size_t{0} + ... + sizeof(Parameters)) <= 4096, "kernel arguments exceed 4 KB");
  auto bound = [kernel, ... values = static_cast<Parameters>(arguments)]() SOPHIA_UNCHECKED { kernel(values...); };
  using Bound = decltype(bound);
  return sophia::emulator::submit(*config, reinterpret_cast<const void*>(kernel),
                                  {{new Bound(bound), [](void* p) { delete static_cast<Bound*>(p); }},
                                   [](const void* p) SOPHIA_UNCHECKED { (*static_cast<const Bound*>(p))(); }});
}
