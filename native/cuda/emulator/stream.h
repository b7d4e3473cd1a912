// Streams and events: work goes to the device thread at once, or, when lazy, in some legal order at synchronisation
// points. What is enqueued to a capturing stream is recorded instead (capture.h).
#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <vector>
#include "device.h"
#include "runtime_api.h"

namespace sophia::emulator {

struct Capture;
using Work = std::function<void()>;

struct Operation {
  Work work;
  std::function<bool()> ready = [] { return true; };
  Work chosen = [] {};  // when it is the stream's turn, on the thread that waits; its number is next_ticket()
};

// Nodes of a graph, by number.
using Nodes = std::vector<size_t>;

}  // namespace sophia::emulator

struct CUstream_st {
  sophia::emulator::Device* device;
  bool blocking = true;  // in order with the legacy stream
  bool legacy = false;
  std::deque<sophia::emulator::Operation> queue = {};
  std::shared_ptr<sophia::emulator::Capture> capture = nullptr;
  sophia::emulator::Nodes last = {};  // what the next node comes after
};

struct CUevent_st {
  sophia::emulator::Device* device;
  uint64_t recorded = 0, reached = 0;  // how often it was recorded, and which recording the streams have reached
  uint64_t ticket = 0;                 // of that
  std::chrono::steady_clock::time_point time = {};
  std::shared_ptr<sophia::emulator::Capture> capture = nullptr;  // where it was last recorded, if that was captured
  sophia::emulator::Nodes after = {};
};

namespace sophia::emulator {

CUstream_st& stream_of(cudaStream_t stream);  // the legacy stream of the current device, for null
std::vector<cudaStream_t>& all_streams();
cudaError_t enqueue(cudaStream_t stream, Work work);
cudaError_t enqueue(cudaStream_t stream, Operation operation);
bool streams_are_lazy();
uint64_t random_number();  // of the seed of lazy streams

// Hands what is queued to the device thread, until `done` or until nothing may run.
void drain_until(const std::function<bool()>& done);
void drain_all();
// The event is to be recorded once more: what to do when it is the stream's turn.
Work next_recording(CUevent_st& event);
void finish_all();                    // and waits, with the lock
cudaError_t settled(Device& device);  // a synchronisation is over: what the device has failed with

}  // namespace sophia::emulator
