// What the emulator counts while kernels run; tests read it through take_statistics().
#pragma once
#include "emulator.h"

namespace sophia::emulator {

extern Statistics counters;

}  // namespace sophia::emulator
