// Collecting what went wrong.
#pragma once
#include "emulator.h"
#include "instrumented.h"

namespace sophia::emulator {

// Files a report once per fault and code address in a launch. Faults that a GPU would answer with an error become the
// running device's, until take_reports().
void report(Fault fault, const void* code, const std::string& what);
void begin_reports_of_launch();

cudaError_t fail(cudaError_t error);  // remembers it for the thread's cudaGetLastError, and returns it

template <class... Parts>
std::string describe(const char* format, Parts... parts) {
  const Unwatched own_code;
  char text[512];
  std::snprintf(text, sizeof text, format, parts...);
  return text;
}

}  // namespace sophia::emulator
