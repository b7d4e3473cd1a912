// Recording streams into a graph. The rules, and the errors of those who break them, are those of "Prohibited and
// Unhandled Operations" in the CUDA C++ Programming Guide and of cudaThreadExchangeStreamCaptureMode: whatever is
// refused also invalidates the capture, whose streams then refuse all work until cudaStreamEndCapture.
//
// Copies from and to pageable memory are recorded like any other, as CUDA does: the memory is read at every replay,
// though nothing keeps it alive (github.com/pytorch/pytorch/pull/172156). Allocation in stream order would be a node of
// its own; nobody needs it, and it is refused.
#pragma once
#include <thread>
#include "graph.h"
#include "stream.h"

namespace sophia::emulator {

struct Capture {
  CUstream_st* origin;
  cudaStreamCaptureMode mode;
  std::thread::id thread = std::this_thread::get_id();
  bool valid = true, ended = false;
  CUgraph_st graph = {};
};

cudaError_t record(CUstream_st& stream, Work work, cudaEvent_t event = nullptr);  // a node
cudaError_t record_event(const CUstream_st& stream, CUevent_st& event);
cudaError_t wait_in_capture(CUstream_st& stream, CUevent_st& event);  // which forks or joins
cudaError_t refuse(const std::shared_ptr<Capture>& capture, cudaError_t error);
void leave_capture(CUstream_st& stream);  // it goes away

// What must not be called beside a capture that is not relaxed: success if there is none.
cudaError_t unsafe_call();
// A stream that does not capture is used: the legacy stream may not while one that is ordered with it captures.
cudaError_t use_uncaptured(const CUstream_st& stream);

}  // namespace sophia::emulator
