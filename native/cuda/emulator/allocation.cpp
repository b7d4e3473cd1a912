// Handing out device memory: at once, in stream order from a pool, and to whoever asks how much there is.
#include <algorithm>
#include "capture.h"
#include "device.h"
#include "device_thread.h"
#include "faults.h"
#include "memory.h"
#include "report.h"
#include "stream.h"

namespace sophia::emulator {
namespace {

// The pool gives back what it keeps before anyone is refused.
bool has_room(Device& device, size_t bytes) {
  if (strikes(faults.allocation)) return false;
  if (device.taken() + bytes > memory_of_device()) device.pool.reserved = device.pool.used;
  return bytes <= memory_of_device() && device.taken() <= memory_of_device() - bytes;
}

void grow(CUmemPoolHandle_st& pool, size_t bytes) {
  pool.used += bytes;
  pool.reserved = std::max(pool.reserved, pool.used);
}

size_t missing(const CUmemPoolHandle_st& pool, size_t bytes) {
  const size_t spare = pool.reserved - pool.used;
  return bytes > spare ? bytes - spare : 0;
}

void give_back(Allocation& a) { (a.pooled ? a.device->pool.used : a.device->granted) -= a.size; }

void trim(CUmemPoolHandle_st& pool, size_t keep) { pool.reserved = std::max(pool.used, std::min(pool.reserved, keep)); }

}  // namespace

void trim_pool(Device& device) { trim(device.pool, device.pool.threshold); }

}  // namespace sophia::emulator

using namespace sophia::emulator;

cudaError_t cudaMalloc(void** memory, size_t bytes) {
  const Exclusive alone;
  *memory = nullptr;
  if (const cudaError_t error = unsafe_call(); error != cudaSuccess) return error;
  if (bytes == 0) return cudaSuccess;
  Device& device = current_device();
  if (device.failure_shown) return fail(device.failure);
  Allocation* const a = has_room(device, bytes) ? allocate(device, bytes) : nullptr;
  if (a == nullptr) return fail(cudaErrorMemoryAllocation);
  a->promised = false;
  device.granted += bytes;
  *memory = a->base;
  return cudaSuccess;
}

cudaError_t cudaFree(void* memory) {
  const Api api;
  if (const cudaError_t error = unsafe_call(); error != cudaSuccess) return error;
  if (memory == nullptr) return cudaSuccess;
  finish_all();
  Allocation* const a = living(memory);
  if (a == nullptr) return fail(cudaErrorInvalidValue);
  a->leaving = true;
  give_back(*a);
  release(*a);
  return cudaSuccess;
}

cudaError_t cudaMallocAsync(void** memory, size_t bytes, cudaStream_t stream) {
  const Exclusive alone;
  *memory = nullptr;
  if (const auto& capture = stream_of(stream).capture) return refuse(capture, cudaErrorStreamCaptureUnsupported);
  if (bytes == 0) return cudaSuccess;
  Device& device = *stream_of(stream).device;
  if (device.failure_shown) return fail(device.failure);
  Allocation* const a = has_room(device, missing(device.pool, bytes)) ? allocate(device, bytes) : nullptr;
  if (a == nullptr) return fail(cudaErrorMemoryAllocation);
  a->pooled = true;
  grow(device.pool, bytes);
  *memory = a->base;
  return enqueue(stream, [a] { a->promised = false; });
}

cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream) {
  const Api api;
  if (const auto& capture = stream_of(stream).capture) return refuse(capture, cudaErrorStreamCaptureUnsupported);
  if (memory == nullptr) return cudaSuccess;
  Allocation* const a = living(memory);
  if (a == nullptr) return fail(cudaErrorInvalidValue);
  a->leaving = true;
  Operation leave{[a] { release(*a); }};
  leave.chosen = [a] { give_back(*a); };
  return enqueue(stream, std::move(leave));
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  const Api api;
  *total = memory_of_device();
  *free = *total - std::min(*total, current_device().taken());
  return cudaSuccess;
}

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int number) {
  Device* const device = find_device(number);
  if (device == nullptr) return fail(cudaErrorInvalidDevice);
  *pool = &device->pool;
  return cudaSuccess;
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
  const Api api;
  if (attribute > cudaMemPoolAttrReleaseThreshold) return fail(cudaErrorInvalidValue);
  if (attribute == cudaMemPoolAttrReleaseThreshold) pool->threshold = *static_cast<uint64_t*>(value);
  return cudaSuccess;  // the others say what memory may be used again, and here none is
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
  const Api api;
  uint64_t& number = *static_cast<uint64_t*>(value);
  switch (attribute) {
    case cudaMemPoolAttrReleaseThreshold: number = pool->threshold; return cudaSuccess;
    case cudaMemPoolAttrReservedMemCurrent: number = pool->reserved; return cudaSuccess;
    case cudaMemPoolAttrUsedMemCurrent: number = pool->used; return cudaSuccess;
    default: return fail(cudaErrorInvalidValue);
  }
}

cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, size_t bytes_to_keep) {
  const Api api;
  trim(*pool, bytes_to_keep);
  return cudaSuccess;
}
