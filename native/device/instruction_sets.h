// The instruction sets that this build has and this machine can run, best first; and the one that is taken when none is
// asked for, SOPHIA_ISA or the best. `avx512bf16` is `avx512`, with the processor's own instruction for products of
// Bf16: in float32 both have the same bits.
#pragma once
#include <string>
#include <vector>

namespace sophia {

std::vector<std::string> usable_isas();
std::string default_isa();

// The set of that name, or the default for an empty one. Error{kDevice} where it cannot be used.
std::string choose_isa(const std::string& wanted);

}  // namespace sophia
