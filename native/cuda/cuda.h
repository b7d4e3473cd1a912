// The CUDA backend: a device, a stream, its memory, and the only place that launches a kernel.
//
//   on.launch("layernorm_forward", {.blocks = blocks_for(rows, 4), .threads = {32, 4}}, layernorm_forward_kernel<S>,
//   a);
//
// A kernel takes its arguments by value, one struct where it can. Kernel files are also compiled by the host compiler
// against cuda/emulator, whose cuda_runtime.h then comes first on the include path.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include "../core/backend.h"
#include "../core/error.h"
#include "check.h"
#include "graph.h"

namespace sophia {

// The shape of a launch. More than 48 KB of dynamic shared memory is asked of the device by launch().
struct Grid {
  dim3 blocks, threads;
  std::size_t shared_bytes = 0;
};

// How many blocks of `per_block` elements hold `count`; fails beyond what one grid dimension allows, 2³¹ − 1.
unsigned blocks_for(std::int64_t count, std::int64_t per_block);

class Cublaslt;

class Cuda {
 public:
  using Real = float;
  using Mark = sophia::Mark;
  using Graph = sophia::Graph;
  static constexpr const char* kName = "cuda";
  static const char* name() { return kName; }
  static constexpr bool kHostIsDevice = false;

  // Everything runs on one stream of this device: one of its own, or the caller's, who keeps it. Throws kDevice when
  // there is no such device (cuda/probe.h says why).
  explicit Cuda(int device = 0, cudaStream_t stream = nullptr);
  ~Cuda();
  Cuda(const Cuda&) = delete;
  Cuda& operator=(const Cuda&) = delete;

  int device() const { return device_; }
  int multiprocessors() const { return multiprocessors_; }

  // Matrix products may round their factors to TF32, 10 bits behind the point, for tensor cores. Not allowed at first,
  // but by SOPHIA_TF32=1: laws and curvature need floats. A GPU older than compute capability 8.0 goes on with floats.
  void allow_tf32(bool allowed) { tf32_allowed_ = allowed; }
  bool tf32() const { return tf32_allowed_ && capability_ >= 80; }
  // Tensor cores take bf16 as it is. On an older GPU it is read as float.
  bool bf16() const { return capability_ >= 80; }

  // Matrix products by NVIDIA's cuBLASLt (cuda/cublaslt.h) instead of our own kernels, which go on where it has none.
  // Throws kDevice, with the reason, where it cannot be opened. At first SOPHIA_MATMUL=own or =cublaslt decides; own is
  // the default until both have been measured on a GPU.
  void use_cublaslt(bool wanted);
  Cublaslt* cublaslt() const { return cublaslt_wanted_ ? cublaslt_.get() : nullptr; }
  // Why the last product that cuBLASLt did not do was not done by it, or why it is not there; empty otherwise.
  std::string cublaslt_status() const;

  cudaStream_t stream() const { return stream_; }

  // Zeroed device memory, 256-byte aligned; throws kOutOfMemory. It comes from the device's pool and returns to it in
  // stream order, so that neither waits for the work that is under way.
  void* allocate(std::size_t bytes);
  void free(void* memory) noexcept;
  // Returns to the system what the pool keeps of freed memory, once the work under way is done.
  void give_back() noexcept;
  // Zeroed memory of the host that copies need no detour for.
  void* allocate_pinned(std::size_t bytes);
  void free_pinned(void* memory) noexcept;

  // Long passes call poll() between layers; it throws Cancelled once the flag is up.
  void cancel_when(const std::atomic<bool>* flag) { cancel_ = flag; }
  void poll() const {
    if (cancel_ && cancel_->load(std::memory_order_relaxed)) throw Cancelled();
  }
  int threads() const { return 1; }  // of the host, that a run keeps busy

  // Room for `count` T until the next call, which hands out the same room: nothing is allocated in the loop.
  template <class T>
  T* scratch(std::int64_t count) {
    return static_cast<T*>(scratch_bytes(bytes_of<T>(count)));
  }

  // In stream order. `host` may be used again, or read, when these return.
  template <class T>
  void upload(T* device, const T* host, std::int64_t count) {
    copy_bytes(device, host, bytes_of<T>(count), cudaMemcpyHostToDevice);
    synchronize();
  }
  template <class T>
  void download(T* host, const T* device, std::int64_t count) {
    copy_bytes(host, device, bytes_of<T>(count), cudaMemcpyDeviceToHost);
    synchronize();
  }

