// Injected faults (emulator.h): counted where they may strike.
#pragma once
#include "emulator.h"

namespace sophia::emulator {

extern Faults faults;

// Is this the one that was to fail?
inline bool strikes(uint64_t& countdown) { return countdown > 0 && --countdown == 0; }

}  // namespace sophia::emulator
