// Whether the kernel files report their loads and stores (hooks.cpp sets it before main begins).
#pragma once

namespace sophia::emulator {

inline bool instrumented = false;

}  // namespace sophia::emulator
