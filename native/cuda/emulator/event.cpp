#include "capture.h"
#include "device_thread.h"
#include "report.h"
#include "stream.h"

namespace sophia::emulator {

Work next_recording(CUevent_st& event) {
  return [&event, recording = ++event.recorded] {
    event.reached = recording;
    event.ticket = next_ticket();
  };
}

}  // namespace sophia::emulator

using namespace sophia::emulator;

namespace {

void take_time(CUevent_st& event) { event.time = std::chrono::steady_clock::now(); }

bool has_passed(const CUevent_st& event) { return event.reached == event.recorded && is_done(event.ticket); }

}  // namespace

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st{.device = &current_device()};
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  const Api api;
  finish_all();  // work still enters the time
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t which) {
  const Api api;
  const CUstream_st& stream = stream_of(which);
  if (stream.device != event->device) return fail(cudaErrorInvalidResourceHandle);
  if (stream.capture != nullptr) return record_event(stream, *event);
  event->capture = nullptr;
  Operation mark{[=] { take_time(*event); }};
  mark.chosen = next_recording(*event);
  return enqueue(which, std::move(mark));
}

cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t which, unsigned flags) {
  if (flags == cudaEventRecordDefault) return cudaEventRecord(event, which);
  const Api api;
  CUstream_st& stream = stream_of(which);
  if (flags != cudaEventRecordExternal || stream.capture == nullptr) return fail(cudaErrorInvalidValue);
  if (stream.device != event->device) return fail(cudaErrorInvalidResourceHandle);
  event->capture = nullptr;
  return record(stream, [=] { take_time(*event); }, event);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t which, cudaEvent_t event, unsigned) {
  const Api api;
  CUstream_st& stream = stream_of(which);
  if (event->capture != nullptr || stream.capture != nullptr) return wait_in_capture(stream, *event);
  Operation wait{[] {}};
  wait.ready = [=, recording = event->recorded] { return event->reached >= recording; };
  return enqueue(which, std::move(wait));
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  const Api api;
  if (event->capture != nullptr) return refuse(event->capture, cudaErrorCapturedEvent);
  if (const cudaError_t error = unsafe_call(); error != cudaSuccess) return error;
  return has_passed(*event) ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  uint64_t ticket = 0;
  {
    const Api api;
    if (event->capture != nullptr) return refuse(event->capture, cudaErrorCapturedEvent);
    drain_until([=, recording = event->recorded] { return event->reached >= recording; });
    ticket = event->ticket;
  }
  wait_for(ticket);
  return settled(*event->device);
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  const Api api;
  for (const cudaEvent_t event : {from, to}) {
    if (event->capture != nullptr) return fail(cudaErrorCapturedEvent);
    if (event->recorded == 0 || from->device != to->device) return fail(cudaErrorInvalidResourceHandle);
    if (!has_passed(*event)) return fail(cudaErrorNotReady);
  }
  *milliseconds = std::chrono::duration<float, std::milli>(to->time - from->time).count();
  return cudaSuccess;
}
