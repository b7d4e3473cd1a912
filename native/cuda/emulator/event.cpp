#include "capture.h"
#include "report.h"
#include "stream.h"

using namespace sophia::emulator;

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  drain_until([=] { return event->reached == event->recorded; });
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t which) {
  const CUstream_st& stream = stream_of(which);
  if (stream.capture != nullptr) return record_event(stream, *event);
  event->capture = nullptr;
  const uint64_t recording = ++event->recorded;
  Operation mark{[=] { event->time = std::chrono::steady_clock::now(); }};
  mark.chosen = [=] { event->reached = recording; };
  return enqueue(which, std::move(mark));
}

cudaError_t cudaStreamWaitEvent(cudaStream_t which, cudaEvent_t event, unsigned) {
  CUstream_st& stream = stream_of(which);
  if (event->capture != nullptr || stream.capture != nullptr) return wait_in_capture(stream, *event);
  Operation wait{[] {}};
  wait.ready = [=, recording = event->recorded] { return event->reached >= recording; };
  return enqueue(which, std::move(wait));
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  if (event->capture != nullptr) return refuse(event->capture, cudaErrorCapturedEvent);
  if (const cudaError_t error = unsafe_call(); error != cudaSuccess) return error;
  return event->reached == event->recorded ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (event->capture != nullptr) return refuse(event->capture, cudaErrorCapturedEvent);
  drain_until([=, recording = event->recorded] { return event->reached >= recording; });
  return sticky_error == cudaSuccess ? cudaSuccess : fail(sticky_error);
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  for (const cudaEvent_t event : {from, to}) {
    if (event->capture != nullptr) return fail(cudaErrorCapturedEvent);
    if (event->recorded == 0) return fail(cudaErrorInvalidResourceHandle);
    if (event->reached < event->recorded) return fail(cudaErrorNotReady);
  }
  *milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
  return cudaSuccess;
}
