// Copies and fills. Ranges are checked when they are asked for, as the driver does.
#include <cstring>
#include "device_thread.h"
#include "memory.h"
#include "report.h"
#include "stream.h"

namespace sophia::emulator {
namespace {

bool direction_fits(cudaMemcpyKind kind, bool to_device, bool from_device) {
  switch (kind) {
    case cudaMemcpyHostToHost: return !to_device && !from_device;
    case cudaMemcpyHostToDevice: return to_device && !from_device;
    case cudaMemcpyDeviceToHost: return !to_device && from_device;
    case cudaMemcpyDeviceToDevice: return to_device && from_device;
    case cudaMemcpyDefault: return true;
  }
  return false;
}

// A stream may have freed what was there when the work was asked for.
bool still_there(const void* memory, size_t bytes) {
  const std::string fault = in_device_memory(memory) && bytes > 0 ? fault_of(memory, bytes) : "";
  begin_reports_of_launch();
  if (!fault.empty()) report(Fault::kOutOfBounds, nullptr, describe("a copy or fill of %zu bytes ", bytes) + fault);
  return fault.empty();
}

void copy(void* to, const void* from, size_t bytes) {
  if (running_device->failure != cudaSuccess || !still_there(from, bytes) || !still_there(to, bytes)) return;
  const Window open;
  if (bytes > 0) std::memmove(to, from, bytes);  // from nowhere, if nothing is copied
  mark_initialised(to, bytes);
}

}  // namespace
}  // namespace sophia::emulator

using namespace sophia::emulator;

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  uint64_t ticket = 0;
  {
    const Api api;
    const bool fits = direction_fits(kind, in_device_memory(to), in_device_memory(from));
    if (!fits || !valid_range(to, bytes) || !valid_range(from, bytes)) return fail(cudaErrorInvalidValue);
    const cudaError_t error = enqueue(stream, [=] { copy(to, from, bytes); });
    if (error != cudaSuccess) return error;
    // CUDA may let the host wait for copies of pageable memory, and may not: lazy streams never do.
    if (!streams_are_lazy() && (is_pageable(to) || is_pageable(from))) ticket = next_ticket() - 1;
  }
  wait_for(ticket);
  return cudaSuccess;
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  if (const cudaError_t error = cudaMemcpyAsync(to, from, bytes, kind); error != cudaSuccess) return error;
  return cudaStreamSynchronize(nullptr);
}

cudaError_t cudaMemsetAsync(void* memory, int byte, size_t bytes, cudaStream_t stream) {
  const Api api;
  if (!in_device_memory(memory) || !valid_range(memory, bytes)) return fail(cudaErrorInvalidValue);
  return enqueue(stream, [=] {
    if (running_device->failure != cudaSuccess || !still_there(memory, bytes)) return;
    const Window open;
    std::memset(memory, byte, bytes);
    mark_initialised(memory, bytes);
  });
}

cudaError_t cudaMemset(void* memory, int byte, size_t bytes) {
  if (const cudaError_t error = cudaMemsetAsync(memory, byte, bytes); error != cudaSuccess) return error;
  return cudaStreamSynchronize(nullptr);
}
