// The second entry of an instruction set, beside train/run.cpu.cpp.
#include "../cpu/cpu.h"
#include "device_on.h"

#define SOPHIA_DEVICE_Baseline sophia_make_device_baseline
#define SOPHIA_DEVICE_Avx2 sophia_make_device_avx2
#define SOPHIA_DEVICE_Avx512 sophia_make_device_avx512

#if !SOPHIA_IS_REFERENCE
namespace sophia {
extern "C" Device* SOPHIA_FOR(SOPHIA_DEVICE_, SOPHIA_ISA)(int threads, bool bf16, std::int64_t limit) {
  return new DeviceOn<Cpu<Isa>>("cpu", limit, threads, bf16);
}
}  // namespace sophia
#endif
