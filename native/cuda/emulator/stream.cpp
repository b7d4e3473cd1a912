#include "stream.h"
#include <algorithm>
#include <chrono>
#include <deque>
#include <random>
#include <vector>
#include "device.h"
#include "report.h"

struct CUevent_st {
  uint64_t recorded = 0, reached = 0;  // how often it was recorded, and which recording the streams have reached
  std::chrono::steady_clock::time_point time;
};

namespace sophia::emulator {
namespace {

struct Operation {
  std::function<void()> work;
  cudaEvent_t event = nullptr;  // waited for, before the work
  uint64_t recording = 0;

  bool may_run() const { return event == nullptr || event->reached >= recording; }
};

}  // namespace
}  // namespace sophia::emulator

struct CUstream_st {
  std::deque<sophia::emulator::Operation> queue;
};

namespace sophia::emulator {
namespace {

CUstream_st default_stream;
std::vector<CUstream_st*> streams = {&default_stream};
bool lazy = false;
std::mt19937_64 random_order{1};

bool run_one(CUstream_st& stream) {
  if (stream.queue.empty() || !stream.queue.front().may_run()) return false;
  const Operation operation = std::move(stream.queue.front());
  stream.queue.pop_front();
  operation.work();
  return true;
}

// Runs queued work, streams interleaved at random, until `done` or until nothing can run.
template <class Done>
void drain(Done done) {
  while (!done()) {
    const size_t first = random_order() % streams.size();
    bool ran = false;
    for (size_t i = 0; i < streams.size() && !ran; ++i) ran = run_one(*streams[(first + i) % streams.size()]);
    if (!ran) return;
  }
}

CUstream_st& stream_of(cudaStream_t stream) { return stream == nullptr ? default_stream : *stream; }

cudaError_t enqueue(cudaStream_t stream, Operation operation) {
  if (lazy) stream_of(stream).queue.push_back(std::move(operation));
  else operation.work();
  return cudaSuccess;
}

}  // namespace

cudaError_t enqueue(cudaStream_t stream, std::function<void()> work) {
  return enqueue(stream, {std::move(work), nullptr, 0});
}

void drain_all() {
  drain([] { return false; });
}

cudaError_t settle() {
  drain_all();
  trim_pool(current_device());
  return sticky_error == cudaSuccess ? cudaSuccess : fail(sticky_error);
}

void set_lazy_streams(bool on, uint64_t seed) {
  drain_all();
  lazy = on;
  random_order.seed(seed);
}

}  // namespace sophia::emulator

using namespace sophia::emulator;

cudaError_t cudaDeviceSynchronize() { return settle(); }

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  streams.push_back(*stream = new CUstream_st);
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  drain([=] { return stream->queue.empty(); });
  std::erase(streams, stream);
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  drain([=] { return stream_of(stream).queue.empty(); });
  trim_pool(current_device());
  return sticky_error == cudaSuccess ? cudaSuccess : fail(sticky_error);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  return enqueue(stream, {[] {}, event, event->recorded});
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  cudaEventSynchronize(event);
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  const uint64_t recording = ++event->recorded;
  return enqueue(stream, [=] {
    event->reached = recording;
    event->time = std::chrono::steady_clock::now();
  });
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  return event->reached == event->recorded ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  drain([=, recording = event->recorded] { return event->reached >= recording; });
  return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  *milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
  return cudaSuccess;
}
