#include "cuda.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string_view>
#include "cublaslt.h"

namespace sophia {
namespace {

constexpr std::size_t kSharedBytesWithoutAsking = 48 * 1024;

bool environment_flag(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && std::string_view(value) == "1";
}

bool cublaslt_by_environment() {
  const char* const value = std::getenv("SOPHIA_MATMUL");
  const std::string_view ways = value == nullptr ? "own" : value;
  require(ways == "own" || ways == "cublaslt", "SOPHIA_MATMUL must be `own` or `cublaslt`, got `", ways, "`");
  return ways == "cublaslt";
}

}  // namespace

void cuda_check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // it is reported here; the next check must not find it again
  const Code code = status == cudaErrorMemoryAllocation ? Code::kOutOfMemory : Code::kDevice;
  fail(code, text(what, ": ", cudaGetErrorName(status), " (", cudaGetErrorString(status), ")"));
}

unsigned blocks_for(std::int64_t count, std::int64_t per_block) {
  const std::int64_t blocks = (count + per_block - 1) / per_block;
  require(blocks <= std::numeric_limits<std::int32_t>::max(), "a grid holds at most 2^31 - 1 blocks, got ", blocks);
  return static_cast<unsigned>(blocks);
}

Cuda::Cuda(int device, cudaStream_t stream)
    : device_(device),
      tf32_allowed_(environment_flag("SOPHIA_TF32")),
      stream_(stream),
      owns_stream_(stream == nullptr),
      synchronous_(environment_flag("SOPHIA_SYNC")) {
  use();
  int major = 0, minor = 0;
  CUDA_CHECK(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device_));
  CUDA_CHECK(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device_));
  capability_ = 10 * major + minor;
  CUDA_CHECK(cudaDeviceGetAttribute(&multiprocessors_, cudaDevAttrMultiProcessorCount, device_));
  CUDA_CHECK(cudaDeviceGetAttribute(&most_shared_bytes_, cudaDevAttrMaxSharedMemoryPerBlockOptin, device_));
  use_cublaslt(cublaslt_by_environment());
  keep_freed_memory();
  if (owns_stream_) CUDA_CHECK(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
}

Cuda::~Cuda() {
  free(scratch_);
  give_back();
  if (owns_stream_) cudaStreamDestroy(stream_);
}

// The pool would return freed memory to the system at every synchronisation, and fetch it again.
void Cuda::keep_freed_memory() {
  std::uint64_t everything = UINT64_MAX;
  CUDA_CHECK(cudaDeviceGetDefaultMemPool(&pool_, device_));
  CUDA_CHECK(cudaMemPoolSetAttribute(pool_, cudaMemPoolAttrReleaseThreshold, &everything));
}

void Cuda::give_back() noexcept {
  cudaSetDevice(device_);
  cudaStreamSynchronize(stream_);
  cudaMemPoolTrimTo(pool_, 0);
}

void Cuda::use() const { CUDA_CHECK(cudaSetDevice(device_)); }

void Cuda::use_cublaslt(bool wanted) try {
  use();
  if (wanted && !cublaslt_) cublaslt_ = std::make_unique<Cublaslt>();
  cublaslt_wanted_ = wanted;
} catch (const Error& error) {
  no_cublaslt_ = error.what();
  throw;
}

std::string Cuda::cublaslt_status() const { return cublaslt_ ? cublaslt_->status() : no_cublaslt_; }

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
  mark.make();
  CUDA_CHECK(
      cudaEventRecordWithFlags(mark.event(), stream_, capturing_ ? cudaEventRecordExternal : cudaEventRecordDefault));
}

double Cuda::milliseconds(const Mark& from, const Mark& to) {
  float elapsed = 0;
  CUDA_CHECK(cudaEventElapsedTime(&elapsed, from.event(), to.event()));
  return static_cast<double>(elapsed);
}

bool Cuda::passed(const Mark& mark) {
  const cudaError_t status = cudaEventQuery(mark.event());
  if (status == cudaErrorNotReady) return false;
  cuda_check(status, "cudaEventQuery");
  return true;
}

void Cuda::wait_for(const Mark& mark) { CUDA_CHECK(cudaEventSynchronize(mark.event())); }

void Cuda::wait(const Mark& mark) {
  use();
  CUDA_CHECK(cudaStreamWaitEvent(stream_, mark.event(), 0));
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

void Cuda::launch(const Graph& graph) {
  use();
  cuda_check(cudaGraphLaunch(graph.graph(), stream_), "the launch of a graph");
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
  if (bytes > most_shared_bytes_)
    fail(Code::kDevice, text(name, " needs ", bytes, " bytes of shared memory, and this GPU has ", most_shared_bytes_));
  cuda_check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes), name);
}

void Cuda::launched(const char* name, cudaError_t status) {
  cuda_check(status, name);
  if (synchronous_) cuda_check(cudaStreamSynchronize(stream_), name);
}

}  // namespace sophia
