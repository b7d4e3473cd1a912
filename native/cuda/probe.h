// Whether CUDA can be used here, and if not, why: values, never errors, also where it was not compiled in.
#pragma once
#include <string>

namespace sophia {

struct CudaProbe {
  bool compiled = false;   // this build holds CUDA kernels
  bool available = false;  // and device 0 can run them
  int devices = 0;
  std::string status = "notCompiled";           // or available, noDriver, oldDriver, noDevice, oldDevice, failed
  std::string reason = {};                      // a sentence for people, empty if available
  int runtime_version = 0, driver_version = 0;  // 13020 is CUDA 13.2; the driver's is 0 where there is none
};

CudaProbe probe_cuda();
CudaProbe probe_devices();  // in cuda.cu: what probe_cuda() asks where CUDA was compiled in

}  // namespace sophia
