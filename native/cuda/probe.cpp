#include "probe.h"
#include "../core/error.h"

namespace sophia {

CudaProbe probe_cuda() {
#if SOPHIA_HAVE_CUDA
  return probe_devices();
#else
  return {.reason = "this build has no CUDA backend"};
#endif
}

void expect_gpu(int number) {
  const CudaProbe cuda = probe_cuda();
  if (!cuda.available) fail(Code::kDevice, "CUDA cannot be used: " + cuda.reason);
  const auto gpu = static_cast<std::size_t>(number);
  if (number < 0 || gpu >= cuda.gpus.size())
    fail(Code::kDevice, text("Expected a GPU from 0 to ", cuda.gpus.size() - 1, ", got ", number));
  if (!cuda.gpus[gpu].usable) fail(Code::kDevice, cuda.gpus[gpu].name + ": " + cuda.gpus[gpu].reason);
}

}  // namespace sophia
