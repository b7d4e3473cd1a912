// Streams recorded into a graph and replayed, in order and with forks; and what must not be done meanwhile.
#include <functional>
#include <thread>
#include "bench.h"

namespace sophia {
namespace {

__global__ void scale_add_kernel(float* p, float factor, const float* more) { p[0] = factor * p[0] + more[0]; }

struct Forked {
  cudaStream_t stream = nullptr, side = nullptr;
  cudaEvent_t fork = nullptr, join = nullptr;
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;

  explicit Forked(unsigned flags = cudaStreamNonBlocking) {
    CUDA_CHECK(cudaStreamCreateWithFlags(&stream, flags));
    CUDA_CHECK(cudaStreamCreateWithFlags(&side, flags));
    CUDA_CHECK(cudaEventCreateWithFlags(&fork, cudaEventDisableTiming));
    CUDA_CHECK(cudaEventCreateWithFlags(&join, cudaEventDisableTiming));
  }
  ~Forked() {
    if (exec != nullptr) cudaGraphExecDestroy(exec);
    if (graph != nullptr) cudaGraphDestroy(graph);
    cudaEventDestroy(fork);
    cudaEventDestroy(join);
    cudaStreamDestroy(side);
    cudaStreamDestroy(stream);
  }

  void begin(cudaStreamCaptureMode mode = cudaStreamCaptureModeThreadLocal) {
    CUDA_CHECK(cudaStreamBeginCapture(stream, mode));
  }
  void end() {
    CUDA_CHECK(cudaStreamEndCapture(stream, &graph));
    CUDA_CHECK(cudaGraphInstantiate(&exec, graph));
  }
  void replay() { CUDA_CHECK(cudaGraphLaunch(exec, stream)); }
  void wait() { CUDA_CHECK(cudaStreamSynchronize(stream)); }
  void after(cudaStream_t first, cudaEvent_t event, cudaStream_t second) {
    CUDA_CHECK(cudaEventRecord(event, first));
    CUDA_CHECK(cudaStreamWaitEvent(second, event));
  }
  void launch(cudaStream_t on, float* p, float factor, const float* more) {
    cudaLaunchConfig_t config = {};
    config.gridDim = config.blockDim = 1;
    config.stream = on;
    CUDA_CHECK(cudaLaunchKernelEx(&config, scale_add_kernel, p, factor, more));
  }
  cudaStreamCaptureStatus status() {
    cudaStreamCaptureStatus status;
    CUDA_CHECK(cudaStreamIsCapturing(stream, &status));
    return status;
  }
};

// a = 2 + 3 on one stream, p = 10 on another that forks from it, then p = 2 p + a; without the join sometimes not.
int right_replays(EmulatorBench& t, const float* numbers, bool join) {
  int right = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Forked r;
    r.begin();
    CUDA_CHECK(cudaMemcpyAsync(t.a, numbers, sizeof(float), cudaMemcpyHostToDevice, r.stream));
    CUDA_CHECK(cudaMemcpyAsync(t.a + 1, numbers + 1, sizeof(float), cudaMemcpyHostToDevice, r.stream));
    r.launch(r.stream, t.a, 1, t.a + 1);
    r.after(r.stream, r.fork, r.side);
    CUDA_CHECK(cudaMemcpyAsync(t.p, numbers + 2, sizeof(float), cudaMemcpyHostToDevice, r.side));
    if (join) r.after(r.side, r.join, r.stream);
    r.launch(r.stream, t.p, 2, t.a);
    if (!join) r.after(r.side, r.join, r.stream);
    r.end();
    emulator::set_lazy_streams(true, seed);
    t.on.zero(t.p, 1);
    t.on.synchronize();
    r.replay();
    r.wait();
    emulator::set_lazy_streams(false);
    right += t.read(t.p, 1)[0] == 25;
  }
  return right;
}

// While `r` captures, f must return the error, and the capture is lost.
void expect_refusal(const std::string& name, cudaError_t error, const std::function<cudaError_t(Forked&)>& f,
                    unsigned flags = cudaStreamNonBlocking) {
  Forked r(flags);
  r.begin(cudaStreamCaptureModeGlobal);
  const cudaError_t got = f(r);
  const bool lost = r.status() == cudaStreamCaptureStatusInvalidated &&
                    cudaStreamEndCapture(r.stream, &r.graph) == cudaErrorStreamCaptureInvalidated;
  cudaGetLastError();
  check::expect("Emulator refuses to " + name + " while a stream captures" +
                    (got == error ? "" : text(", but with ", cudaGetErrorName(got))),
                got == error && lost && r.graph == nullptr && r.status() == cudaStreamCaptureStatusNone);
}

}  // namespace

