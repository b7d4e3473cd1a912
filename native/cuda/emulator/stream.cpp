#include "stream.h"
#include <algorithm>
#include <random>
#include "capture.h"
#include "device_thread.h"
#include "report.h"

namespace sophia::emulator {
namespace {

CUstream_st legacy_stream{.device = &current_device()};
std::vector<cudaStream_t> streams = {&legacy_stream};
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
  for (const cudaStream_t other : streams)
    if (other->blocking && (&stream == &legacy_stream || other == &legacy_stream)) drain(*other);
}

}  // namespace

CUstream_st& stream_of(cudaStream_t stream) { return stream == nullptr ? legacy_stream : *stream; }
const std::vector<cudaStream_t>& all_streams() { return streams; }
bool streams_are_lazy() { return lazy; }
uint64_t random_number() { return random_order(); }

cudaError_t enqueue(cudaStream_t which, Operation operation) {
  const Api api;
  CUstream_st& stream = stream_of(which);
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
    const size_t first = random_order() % streams.size();
    bool ran = false;
    for (size_t i = 0; i < streams.size() && !ran; ++i) ran = run_one(*streams[(first + i) % streams.size()]);
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
  return sticky_error == cudaSuccess ? cudaSuccess : fail(sticky_error);
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
    for (const cudaStream_t stream : streams)
      if (stream->capture != nullptr) return refuse(stream->capture, cudaErrorStreamCaptureUnsupported);
    drain_all();
    ticket = next_ticket() - 1;
  }
  wait_for(ticket);
  return settled(current_device());
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  const Api api;
  *stream = new CUstream_st{.device = &current_device(), .blocking = (flags & cudaStreamNonBlocking) == 0};
  streams.push_back(*stream);
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const Api api;
  if (stream == nullptr) return fail(cudaErrorInvalidResourceHandle);
  leave_capture(*stream);
  drain(*stream);
  std::erase(streams, stream);
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t which) {
  uint64_t ticket = 0;
  {
    const Api api;
    CUstream_st& stream = stream_of(which);
    if (stream.capture != nullptr) return refuse(stream.capture, cudaErrorStreamCaptureUnsupported);
    if (const cudaError_t error = use_uncaptured(stream); error != cudaSuccess) return error;
    keep_legacy_order(stream);
    drain(stream);
    ticket = next_ticket() - 1;
  }
  wait_for(ticket);
  return settled(current_device());
}
