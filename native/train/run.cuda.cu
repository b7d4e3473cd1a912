// The run on a GPU.
#include "../cuda/cuda.h"
#include "run_on.h"

namespace sophia {

extern "C" Run* sophia_make_run_cuda(const Config& config, const Placement& placement) {
  if (placement.dtype == "bfloat16") return new RunOn<Cuda, Bf16>(config, placement.recompute, placement.gpu);
  return new RunOn<Cuda>(config, placement.recompute, placement.gpu);
}

}  // namespace sophia
