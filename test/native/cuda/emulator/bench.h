// The emulator's face to its own tests: memory to work on, and what a launch must or must not be reported as.
#pragma once
#include <algorithm>
#include "../../../../native/cuda/cuda.h"
#include "../../../../native/cuda/emulator/emulator.h"
#include "../../check.h"

namespace sophia {

using emulator::Fault;

struct EmulatorBench {
  Cuda on;
  float* a = numbers<float>(4096);
  float* p = numbers<float>(4096);
  unsigned* count = numbers<unsigned>(1);
  volatile float sink = 0;  // where a number goes whose reading matters

  EmulatorBench() { emulator::print_reports(false); }
  ~EmulatorBench() {
    for (void* memory : {static_cast<void*>(a), static_cast<void*>(p), static_cast<void*>(count)}) on.free(memory);
    emulator::print_reports(true);
  }

  template <class T>
  T* numbers(std::size_t size) {
    return static_cast<T*>(on.allocate(size * sizeof(T)));
  }
  template <class T>
  std::vector<T> read(const T* device, std::size_t size) {
    std::vector<T> host(size);
    on.download(host.data(), device, static_cast<std::int64_t>(size));
    return host;
  }

  // The last launch was reported, among others as `fault`, or not at all.
  void reports(const std::string& name, Fault fault) {
    bool right = false;
    for (const auto& report : emulator::take_reports()) right |= report.fault == fault;
    check::expect("Emulator reports " + name, right);
  }
  void silent(const std::string& name) {
    const std::vector<emulator::Report> found = emulator::take_reports();
    check::expect("Emulator is silent on " + name + (found.empty() ? "" : ": " + found[0].text), found.empty());
  }

  // The kernel commits the fault if its last argument, `good`, is false, and does not if it is true.
  template <class Kernel, class... Arguments>
  void both(const std::string& name, Fault fault, const Grid& grid, Kernel kernel, Arguments... arguments) {
    on.launch("wrong", grid, kernel, arguments..., false);
    reports(name, fault);
    on.zero(count, 1);
    on.launch("right", grid, kernel, arguments..., true);
    silent("the right twin of " + name);
  }
};

}  // namespace sophia
