// CUDA's errors, with NVIDIA's names, numbers and texts.
#pragma once

#define SOPHIA_CUDA_ERRORS(error)                                                                                      \
  error(cudaSuccess, 0, "no error") error(cudaErrorInvalidValue, 1, "invalid argument") error(                         \
      cudaErrorMemoryAllocation, 2, "out of memory") error(cudaErrorInvalidConfiguration, 9,                           \
                                                           "invalid configuration argument")                           \
      error(cudaErrorInsufficientDriver, 35, "CUDA driver version is insufficient for CUDA runtime version") error(    \
          cudaErrorNoDevice, 100, "no CUDA-capable device is detected") error(cudaErrorInvalidDevice, 101,             \
                                                                              "invalid device ordinal")                \
          error(cudaErrorInvalidResourceHandle, 400, "invalid resource handle") error(                                 \
              cudaErrorNotReady, 600, "device not ready") error(cudaErrorIllegalAddress, 700,                          \
                                                                "an illegal memory access was encountered")            \
              error(cudaErrorLaunchOutOfResources, 701, "too many resources requested for launch") error(              \
                  cudaErrorMisalignedAddress, 716, "misaligned address") error(cudaErrorLaunchFailure, 719,            \
                                                                               "unspecified launch failure")           \
                  error(cudaErrorNotSupported, 801, "operation not supported") error(                                  \
                      cudaErrorStreamCaptureUnsupported, 900,                                                          \
                      "operation not permitted when stream is capturing") error(cudaErrorStreamCaptureInvalidated,     \
                                                                                901,                                   \
                                                                                "operation failed due to a previous "  \
                                                                                "error during capture")                \
                      error(cudaErrorStreamCaptureMerge, 902,                                                          \
                            "operation would result in a merge of separate capture sequences")                         \
                          error(cudaErrorStreamCaptureUnmatched, 903,                                                  \
                                "capture was not ended in the same stream as it began")                                \
                              error(cudaErrorStreamCaptureUnjoined, 904, "capturing stream has unjoined work") error(  \
                                  cudaErrorStreamCaptureIsolation, 905,                                                \
                                  "dependency created on uncaptured work in another stream")                           \
                                  error(                                                                               \
                                      cudaErrorStreamCaptureImplicit, 906,                                             \
                                      "operation would make the legacy stream depend on a capturing blocking stream")  \
                                      error(cudaErrorCapturedEvent, 907,                                               \
                                            "operation not permitted on an event last recorded in a capturing stream") \
                                          error(cudaErrorStreamCaptureWrongThread, 908,                                \
                                                "attempt to terminate a thread-local capture sequence from another "   \
                                                "thread") error(cudaErrorUnknown, 999, "unknown error")

#define SOPHIA_CUDA_ERROR(name, number, text) name = number,
enum cudaError_t { SOPHIA_CUDA_ERRORS(SOPHIA_CUDA_ERROR) };
#undef SOPHIA_CUDA_ERROR

const char* cudaGetErrorName(cudaError_t error);
const char* cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();
cudaError_t cudaPeekAtLastError();