TEST("Emulator: graphs") {
  EmulatorBench t;
  Forked r;
  float* pinned = nullptr;
  CUDA_CHECK(cudaMallocHost(&pinned, sizeof(float)));
  t.on.synchronize();
  r.begin();
  check::expect("Emulator says that a stream captures", r.status() == cudaStreamCaptureStatusActive);
  float factor = 2;
  CUDA_CHECK(cudaMemcpyAsync(t.a, pinned, sizeof(float), cudaMemcpyHostToDevice, r.stream));
  r.launch(r.stream, t.p, factor, t.a);
  CUDA_CHECK(cudaMemsetAsync(t.a + 1, 0, sizeof(float), r.stream));
  factor = 7;
  r.end();
  size_t nodes = 0;
  CUDA_CHECK(cudaGraphGetNodes(r.graph, nullptr, &nodes));
  check::expect("Emulator counts what it recorded", nodes == 3);
  check::expect("Emulator runs nothing that it records", t.read(t.p, 1)[0] == 0);
  for (const float more : {1.0f, 10.0f, 100.0f}) {
    *pinned = more;
    r.replay();
    r.wait();
  }
  check::expect("Emulator replays with fixed arguments and what host memory holds", t.read(t.p, 1)[0] == 124);
  CUDA_CHECK(cudaFreeHost(pinned));
  t.silent("a graph");
}

TEST("Emulator: graphs of several streams") {
  EmulatorBench t;
  const float numbers[] = {2, 3, 10};
  check::expect("Emulator keeps to the order of a graph", right_replays(t, numbers, true) == 20);
  const int right = right_replays(t, numbers, false);
  check::expect("Emulator shows a missing join in a graph", right > 0 && right < 20);
  emulator::take_reports();

  Forked r;
  r.begin();
  r.after(r.stream, r.fork, r.side);
  CUDA_CHECK(cudaMemsetAsync(t.p, 0, sizeof(float), r.side));
  check::expect("Emulator refuses to end a capture with a stream that has not joined",
                cudaStreamEndCapture(r.stream, &r.graph) == cudaErrorStreamCaptureUnjoined && r.graph == nullptr);
}

TEST("Emulator: events of a graph") {
  EmulatorBench t;
  Forked r;
  r.begin();
  CUDA_CHECK(cudaEventRecordWithFlags(r.fork, r.stream, cudaEventRecordExternal));
  r.launch(r.stream, t.p, 1, t.a);
  CUDA_CHECK(cudaEventRecordWithFlags(r.join, r.stream, cudaEventRecordExternal));
  r.end();
  float elapsed = 0;
  check::expect("Emulator times nothing that it records",
                cudaEventElapsedTime(&elapsed, r.fork, r.join) == cudaErrorInvalidResourceHandle);
  cudaGetLastError();
  emulator::set_lazy_streams(true);
  r.replay();
  check::expect("Emulator's events wait for a replay", cudaEventQuery(r.join) == cudaErrorNotReady);
  CUDA_CHECK(cudaEventSynchronize(r.join));
  emulator::set_lazy_streams(false);

  cudaEvent_t between = nullptr;
  CUDA_CHECK(cudaEventCreateWithFlags(&between, cudaEventDefault));
  CUDA_CHECK(cudaEventRecord(between, r.stream));
  r.wait();
  CUDA_CHECK(cudaEventElapsedTime(&elapsed, r.fork, between));
  const bool before = elapsed > 0;
  r.replay();
  r.wait();
  CUDA_CHECK(cudaEventElapsedTime(&elapsed, r.fork, between));
  check::expect("Emulator times every replay anew", before && elapsed <= 0);
  CUDA_CHECK(cudaEventDestroy(between));
}

TEST("Emulator: what a graph outlives") {
  EmulatorBench t;
  float* const gone = t.numbers<float>(1);
  Forked r;
  r.begin();
  CUDA_CHECK(cudaMemsetAsync(gone, 0, sizeof(float), r.stream));
  r.end();
  CUDA_CHECK(cudaGraphDestroy(r.graph));
  r.graph = nullptr;
  r.replay();
  r.wait();
  t.silent("a graph whose recording was destroyed");
  t.on.free(gone);
  CUDA_CHECK(cudaGraphLaunch(r.exec, r.stream));
  cudaStreamSynchronize(r.stream);
  t.reports("a graph whose memory was freed", Fault::kOutOfBounds);
}

