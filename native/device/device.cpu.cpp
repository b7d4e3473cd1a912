// The second entry of an instruction set, beside train/run.cpu.cpp.
#include "../cpu/cpu.h"
#include "device_on.h"

#define SOPHIA_DEVICE_Baseline sophia_make_device_baseline
#define SOPHIA_DEVICE_Avx2 sophia_make_device_avx2
#define SOPHIA_DEVICE_Avx512 sophia_make_device_avx512
#define SOPHIA_REFERENCE_Float64 1  // the reference arithmetic of the tests has no entry
#define SOPHIA_JOIN(a, b) a##b
#define SOPHIA_FOR(prefix, isa) SOPHIA_JOIN(prefix, isa)

#if !SOPHIA_FOR(SOPHIA_REFERENCE_, SOPHIA_ISA)
namespace sophia {
extern "C" Device* SOPHIA_FOR(SOPHIA_DEVICE_, SOPHIA_ISA)(int threads, std::int64_t limit) {
  return new DeviceOn<Cpu<Isa>>("cpu", limit, threads);
}
}  // namespace sophia
#endif
