// The device on a GPU.
#include "../cuda/cuda.h"
#include "device_on.h"

namespace sophia {

extern "C" Device* sophia_make_device_cuda(int gpu, void* stream, std::int64_t limit) {
  return new DeviceOn<Cuda>(text("cuda:", gpu), limit, gpu, static_cast<cudaStream_t>(stream));
}

}  // namespace sophia
