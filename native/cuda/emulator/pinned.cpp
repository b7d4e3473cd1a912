// Pinned host memory: the host's, but known to the driver. Kernels that touch it are reported all the same: a GPU would
// reach it over the bus, and nobody here means to.
#include <cstdlib>
#include <map>
#include "capture.h"
#include "device_thread.h"
#include "faults.h"
#include "memory.h"
#include "report.h"
#include "stream.h"

namespace sophia::emulator {
namespace {

constexpr size_t kPage = 4096;

std::map<const char*, size_t>& pinned() {
  static auto& only = *new std::map<const char*, size_t>;
  return only;
}

// Of the memory that holds the address; null if none does.
const char* end_of_pinned(const char* address) {
  const auto above = pinned().upper_bound(address);
  if (above == pinned().begin()) return nullptr;
  const auto [base, size] = *std::prev(above);
  return address < base + size ? base + size : nullptr;
}

}  // namespace

bool within_pinned(const void* address, size_t bytes) {
  const char* const p = static_cast<const char*>(address);
  const char* const end = end_of_pinned(p);
  return end == nullptr || p + bytes <= end;
}

bool is_pageable(const void* address) {
  return !in_device_memory(address) && end_of_pinned(static_cast<const char*>(address)) == nullptr;
}

}  // namespace sophia::emulator

using namespace sophia::emulator;

cudaError_t cudaMallocHost(void** memory, size_t bytes) {
  const Api api;
  *memory = nullptr;
  if (const cudaError_t error = unsafe_call(); error != cudaSuccess) return error;
  if (bytes == 0) return cudaSuccess;
  const bool refused = bytes > SIZE_MAX / 2 || strikes(faults.allocation);
  *memory = refused ? nullptr : std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage);
  if (*memory == nullptr) return fail(cudaErrorMemoryAllocation);
  pinned()[static_cast<char*>(*memory)] = bytes;
  return cudaSuccess;
}

// Waits, as cudaFree does: work may still read it.
cudaError_t cudaFreeHost(void* memory) {
  const Api api;
  if (const cudaError_t error = unsafe_call(); error != cudaSuccess) return error;
  if (memory == nullptr) return cudaSuccess;
  finish_all();
  if (pinned().erase(static_cast<char*>(memory)) == 0) return fail(cudaErrorInvalidValue);
  std::free(memory);
  return cudaSuccess;
}
