#include "cuda.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <limits>
#include <string_view>
#include "probe.h"

namespace sophia {
namespace {

constexpr std::size_t kSharedBytesWithoutAsking = 48 * 1024;

bool environment_flag(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && std::string_view(value) == "1";
}

// The oldest GPU that this build holds code for, as nvcc was told: 800 is compute capability 8.0.
#if defined(__CUDA_ARCH_LIST__)
constexpr int kArchitectures[] = {__CUDA_ARCH_LIST__};
#else
constexpr int kArchitectures[] = {800};
#endif
constexpr int kOldestCapability = *std::min_element(std::begin(kArchitectures), std::end(kArchitectures)) / 10;

cudaError_t find_capability(int device, int& capability) {
  int major = 0, minor = 0;
  cudaError_t status = cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
  if (status == cudaSuccess) status = cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device);
  capability = major * 10 + minor;
  return status;
}

// A version as CUDA writes it, 13020 for 13.2.
std::string dotted(int version) { return text(version / 1000, '.', version % 1000 / 10); }

void explain(CudaProbe& probe, cudaError_t status) {
  if (status == cudaErrorInsufficientDriver && probe.driver_version == 0) {
    probe.status = "noDriver";
    probe.reason = "no NVIDIA driver is installed";
  } else if (status == cudaErrorInsufficientDriver) {
    probe.status = "oldDriver";
    probe.reason = text("the NVIDIA driver supports CUDA ", dotted(probe.driver_version), ", but CUDA ",
                        dotted(probe.runtime_version), " is needed");
  } else if (status == cudaErrorNoDevice || (status == cudaSuccess && probe.devices == 0)) {
    probe.status = "noDevice";
    probe.reason = "no CUDA device was found";
  } else if (status != cudaSuccess) {
    probe.status = "failed";
    probe.reason = text(cudaGetErrorName(status), ": ", cudaGetErrorString(status));
  }
}

void examine_device(CudaProbe& probe) {
  int capability = 0;
  if (const cudaError_t status = find_capability(0, capability); status != cudaSuccess) {
    cudaGetLastError();  // said here, and not once more by the next check
    return explain(probe, status);
  }
  probe.available = capability >= kOldestCapability;
  probe.status = probe.available ? "available" : "oldDevice";
  if (!probe.available)
    probe.reason = text("the GPU has compute capability ", capability / 10, '.', capability % 10, ", but ",
                        kOldestCapability / 10, '.', kOldestCapability % 10, " is needed");
}

}  // namespace

void cuda_check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // it is reported here; the next check must not find it again
  const Code code = status == cudaErrorMemoryAllocation ? Code::kOutOfMemory : Code::kDevice;
  fail(code, text(what, ": ", cudaGetErrorName(status), " (", cudaGetErrorString(status), ")"));
}

CudaProbe probe_devices() {
  CudaProbe probe = {.compiled = true};
  const cudaError_t status = cudaGetDeviceCount(&probe.devices);
  cudaGetLastError();
  if (status != cudaSuccess) probe.devices = 0;
  cudaRuntimeGetVersion(&probe.runtime_version);
  cudaDriverGetVersion(&probe.driver_version);  // 0 where there is no driver
  explain(probe, status);
  if (probe.devices > 0) examine_device(probe);
  return probe;
}

unsigned blocks_for(std::int64_t count, std::int64_t per_block) {
  const std::int64_t blocks = (count + per_block - 1) / per_block;
  require(blocks <= std::numeric_limits<std::int32_t>::max(), "a grid holds at most 2^31 - 1 blocks, got ", blocks);
  return static_cast<unsigned>(blocks);
}

Cuda::Cuda(int device) : device_(device), synchronous_(environment_flag("SOPHIA_SYNC")) {
  use();
  CUDA_CHECK(find_capability(device_, capability_));
  CUDA_CHECK(cudaDeviceGetAttribute(&multiprocessors_, cudaDevAttrMultiProcessorCount, device_));
  keep_freed_memory();
  CUDA_CHECK(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
}

Cuda::~Cuda() {
  free(scratch_);
  cudaSetDevice(device_);
  cudaStreamSynchronize(stream_);
  cudaStreamDestroy(stream_);
}

// The pool would return freed memory to the system at every synchronisation, and fetch it again.
void Cuda::keep_freed_memory() {
  cudaMemPool_t pool;
  std::uint64_t everything = UINT64_MAX;
  CUDA_CHECK(cudaDeviceGetDefaultMemPool(&pool, device_));
  CUDA_CHECK(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &everything));
}

