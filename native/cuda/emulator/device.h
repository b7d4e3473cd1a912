// What each device of the machine keeps for itself.
#pragma once
#include "runtime_api.h"

// Memory that is handed out in stream order: what is freed stays reserved, beyond the threshold only until the next
// synchronisation.
struct CUmemPoolHandle_st {
  size_t reserved = 0, used = 0;
  uint64_t threshold = 0;
};

namespace sophia::emulator {

struct Device {
  size_t granted = 0;  // bytes of cudaMalloc
  CUmemPoolHandle_st pool;

  size_t taken() const { return granted + pool.reserved; }
};

Device& current_device();         // of the calling thread
Device* find_device(int number);  // null if there is none
void trim_pool(Device& device);   // at a synchronisation
size_t memory_of_device();

}  // namespace sophia::emulator
