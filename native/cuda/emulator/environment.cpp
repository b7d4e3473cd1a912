// The machine and its faults as environment variables describe them, for tests of whole processes.
//
//   SOPHIA_EMULATOR_STATUS            noDriver, oldDriver or noDevice: what questions about devices are answered with
//   SOPHIA_EMULATOR_DEVICES           how many devices there are
//   SOPHIA_EMULATOR_MEMORY            bytes of each
//   SOPHIA_EMULATOR_FAIL_ALLOCATION   n: the n-th allocation of device memory is refused
//   SOPHIA_EMULATOR_FAIL_LAUNCH       n: the n-th launch is refused
//   SOPHIA_EMULATOR_FAULT_KERNEL      n: the n-th kernel to run kills its device
//
// A value that cannot be read ends the process: a misspelt fault would otherwise never strike.
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include "device_thread.h"
#include "faults.h"

namespace sophia::emulator {
namespace {

[[noreturn]] void reject(const char* name, const char* value) {
  std::fprintf(stderr, "emulator: %s=%s is not understood\n", name, value);
  std::exit(2);
}

template <class T>
void read(const char* name, T& to) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return;
  char* end = nullptr;
  const unsigned long long number = std::strtoull(value, &end, 10);
  if (end == value || *end != '\0') reject(name, value);
  to = static_cast<T>(number);
}

void read_status(const char* name, Machine& machine) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return;
  const std::string_view status = value;
  if (status == "noDriver") machine.status = cudaErrorInsufficientDriver, machine.driver_version = 0;
  else if (status == "oldDriver") machine.status = cudaErrorInsufficientDriver, machine.driver_version = 12000;
  else if (status == "noDevice") machine.status = cudaErrorNoDevice, machine.devices = 0;
  else reject(name, value);
}

const bool read_when_loaded = (read_environment(), true);

}  // namespace

void read_environment() {
  Machine machine;
  Faults injected;
  read_status("SOPHIA_EMULATOR_STATUS", machine);
  read("SOPHIA_EMULATOR_DEVICES", machine.devices);
  read("SOPHIA_EMULATOR_MEMORY", machine.memory);
  read("SOPHIA_EMULATOR_FAIL_ALLOCATION", injected.allocation);
  read("SOPHIA_EMULATOR_FAIL_LAUNCH", injected.launch);
  read("SOPHIA_EMULATOR_FAULT_KERNEL", injected.kernel);
  set_machine(machine);
  set_faults(injected);
}

constinit Faults faults;

void set_faults(const Faults& injected) {
  const Exclusive alone;
  faults = injected;
}

}  // namespace sophia::emulator
