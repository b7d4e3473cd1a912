#include "errors.h"

namespace {

constexpr const char* kUnknown = "unrecognized error code";

}  // namespace

#define SOPHIA_CUDA_ERROR(name, number, text) \
  case name: return #name;
const char* cudaGetErrorName(cudaError_t error) {
  switch (error) { SOPHIA_CUDA_ERRORS(SOPHIA_CUDA_ERROR) }
  return kUnknown;
}
#undef SOPHIA_CUDA_ERROR

#define SOPHIA_CUDA_ERROR(name, number, text) \
  case name: return text;
const char* cudaGetErrorString(cudaError_t error) {
  switch (error) { SOPHIA_CUDA_ERRORS(SOPHIA_CUDA_ERROR) }
  return kUnknown;
}
#undef SOPHIA_CUDA_ERROR
