// What each device of the machine keeps for itself.
#pragma once
#include <atomic>
#include <vector>
#include "runtime_api.h"

// Memory that is handed out in stream order: what is freed stays reserved, beyond the threshold only until the next
// synchronisation.
struct CUmemPoolHandle_st {
  size_t reserved = 0, used = 0;
  uint64_t threshold = 0;
};

namespace sophia::emulator {

struct Device {
  int number;
  size_t granted = 0;  // bytes of cudaMalloc
  CUmemPoolHandle_st pool = {};
  // The error that the device has failed with: it runs nothing more. The first synchronisation shows it, and from then
  // on whatever asks the device for something.
  std::atomic<cudaError_t> failure = cudaSuccess;
  bool failure_shown = false;

  size_t taken() const { return granted + pool.reserved; }
};

Device& current_device();            // of the calling thread
Device* find_device(int number);     // null if the machine has no such device
std::vector<Device*> all_devices();  // that were ever used
size_t memory_of_device();
void trim_pool(Device& device);  // at a synchronisation

// The device of the work that the device thread runs; null outside of it.
inline Device* running_device = nullptr;

}  // namespace sophia::emulator
