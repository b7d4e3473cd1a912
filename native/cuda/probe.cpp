#include "probe.h"

namespace sophia {

CudaProbe probe_cuda() {
#if SOPHIA_HAVE_CUDA
  return probe_devices();
#else
  return {.reason = "this build has no CUDA backend"};
#endif
}

}  // namespace sophia
