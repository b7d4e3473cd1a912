// cuBLASLt for tests: a stub, joined to the emulator and named as the library to open; on a GPU the real one.
#pragma once
#include <cstdlib>
#include "../../../native/cuda/emulator/emulator.h"
#include "cublaslt_stub.h"
#if !defined(SOPHIA_SILICON)
#include <dlfcn.h>
#include <memory>
#include "../../../native/cuda/emulator/device_thread.h"
#include "../../../native/cuda/emulator/memory.h"
#include "../../../native/cuda/emulator/stream.h"
#endif

namespace emulated {

using namespace sophia;

// Sets a variable of the environment while it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;

 private:
  const char* name_;
};

#if defined(SOPHIA_SILICON)

struct CublasltStub {
  explicit CublasltStub(bool = false) {}
  CublasltCounts counts() const { return {}; }
};

#else

class CublasltStub {
 public:
  explicit CublasltStub(bool refuses = false) : library_(dlopen(SOPHIA_STUB, RTLD_NOW)) {
    reinterpret_cast<UseHooks*>(dlsym(library_, "sophia_stub_use"))({enqueue, valid, written, refuses});
  }
  CublasltCounts counts() const { return reinterpret_cast<GetCounts*>(dlsym(library_, "sophia_stub_counts"))(); }

 private:
  static void enqueue(void* stream, void (*work)(void*), void* argument, void (*destroy)(void*)) {
    const std::shared_ptr<void> shared(argument, destroy);
    const emulator::Api api;
    emulator::enqueue(static_cast<cudaStream_t>(stream), [=] {
      const emulator::Window open;
      work(shared.get());
    });
  }
  static bool valid(const void* memory, std::size_t bytes) {
    const emulator::Api api;
    return emulator::in_device_memory(memory) && emulator::valid_range(memory, bytes);
  }
  static void written(const void* memory, std::size_t bytes) { emulator::mark_initialised(memory, bytes); }

  Variable named_{"SOPHIA_CUBLASLT", SOPHIA_STUB};
  void* library_;
};

#endif

}  // namespace emulated
