// The ways in which this binary's instruction set multiplies Bf16: as floats, and by the processor's own instruction
// where it has one.
#pragma once
#include "../../native/cpu/cpu.h"
#include "check.h"

namespace bf16 {

using namespace sophia;

inline constexpr double kHalfUnit = 1.0 / 256;  // in the last place, of a number with 8 bits

inline bool machine_has() {
#if defined(__AVX512F__)
  return __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

// f(a backend) for each.
template <class F>
void on_each_way(F f, int threads = 2) {
  for (const bool instruction : {false, true}) {
    if (instruction && !machine_has()) continue;
    Cpu<Isa> on(threads, instruction);
    f(on);
  }
}

}  // namespace bf16
