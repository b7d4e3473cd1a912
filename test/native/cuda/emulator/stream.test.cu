// Work on two streams, with and without the event wait that orders it.
#include "bench.h"

namespace sophia {
namespace {

// Writes a number on one stream and reads it on another.
bool number_arrives(float* device, float number, bool wait) {
  cudaStream_t writer, reader;
  cudaEvent_t written;
  CUDA_CHECK(cudaStreamCreateWithFlags(&writer, cudaStreamNonBlocking));
  CUDA_CHECK(cudaStreamCreateWithFlags(&reader, cudaStreamNonBlocking));
  CUDA_CHECK(cudaEventCreateWithFlags(&written, cudaEventDisableTiming));
  float seen = 0;
  CUDA_CHECK(cudaMemcpyAsync(device, &number, sizeof number, cudaMemcpyHostToDevice, writer));
  CUDA_CHECK(cudaEventRecord(written, writer));
  if (wait) CUDA_CHECK(cudaStreamWaitEvent(reader, written));
  CUDA_CHECK(cudaMemcpyAsync(&seen, device, sizeof seen, cudaMemcpyDeviceToHost, reader));
  CUDA_CHECK(cudaStreamSynchronize(reader));
  CUDA_CHECK(cudaEventDestroy(written));
  CUDA_CHECK(cudaStreamDestroy(writer));
  CUDA_CHECK(cudaStreamDestroy(reader));
  return seen == number;
}

int arrivals_in_20_orders(float* device, bool wait) {
  int arrivals = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    emulator::set_lazy_streams(true, seed);
    arrivals += number_arrives(device, static_cast<float>(seed), wait);
    emulator::set_lazy_streams(false);
  }
  return arrivals;
}

}  // namespace

TEST("Emulator: streams") {
  EmulatorBench t;
  check::expect("Emulator shows a missing event wait", arrivals_in_20_orders(t.a, false) < 20);
  check::expect("Emulator keeps to an event wait", arrivals_in_20_orders(t.a, true) == 20);
}

}  // namespace sophia