void Cuda::use() const { CUDA_CHECK(cudaSetDevice(device_)); }

void* Cuda::allocate(std::size_t bytes) {
  use();
  void* memory = nullptr;
  CUDA_CHECK(cudaMallocAsync(&memory, std::max<std::size_t>(bytes, 1), stream_));
  zero_bytes(memory, bytes);
  return memory;
}

void Cuda::free(void* memory) noexcept {
  if (!memory) return;
  cudaSetDevice(device_);
  cudaFreeAsync(memory, stream_);
}

void* Cuda::allocate_pinned(std::size_t bytes) {
  use();
  void* memory = nullptr;
  CUDA_CHECK(cudaMallocHost(&memory, std::max<std::size_t>(bytes, 1)));
  std::memset(memory, 0, bytes);
  return memory;
}

// Waits first: copies that are under way may still use it.
void Cuda::free_pinned(void* memory) noexcept {
  cudaSetDevice(device_);
  cudaStreamSynchronize(stream_);
  cudaFreeHost(memory);
}

void Cuda::mark(Mark& mark) {
  use();
  CUDA_CHECK(
      cudaEventRecordWithFlags(mark.event(), stream_, capturing_ ? cudaEventRecordExternal : cudaEventRecordDefault));
}

double Cuda::milliseconds(const Mark& from, const Mark& to) {
  float elapsed = 0;
  CUDA_CHECK(cudaEventElapsedTime(&elapsed, from.event(), to.event()));
  return static_cast<double>(elapsed);
}

Cuda::Capture::Capture(Cuda& on) : on_(on) {
  on_.use();
  CUDA_CHECK(cudaStreamBeginCapture(on_.stream_, cudaStreamCaptureModeThreadLocal));
  on_.capturing_ = true;
}

cudaGraphExec_t Cuda::Capture::end() {
  on_.capturing_ = false;
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t ready = nullptr;
  CUDA_CHECK(cudaStreamEndCapture(on_.stream_, &graph));
  const cudaError_t status = cudaGraphInstantiate(&ready, graph, 0);
  cudaGraphDestroy(graph);
  cuda_check(status, "cudaGraphInstantiate");
  return ready;
}

Cuda::Capture::~Capture() {
  if (!std::exchange(on_.capturing_, false)) return;
  cudaGraph_t graph = nullptr;
  cudaStreamEndCapture(on_.stream_, &graph);
  if (graph) cudaGraphDestroy(graph);
  cudaGetLastError();  // the exception under way says more
}

void Cuda::launch(const Recording& recording) {
  use();
  cuda_check(cudaGraphLaunch(recording.graph(), stream_), "the launch of a graph");
}

void* Cuda::scratch_bytes(std::size_t bytes) {
  if (bytes > scratch_size_) {
    free(std::exchange(scratch_, nullptr));
    scratch_size_ = 0;
    use();
    CUDA_CHECK(cudaMallocAsync(&scratch_, bytes, stream_));
    scratch_size_ = bytes;
  }
  return scratch_;
}

void Cuda::copy_bytes(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  use();
  CUDA_CHECK(cudaMemcpyAsync(to, from, bytes, kind, stream_));
}

void Cuda::zero_bytes(void* to, std::size_t bytes) {
  use();
  CUDA_CHECK(cudaMemsetAsync(to, 0, bytes, stream_));
}

void Cuda::synchronize() { CUDA_CHECK(cudaStreamSynchronize(stream_)); }

void Cuda::prepare(const char* name, const Grid& grid, const void* kernel) {
  use();
  if (grid.shared_bytes <= kSharedBytesWithoutAsking) return;
  const int bytes = static_cast<int>(grid.shared_bytes);
  cuda_check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes), name);
}

void Cuda::launched(const char* name, cudaError_t status) {
  cuda_check(status, name);
  if (synchronous_) cuda_check(cudaStreamSynchronize(stream_), name);
}

}  // namespace sophia
