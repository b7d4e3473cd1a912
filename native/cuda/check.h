// CUDA's status codes as errors.
#pragma once
#include <cuda_runtime.h>

namespace sophia {

// Throws unless the status is success: kOutOfMemory when the device's memory is used up, kDevice otherwise, with
// what was called, CUDA's name of the error and its text. Asynchronous errors surface at whatever is checked next;
// SOPHIA_SYNC=1 pins them to their kernel.
void cuda_check(cudaError_t status, const char* what);

}  // namespace sophia

#define CUDA_CHECK(call) ::sophia::cuda_check((call), #call)
