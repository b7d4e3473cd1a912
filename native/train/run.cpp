#include "run.h"
#include <algorithm>
#include <cstdlib>
#include "../cpu/pool.h"
#include "../cuda/probe.h"

namespace sophia {

#define SOPHIA_ENTRY(set) extern "C" Run* sophia_make_run_##set(const Config&, const Placement&)
SOPHIA_ENTRY(baseline);
SOPHIA_ENTRY(avx2);
SOPHIA_ENTRY(avx512);
SOPHIA_ENTRY(cuda);
#undef SOPHIA_ENTRY

namespace {

struct InstructionSet {
  const char* name;
  Run* (*make)(const Config&, const Placement&);
  bool usable;
};

// Best first. The build says which sets it has, the processor which of them it can run.
std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets;
#if defined(SOPHIA_HAVE_AVX512)
  sets.push_back({"avx512", sophia_make_run_avx512,
                  __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")});
#endif
#if defined(SOPHIA_HAVE_AVX2)
  sets.push_back({"avx2", sophia_make_run_avx2,
                  __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")});
#endif
#if defined(SOPHIA_HAVE_BASELINE)
  sets.push_back({"baseline", sophia_make_run_baseline, true});
#endif
  std::erase_if(sets, [](const auto& set) { return !set.usable; });
  return sets;
}

}  // namespace

std::vector<std::string> usable_isas() {
  std::vector<std::string> names;
  for (const auto& set : instruction_sets()) names.emplace_back(set.name);
  return names;
}

std::string default_isa() {
  const char* const wanted = std::getenv("SOPHIA_ISA");
  return wanted && *wanted ? wanted : usable_isas().front();
}

std::unique_ptr<Run> make_cpu_run(const Config& config, const Placement& placement) {
  check(config);
  require(placement.dtype == "float32", "Expected `dtype` to be float32 on the CPU, got ", placement.dtype);
  const std::string wanted = placement.isa.empty() ? default_isa() : placement.isa;
  const auto sets = instruction_sets();
  const auto set = std::find_if(sets.begin(), sets.end(), [&](const auto& s) { return wanted == s.name; });
  if (set == sets.end()) {
    std::string names;
    for (const auto& s : sets) names += std::string(names.empty() ? "" : ", ") + s.name;
    fail(Code::kDevice,
         "Expected an instruction set that this machine and this build have (" + names + "), got " + wanted);
  }
  Placement settled = placement;
  if (settled.threads <= 0) settled.threads = default_threads();
  return std::unique_ptr<Run>(set->make(config, settled));
}

std::unique_ptr<Run> make_cuda_run(const Config& config, const Placement& placement) {
  check(config);
  require(placement.dtype == "float32" || placement.dtype == "bfloat16",
          "Expected `dtype` to be float32 or bfloat16, got ", placement.dtype);
  const CudaProbe cuda = probe_cuda();
  if (!cuda.available) fail(Code::kDevice, "CUDA cannot be used: " + cuda.reason);
  const auto gpu = static_cast<std::size_t>(placement.gpu);
  if (placement.gpu < 0 || gpu >= cuda.gpus.size())
    fail(Code::kDevice, text("Expected a GPU from 0 to ", cuda.gpus.size() - 1, ", got ", placement.gpu));
  if (!cuda.gpus[gpu].usable) fail(Code::kDevice, cuda.gpus[gpu].name + ": " + cuda.gpus[gpu].reason);
#if defined(SOPHIA_HAVE_CUDA)
  return std::unique_ptr<Run>(sophia_make_run_cuda(config, placement));
#else
  return nullptr;  // probe_cuda() has said that there is none
#endif
}

}  // namespace sophia
