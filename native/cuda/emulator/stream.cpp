#include "stream.h"
#include <algorithm>
#include <random>
#include "capture.h"
#include "device_thread.h"
#include "report.h"

namespace sophia::emulator {
namespace {

bool lazy = false;
std::mt19937_64 random_order{1};

bool run_one(CUstream_st& stream) {
  if (stream.queue.empty() || !stream.queue.front().ready()) return false;
  Operation operation = std::move(stream.queue.front());
  stream.queue.pop_front();
  operation.chosen();
  post(std::move(operation.work));
  return true;
}

void drain(const CUstream_st& stream) {
  drain_until([&] { return stream.queue.empty(); });
}

// Work of the legacy stream comes behind all that blocking streams were given before, and the other way round.
void keep_legacy_order(const CUstream_st& stream) {
  if (!stream.blocking) return;
  for (const cudaStream_t other : all_streams())
    if (other->device == stream.device && other->blocking && (stream.legacy || other->legacy)) drain(*other);
}

}  // namespace

CUstream_st& stream_of(cudaStream_t stream) {
  if (stream != nullptr) return *stream;
  Device* const device = &current_device();
  const auto is_it = [=](cudaStream_t s) { return s->legacy && s->device == device; };
  const auto found = std::find_if(all_streams().begin(), all_streams().end(), is_it);
  if (found != all_streams().end()) return **found;
  return *all_streams().emplace_back(new CUstream_st{.device = device, .legacy = true});
}
// Never destroyed, like the device thread.
std::vector<cudaStream_t>& all_streams() {
  static auto& all = *new std::vector<cudaStream_t>;
  return all;
}

bool streams_are_lazy() { return lazy; }
uint64_t random_number() { return random_order(); }

cudaError_t enqueue(cudaStream_t which, Operation operation) {
  const Api api;
  CUstream_st& stream = stream_of(which);
  Device& device = *stream.device;
  if (device.failure_shown) return fail(device.failure);
  operation.work = [&device, work = std::move(operation.work)] {
    running_device = &device;
    work();
    running_device = nullptr;
  };
  if (stream.capture != nullptr) return record(stream, std::move(operation.work));
  if (const cudaError_t error = use_uncaptured(stream); error != cudaSuccess) return error;
  keep_legacy_order(stream);
  stream.queue.push_back(std::move(operation));
  if (!lazy) drain(stream);
  return cudaSuccess;
}

cudaError_t enqueue(cudaStream_t stream, Work work) { return enqueue(stream, Operation{std::move(work)}); }

// Streams take turns at random.
void drain_until(const std::function<bool()>& done) {
  while (!done()) {
    const size_t first = random_order() % std::max<size_t>(1, all_streams().size());
    bool ran = false;
    for (size_t i = 0; i < all_streams().size() && !ran; ++i)
      ran = run_one(*all_streams()[(first + i) % all_streams().size()]);
    if (!ran) return;
  }
}

void drain_all() {
  drain_until([] { return false; });
}

void finish_all() {
  drain_all();
  wait_for(next_ticket() - 1);
}

cudaError_t settled(Device& device) {
  const Api api;
  trim_pool(device);
  if (device.failure == cudaSuccess) return cudaSuccess;
  device.failure_shown = true;
  return fail(device.failure);
}

void set_lazy_streams(bool on, uint64_t seed) {
  const Api api;
  finish_all();
  lazy = on;
  random_order.seed(seed);
}

}  // namespace sophia::emulator

using namespace sophia::emulator;

cudaError_t cudaDeviceSynchronize() {
  uint64_t ticket = 0;
  {
    const Api api;
    for (const cudaStream_t stream : all_streams())
      if (stream->capture != nullptr && stream->device == &current_device())
        return refuse(stream->capture, cudaErrorStreamCaptureUnsupported);
    drain_all();
    ticket = next_ticket() - 1;
  }
  wait_for(ticket);
  return settled(current_device());
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  const Api api;
  *stream = new CUstream_st{.device = &current_device(), .blocking = (flags & cudaStreamNonBlocking) == 0};
  all_streams().push_back(*stream);
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const Api api;
  if (stream == nullptr) return fail(cudaErrorInvalidResourceHandle);
  leave_capture(*stream);
  drain(*stream);
  std::erase(all_streams(), stream);
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t which) {
  uint64_t ticket = 0;
  Device* device = nullptr;
  {
    const Api api;
    CUstream_st& stream = stream_of(which);
    device = stream.device;
    if (stream.capture != nullptr) return refuse(stream.capture, cudaErrorStreamCaptureUnsupported);
    if (const cudaError_t error = use_uncaptured(stream); error != cudaSuccess) return error;
    keep_legacy_order(stream);
    drain(stream);
    ticket = next_ticket() - 1;
  }
  wait_for(ticket);
  return settled(*device);
}