TEST("Emulator: what a capture forbids") {
  EmulatorBench t;
  void* memory = nullptr;
  expect_refusal("wait for it", cudaErrorStreamCaptureUnsupported,
                 [](Forked& r) { return cudaStreamSynchronize(r.stream); });
  expect_refusal("wait for the device", cudaErrorStreamCaptureUnsupported,
                 [](Forked&) { return cudaDeviceSynchronize(); });
  expect_refusal("allocate", cudaErrorStreamCaptureUnsupported, [&](Forked&) { return cudaMalloc(&memory, 4); });
  expect_refusal("free", cudaErrorStreamCaptureUnsupported, [&](Forked&) { return cudaFree(t.a); });
  expect_refusal("allocate pinned memory", cudaErrorStreamCaptureUnsupported,
                 [&](Forked&) { return cudaMallocHost(&memory, 4); });
  expect_refusal("query a recorded event", cudaErrorCapturedEvent, [](Forked& r) {
    cudaEventRecord(r.fork, r.stream);
    return cudaEventQuery(r.fork);
  });
  expect_refusal("wait for a recorded event", cudaErrorCapturedEvent, [](Forked& r) {
    cudaEventRecord(r.fork, r.stream);
    return cudaEventSynchronize(r.fork);
  });
  expect_refusal("query another event", cudaErrorStreamCaptureUnsupported,
                 [](Forked& r) { return cudaEventQuery(r.join); });
  expect_refusal("wait for work outside of it", cudaErrorStreamCaptureIsolation, [](Forked& r) {
    cudaEventRecord(r.join, r.side);
    return cudaStreamWaitEvent(r.stream, r.join);
  });
  expect_refusal(
      "use the legacy stream in order with it", cudaErrorStreamCaptureImplicit,
      [&](Forked&) { return cudaMemsetAsync(t.a, 0, 4); }, cudaStreamDefault);
  expect_refusal("begin again", cudaErrorIllegalState,
                 [](Forked& r) { return cudaStreamBeginCapture(r.stream, cudaStreamCaptureModeGlobal); });
  expect_refusal("end it in another stream", cudaErrorStreamCaptureUnmatched, [](Forked& r) {
    r.after(r.stream, r.fork, r.side);
    return cudaStreamEndCapture(r.side, &r.graph);
  });
  expect_refusal("join two captures", cudaErrorStreamCaptureMerge, [](Forked& r) {
    Forked other;
    other.begin();
    cudaEventRecord(r.fork, r.stream);
    const cudaError_t error = cudaStreamWaitEvent(other.stream, r.fork);
    cudaStreamEndCapture(other.stream, &other.graph);
    return error;
  });
  expect_refusal("allocate on another thread", cudaErrorStreamCaptureUnsupported, [&](Forked&) {
    cudaError_t error = cudaSuccess;
    std::thread([&] { error = cudaMalloc(&memory, 4); }).join();
    return error;
  });
}

TEST("Emulator: what a capture allows") {
  EmulatorBench t;
  Forked r;
  void* memory = nullptr;
  r.begin(cudaStreamCaptureModeRelaxed);
  CUDA_CHECK(cudaMalloc(&memory, 4));
  CUDA_CHECK(cudaFree(memory));
  CUDA_CHECK(cudaMemset(t.a, 0, 4));
  CUDA_CHECK(cudaStreamSynchronize(r.side));
  std::thread([&] { r.end(); }).join();
  check::expect("Emulator lets a relaxed capture allocate and end on another thread", r.exec != nullptr);

  Forked local;
  local.begin(cudaStreamCaptureModeThreadLocal);
  cudaError_t elsewhere = cudaSuccess, ended = cudaSuccess;
  std::thread([&] {
    elsewhere = cudaMalloc(&memory, 4);
    cudaFree(memory);
    ended = cudaStreamEndCapture(local.stream, &local.graph);
  }).join();
  check::expect("Emulator lets other threads allocate beside a thread's own capture", elsewhere == cudaSuccess);
  check::expect("Emulator lets no other thread end it", ended == cudaErrorStreamCaptureWrongThread);
  cudaStreamEndCapture(local.stream, &local.graph);
  cudaGetLastError();
}

}  // namespace sophia
