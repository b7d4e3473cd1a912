// Instruction sets. Each is a type, so that the same sources compile once per set under names of their own; the
// build compiles every *.cpu.cpp with -DSOPHIA_ISA=<one of these> and the matching compiler flags.
#pragma once

namespace sophia {

struct Baseline {  // any machine: four floats (SSE2, NEON)
  static constexpr const char* kName = "baseline";
  static constexpr int kLanes = 4;
};
struct Avx2 {
  static constexpr const char* kName = "avx2";
  static constexpr int kLanes = 8;
};
struct Avx512 {
  static constexpr const char *kName = "avx512", *kNameWithBf16 = "avx512bf16";
  static constexpr int kLanes = 16;
};
struct Float64 {  // the reference of the tests: the same schedules, in double
  static constexpr const char* kName = "float64";
  static constexpr int kLanes = 4;
};

template <class Isa> struct RealOf {
  using type = float;
};
template <> struct RealOf<Float64> {
  using type = double;
};
// What this instruction set computes in.
template <class Isa> using Real = typename RealOf<Isa>::type;

#if defined(SOPHIA_ISA)
using Isa = SOPHIA_ISA;  // the set that this translation unit is compiled for
#endif

}  // namespace sophia

// prefix followed by the name of the set.
#define SOPHIA_JOIN(a, b) a##b
#define SOPHIA_FOR(prefix, isa) SOPHIA_JOIN(prefix, isa)

// Whether this translation unit is the reference arithmetic, which computes in double alone and has no entry.
#define SOPHIA_REFERENCE_Float64 1
#define SOPHIA_IS_REFERENCE SOPHIA_FOR(SOPHIA_REFERENCE_, SOPHIA_ISA)

// Instantiates verb(Cpu<Isa>&, const Layer<S>&) at the scalars of this translation unit.
#define SOPHIA_INSTANTIATE(verb, Layer)                   \
  SOPHIA_INSTANTIATE_BF16(verb, Layer)                    \
  template void verb(Cpu<Isa>&, const Layer<Real<Isa>>&); \
  template void verb(Cpu<Isa>&, const Layer<Dual<Real<Isa>>>&)
#if SOPHIA_IS_REFERENCE
#define SOPHIA_INSTANTIATE_BF16(verb, Layer)
#else
#define SOPHIA_INSTANTIATE_BF16(verb, Layer) template void verb(Cpu<Isa>&, const Layer<Bf16>&);
#endif
