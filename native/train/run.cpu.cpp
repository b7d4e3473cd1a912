// The entry of an instruction set: the only name that its isolated object shows.
#include "../cpu/cpu.h"
#include "run_on.h"

#define SOPHIA_ENTRY_Baseline sophia_make_run_baseline
#define SOPHIA_ENTRY_Avx2 sophia_make_run_avx2
#define SOPHIA_ENTRY_Avx512 sophia_make_run_avx512
#define SOPHIA_REFERENCE_Float64 1  // the reference arithmetic of the tests has no entry
#define SOPHIA_JOIN(a, b) a##b
#define SOPHIA_FOR(prefix, isa) SOPHIA_JOIN(prefix, isa)

#if !SOPHIA_FOR(SOPHIA_REFERENCE_, SOPHIA_ISA)
namespace sophia {
extern "C" Run* SOPHIA_FOR(SOPHIA_ENTRY_, SOPHIA_ISA)(const Config& config, const Placement& placement) {
  return new RunOn<Cpu<Isa>>(config, placement.recompute, placement.threads);
}
}  // namespace sophia
#endif