  // The same without waiting, from and to pinned memory: it may not be used before synchronize().
  template <class T>
  void enqueue_upload(T* device, const T* pinned, std::int64_t count) {
    copy_bytes(device, pinned, bytes_of<T>(count), cudaMemcpyHostToDevice);
  }
  template <class T>
  void enqueue_download(T* pinned, const T* device, std::int64_t count) {
    copy_bytes(pinned, device, bytes_of<T>(count), cudaMemcpyDeviceToHost);
  }

  // From device to device, and all bytes zero: in stream order, without waiting.
  template <class T>
  void copy(T* to, const T* from, std::int64_t count) {
    copy_bytes(to, from, bytes_of<T>(count), cudaMemcpyDeviceToDevice);
  }
  template <class T>
  void zero(T* to, std::int64_t count) {
    zero_bytes(to, bytes_of<T>(count));
  }

  // Waits for all work; throws what it has failed with.
  void synchronize();

  // A point in time of the device's work, in milliseconds once that has been waited for.
  void mark(Mark& mark);
  static double milliseconds(const Mark& from, const Mark& to);
  static bool passed(const Mark& mark);
  static void wait_for(const Mark& mark);  // the host
  void wait(const Mark& mark);             // what comes after, for another stream of the device

  // work() enqueues what comes again and again. Unless everything it uses is where it was the last time (`same`), it is
  // run as it is; the time after that it is captured as a graph, and from then on replayed. A replay reads the memory
  // that the work named, device or pinned, as it stands then. With SOPHIA_SYNC=1 nothing is captured.
  template <class F>
  void replay(Graph& graph, bool same, F work) {
    if (synchronous_ || !same || !graph.holds_for(scratch_)) {
      work();
      return graph.forget(scratch_);
    }
    if (!graph) {
      Capture capture(*this);
      work();
      graph.keep(capture.end());
    }
    launch(graph);
  }

  // Starts kernel(arguments...) on every thread of the grid. `name` is what errors call it. An empty grid is no work.
  template <class... Parameters, class... Arguments>
  void launch(const char* name, const Grid& grid, void (*kernel)(Parameters...), Arguments&&... arguments) {
    static_assert(sizeof...(Parameters) == sizeof...(Arguments), "a kernel needs all its arguments");
    if (grid.blocks.x == 0 || grid.blocks.y == 0 || grid.blocks.z == 0) return;
    prepare(name, grid, reinterpret_cast<const void*>(kernel));
    cudaLaunchConfig_t config = {};
    config.gridDim = grid.blocks;
    config.blockDim = grid.threads;
    config.dynamicSmemBytes = grid.shared_bytes;
    config.stream = stream_;
    launched(name, cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(std::forward<Arguments>(arguments))...));
  }

 private:
  template <class T>
  static std::size_t bytes_of(std::int64_t count) {
    return static_cast<std::size_t>(count) * sizeof(T);
  }
  // While it lives, what is enqueued is recorded instead of run. Without end(), as after an error,
  // nothing stays.
  class Capture {
   public:
    explicit Capture(Cuda& on);
    ~Capture();
    cudaGraphExec_t end();

   private:
    Cuda& on_;
  };
  void launch(const Graph& graph);

  void* scratch_bytes(std::size_t bytes);
  void keep_freed_memory();
  void use() const;  // the current device is a property of each host thread
  void copy_bytes(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind);
  void zero_bytes(void* to, std::size_t bytes);
  void prepare(const char* name, const Grid& grid, const void* kernel);
  void launched(const char* name, cudaError_t status);

  int device_, multiprocessors_ = 0, capability_ = 0, most_shared_bytes_ = 0;
  bool tf32_allowed_, cublaslt_wanted_ = false;
  std::unique_ptr<Cublaslt> cublaslt_;
  std::string no_cublaslt_;  // why there is none
  cudaStream_t stream_;
  const bool owns_stream_;
  cudaMemPool_t pool_ = nullptr;
  void* scratch_ = nullptr;
  std::size_t scratch_size_ = 0;
  const std::atomic<bool>* cancel_ = nullptr;
  bool capturing_ = false;
  bool synchronous_;  // SOPHIA_SYNC=1: wait after every launch, so that an error names its kernel
};

}  // namespace sophia
