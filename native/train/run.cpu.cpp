// The entry of an instruction set: the only name that its isolated object shows.
#include "../cpu/cpu.h"
#include "run_on.h"

#define SOPHIA_ENTRY_Baseline sophia_make_run_baseline
#define SOPHIA_ENTRY_Avx2 sophia_make_run_avx2
#define SOPHIA_ENTRY_Avx512 sophia_make_run_avx512

#if !SOPHIA_IS_REFERENCE
namespace sophia {
extern "C" Run* SOPHIA_FOR(SOPHIA_ENTRY_, SOPHIA_ISA)(const Config& config, const Placement& placement) {
  const bool bf16 = placement.isa == Avx512::kNameWithBf16;
  if (placement.dtype == "bfloat16")
    return new RunOn<Cpu<Isa>, Bf16>(config, placement.recompute, placement.threads, bf16);
  return new RunOn<Cpu<Isa>>(config, placement.recompute, placement.threads, bf16);
}
}  // namespace sophia
#endif
