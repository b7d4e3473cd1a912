#include "capture.h"
#include <algorithm>
#include <utility>
#include "device_thread.h"
#include "report.h"

namespace sophia::emulator {
namespace {

void add(Nodes& to, const Nodes& more) {
  for (const size_t node : more)
    if (std::find(to.begin(), to.end(), node) == to.end()) to.push_back(node);
}

// Does every node come before the end of the stream that the capture began with?
bool joined(const CUgraph_st& graph, const Nodes& end) {
  std::vector<bool> before(graph.nodes.size());
  for (const size_t node : end) before[node] = true;
  for (size_t i = graph.nodes.size(); i-- > 0;)
    if (before[i])
      for (const size_t node : graph.nodes[i].after) before[node] = true;
  return std::find(before.begin(), before.end(), false) == before.end();
}

void end(const std::shared_ptr<Capture>& capture) {
  capture->ended = true;
  for (const cudaStream_t stream : all_streams()) {
    if (stream->capture != capture) continue;
    stream->capture = nullptr;
    stream->last.clear();
  }
}

bool forbids_unsafe_calls(const Capture& capture) {
  if (capture.mode == cudaStreamCaptureModeRelaxed) return false;
  return capture.mode == cudaStreamCaptureModeGlobal || capture.thread == std::this_thread::get_id();
}

}  // namespace

cudaError_t refuse(const std::shared_ptr<Capture>& capture, cudaError_t error) {
  const bool was_valid = std::exchange(capture->valid, false);
  return fail(was_valid || capture->ended ? error : cudaErrorStreamCaptureInvalidated);
}

cudaError_t record(CUstream_st& stream, Work work, cudaEvent_t event) {
  if (!stream.capture->valid) return fail(cudaErrorStreamCaptureInvalidated);
  auto& nodes = stream.capture->graph.nodes;
  nodes.push_back({std::move(work), std::exchange(stream.last, {nodes.size()}), event});
  return cudaSuccess;
}

cudaError_t record_event(const CUstream_st& stream, CUevent_st& event) {
  if (!stream.capture->valid) return fail(cudaErrorStreamCaptureInvalidated);
  event.capture = stream.capture;
  event.after = stream.last;
  return cudaSuccess;
}

cudaError_t wait_in_capture(CUstream_st& stream, CUevent_st& event) {
  if (event.capture == nullptr)
    return event.recorded == 0 ? cudaSuccess : refuse(stream.capture, cudaErrorStreamCaptureIsolation);
  if (event.capture->ended) return fail(cudaErrorCapturedEvent);
  if (stream.legacy) return refuse(event.capture, cudaErrorStreamCaptureImplicit);
  if (stream.capture != nullptr && stream.capture != event.capture) {
    stream.capture->valid = false;
    return refuse(event.capture, cudaErrorStreamCaptureMerge);
  }
  if (!event.capture->valid) return fail(cudaErrorStreamCaptureInvalidated);
  stream.capture = event.capture;
  add(stream.last, event.after);
  return cudaSuccess;
}

void leave_capture(CUstream_st& stream) {
  if (stream.capture == nullptr) return;
  stream.capture->valid = false;
  if (stream.capture->origin == &stream) end(stream.capture);
}

cudaError_t unsafe_call() {
  cudaError_t error = cudaSuccess;
  for (const cudaStream_t stream : all_streams())
    if (stream->capture != nullptr && forbids_unsafe_calls(*stream->capture)) {
      stream->capture->valid = false;
      error = fail(cudaErrorStreamCaptureUnsupported);
    }
  return error;
}

cudaError_t use_uncaptured(const CUstream_st& stream) {
  if (!stream.legacy) return cudaSuccess;
  for (const cudaStream_t other : all_streams())
    if (other->device == stream.device && other->blocking && other->capture != nullptr)
      return refuse(other->capture, cudaErrorStreamCaptureImplicit);
  return cudaSuccess;
}

}  // namespace sophia::emulator

using namespace sophia::emulator;

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  const Api api;
  if (stream == nullptr) return fail(cudaErrorStreamCaptureUnsupported);
  if (stream->capture != nullptr) return refuse(stream->capture, cudaErrorIllegalState);
  stream->capture = std::make_shared<Capture>(Capture{.origin = stream, .mode = mode});
  stream->last.clear();
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const Api api;
  *graph = nullptr;
  if (stream == nullptr || stream->capture == nullptr) return fail(cudaErrorIllegalState);
  const auto capture = stream->capture;
  if (capture->origin != stream) return refuse(capture, cudaErrorStreamCaptureUnmatched);
  if (capture->mode != cudaStreamCaptureModeRelaxed && capture->thread != std::this_thread::get_id())
    return refuse(capture, cudaErrorStreamCaptureWrongThread);
  const bool all_joined = joined(capture->graph, stream->last);
  end(capture);
  if (!capture->valid) return fail(cudaErrorStreamCaptureInvalidated);
  if (!all_joined) return fail(cudaErrorStreamCaptureUnjoined);
  *graph = new CUgraph_st(std::move(capture->graph));
  return cudaSuccess;
}

cudaError_t cudaStreamIsCapturing(cudaStream_t which, cudaStreamCaptureStatus* status) {
  const Api api;
  const CUstream_st& stream = stream_of(which);
  if (const cudaError_t error = use_uncaptured(stream); error != cudaSuccess) return error;
  *status = stream.capture == nullptr ? cudaStreamCaptureStatusNone
            : !stream.capture->valid  ? cudaStreamCaptureStatusInvalidated
                                      : cudaStreamCaptureStatusActive;
  return cudaSuccess;
}
