// Whether CUDA can be used here, and if not, why: values, never errors, also where it was not compiled in.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace sophia {

struct Gpu {
  std::string name;
  int capability = 0;       // 90 is compute capability 9.0
  std::int64_t memory = 0;  // bytes
  bool usable = false;      // this build holds code that it can run
  std::string reason = {};  // why not, empty if it is
};

struct CudaProbe {
  bool compiled = false;                        // this build holds CUDA kernels
  bool available = false;                       // and some GPU can run them
  std::vector<Gpu> gpus = {};                   // by CUDA's numbers
  std::string status = "notCompiled";           // or available, noDriver, oldDriver, noDevice, oldDevice, failed
  std::string reason = {};                      // a sentence for people, empty if available
  int runtime_version = 0, driver_version = 0;  // 13020 is CUDA 13.2; the driver's is 0 where there is none
};

CudaProbe probe_cuda();

// Error{kDevice}, with the reason, unless that GPU can be used.
void expect_gpu(int number);
CudaProbe probe_devices();  // in probe.cu: what probe_cuda() asks where CUDA was compiled in

}  // namespace sophia
