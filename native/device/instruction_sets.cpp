#include "instruction_sets.h"
#include <algorithm>
#include <cstdlib>
#include "../core/error.h"
#include "../cpu/isa.h"

namespace sophia {

std::vector<std::string> usable_isas() {
  std::vector<std::string> names;
#if defined(SOPHIA_HAVE_AVX512)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl")) {
    if (__builtin_cpu_supports("avx512bf16")) names.emplace_back(Avx512::kNameWithBf16);
    names.emplace_back(Avx512::kName);
  }
#endif
#if defined(SOPHIA_HAVE_AVX2)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
    names.emplace_back(Avx2::kName);
#endif
#if defined(SOPHIA_HAVE_BASELINE)
  names.emplace_back(Baseline::kName);
#endif
  return names;
}

std::string default_isa() {
  const char* const wanted = std::getenv("SOPHIA_ISA");
  return wanted && *wanted ? wanted : usable_isas().front();
}

std::string choose_isa(const std::string& asked) {
  const std::string wanted = asked.empty() ? default_isa() : asked;
  const auto sets = usable_isas();
  if (std::find(sets.begin(), sets.end(), wanted) != sets.end()) return wanted;
  std::string names;
  for (const auto& set : sets) names += std::string(names.empty() ? "" : ", ") + set;
  fail(Code::kDevice,
       "Expected an instruction set that this machine and this build have (" + names + "), got " + wanted);
}

}  // namespace sophia
