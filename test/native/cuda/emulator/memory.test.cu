// For every wrong access, a kernel that commits it and one that does not.
#include "../../../../native/cuda/team.h"
#include <sys/wait.h>
#include <unistd.h>
#include "bench.h"

namespace sophia {
namespace {

__global__ void fill_kernel(float* p, int count) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < count) p[i] = 1;
}

__global__ void copy_kernel(const float* from, float* to) { to[threadIdx.x] = from[threadIdx.x]; }

__global__ void copy_vector_kernel(const float* from, float4* to) {
  to[threadIdx.x] = reinterpret_cast<const float4*>(from)[threadIdx.x];
}

__global__ void copy_pack_kernel(View<float> from, View<float> to) {
  const At<4> at{static_cast<std::ptrdiff_t>(4 * threadIdx.x)};
  to.store(at, from[at]);
}

__global__ void static_shared_kernel(float* p, unsigned shift) {
  __shared__ float values[40];
  values[threadIdx.x + shift] = 1;
  __syncthreads();
  p[threadIdx.x] = values[threadIdx.x];
}

__global__ void dynamic_shared_kernel(float* p) {
  float* const values = dynamic_shared<float>();
  values[threadIdx.x] = 1;
  __syncthreads();
  p[threadIdx.x] = values[threadIdx.x];
}

__global__ void half_written_kernel(float* p, bool good) {
  __shared__ float values[64];
  if (good || threadIdx.x < 32) values[threadIdx.x] = 1;
  __syncthreads();
  p[blockIdx.x * 64 + threadIdx.x] = values[threadIdx.x];
}

// Does a process of its own that runs f end well?
template <class F>
bool ends_well(F f) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    std::freopen("/dev/null", "w", stderr);
    f();
    std::exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST("Emulator: what a test overlooks") {
  EmulatorBench t;
  float* const odd = t.numbers<float>(99);
  const auto fill = [&](int count) { t.on.launch("fill", {1, 128}, fill_kernel, odd, count); };
  check::expect("Emulator lets a program without reports end well", ends_well([&] { fill(99); }));
  check::expect("Emulator fails a program whose reports nobody takes", !ends_well([&] { fill(100); }));
  check::expect("Emulator lets host code read device memory", ends_well([&] { t.sink = odd[0]; }));
  check::expect("Emulator hides device memory from host code on request", !ends_well([&] {
                  emulator::hide_from_host(true);
                  fill(99);
                  t.read(odd, 99);
                  t.sink = odd[0];
                }));
  check::expect("Emulator shows hidden memory to kernels and copies", ends_well([&] {
                  emulator::hide_from_host(true);
                  fill(99);
                  t.read(odd, 99);
                }));
  t.on.free(odd);
}

TEST("Emulator: the end of an allocation") {
  EmulatorBench t;
  float* const odd = t.numbers<float>(99);
  t.on.launch("fill", {1, 128}, fill_kernel, odd, 99);
  t.silent("writes up to the end");
#if !defined(__SANITIZE_ADDRESS__)  // AddressSanitizer would end the program here, rightly
  t.on.launch("fill", {1, 128}, fill_kernel, odd, 100);
  t.reports("a write past the end", emulator::checking() ? Fault::kOutOfBounds : Fault::kOverrun);
#endif
  t.on.free(odd);
}

TEST("Emulator: wrong addresses") {
  if (!emulator::checking()) return;
  EmulatorBench t;
  float* const gone = t.numbers<float>(32);
  t.on.free(gone);
  t.on.launch("fill", {1, 32}, fill_kernel, gone, 32);
  t.reports("a write to freed memory", Fault::kOutOfBounds);

  std::vector<float> host(32);
  t.on.launch("copy", {1, 32}, copy_kernel, host.data(), t.p);
  t.reports("a read of host memory", Fault::kWildAccess);

  t.on.launch("copy_vector", {1, 4}, copy_vector_kernel, t.a + 1, reinterpret_cast<float4*>(t.p));
  t.reports("a misaligned vector", Fault::kMisaligned);
  t.on.launch("copy_vector", {1, 4}, copy_vector_kernel, t.a + 4, reinterpret_cast<float4*>(t.p));
  t.silent("an aligned vector");
  t.on.launch("copy_pack", {1, 4}, copy_pack_kernel, View<float>{t.a + 1}, View<float>{t.p});
  t.reports("a misaligned read of a pack", Fault::kMisaligned);
  t.on.launch("copy_pack", {1, 4}, copy_pack_kernel, View<float>{t.a}, View<float>{t.p + 2});
  t.reports("a misaligned write of a pack", Fault::kMisaligned);
  t.on.launch("copy_pack", {1, 4}, copy_pack_kernel, View<float>{t.a}, View<float>{t.p});
  t.silent("an aligned pack");
}

TEST("Emulator: memory that nobody wrote") {
  if (!emulator::checking()) return;
  EmulatorBench t;
  float* fresh = nullptr;
  CUDA_CHECK(cudaMalloc(&fresh, 32 * sizeof(float)));
  t.on.launch("copy", {1, 32}, copy_kernel, fresh, t.p);
  t.reports("a read of fresh global memory", Fault::kUninitialisedGlobal);
  t.on.launch("fill", {1, 32}, fill_kernel, fresh, 32);
  t.on.launch("copy", {1, 32}, copy_kernel, fresh, t.p);
  t.silent("a read of what a kernel wrote");
  t.on.free(fresh);
  t.both("a read of fresh shared memory", Fault::kUninitialisedShared, {2, 64}, half_written_kernel, t.p);
}

TEST("Emulator: the bounds of shared memory") {
  if (!emulator::checking()) return;
  EmulatorBench t;
  t.on.launch("static_shared", {1, 40}, static_shared_kernel, t.p, 1u);
  t.reports("a write past a shared array", Fault::kOutOfBounds);
  t.on.launch("static_shared", {1, 40}, static_shared_kernel, t.p, 0u);
  t.silent("a shared array");
  t.on.launch("dynamic_shared", {1, 32, 124}, dynamic_shared_kernel, t.p);
  t.reports("a write past dynamic shared memory", Fault::kOutOfBounds);
  t.on.launch("dynamic_shared", {1, 32, 128}, dynamic_shared_kernel, t.p);
  t.silent("dynamic shared memory");
}

}  // namespace sophia
