// With SOPHIA_LAUNCHES=FILE: which kernels a program launched, and how. `npm run kernels` reads it.
#pragma once
#include "runtime_api.h"

namespace sophia::emulator {

void record_launch(const void* kernel, const cudaLaunchConfig_t& config);

}  // namespace sophia::emulator
