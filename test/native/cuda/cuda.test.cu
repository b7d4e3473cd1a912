// The CUDA backend: its memory, its launches and its errors, which the emulator's runtime API returns as CUDA's would.
#include "../../../native/cuda/cuda.h"
#include <cstdlib>
#include <limits>
#include "../../../native/core/arena.h"
#include "../../../native/cuda/emulator/emulator.h"
#include "../../../native/cuda/team.h"
#include "../check.h"

namespace sophia {
namespace {

__global__ void double_kernel(float* p, std::int64_t count) {
  const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < count) p[i] = 2 * p[i];
}

// The last number of its shared memory goes through it.
__global__ void shared_kernel(float* p, unsigned count) {
  float* const all = dynamic_shared<float>();
  all[count - 1] = p[0];
  p[0] = all[count - 1] + 1;
}

__global__ void stuck_kernel() {
  if (threadIdx.x == 0) __shfl_sync(0xffffffffu, 1, 0);
  else __syncthreads();
}

std::vector<float> read(Cuda& on, const float* device, std::size_t size) {
  std::vector<float> host(size);
  on.download(host.data(), device, static_cast<std::int64_t>(size));
  return host;
}

// A launch that hangs, and what is thrown where.
template <class F>
void expect_stuck(const std::string& name, const std::string& words, F f) {
  emulator::print_reports(false);
  check::expect_error(name, Code::kDevice, words, f);
  emulator::take_reports();
  emulator::print_reports(true);
}

}  // namespace

TEST("Cuda: memory") {
  Cuda on;
  const Arena<Cuda, float> arena(on, 5);
  float* const memory = arena.data();
  check::expect("Cuda hands out zeros", read(on, memory, 5) == std::vector<float>(5));
  const std::vector<float> numbers{1, 2, 3, 4, 5};
  on.upload(memory, numbers.data(), 5);
  on.copy(memory, memory + 3, 2);
  check::expect("Cuda copies up, across and down", read(on, memory, 5) == std::vector<float>({4, 5, 3, 4, 5}));
  on.zero(memory + 1, 3);
  check::expect("Cuda fills with zeros", read(on, memory, 5) == std::vector<float>({4, 0, 0, 0, 5}));

  float* const scratch = on.scratch<float>(100);
  check::expect("Cuda hands out the same scratch again", on.scratch<float>(50) == scratch);
  check::expect("Cuda makes room for more scratch", on.scratch<float>(1000) != nullptr);
  check::expect_error("Cuda says when memory is used up", Code::kOutOfMemory, "cudaErrorMemoryAllocation",
                      [&] { on.allocate(std::size_t{1} << 60); });
  if (emulator::emulates("a copy beyond its memory"))
    check::expect_error("Cuda refuses a copy beyond its memory", Code::kDevice, "cudaErrorInvalidValue",
                        [&] { on.upload(memory + 1, numbers.data(), 5); });
}

TEST("Cuda: launches") {
  Cuda on;
  const Arena<Cuda, float> arena(on, 1000);
  const std::vector<float> ones(1000, 1);
  on.upload(arena.data(), ones.data(), 1000);
  on.launch("double", {blocks_for(1000, 128), 128}, double_kernel, arena.data(), 1000);
  check::expect("Cuda runs every thread of a grid", read(on, arena.data(), 1000) == std::vector<float>(1000, 2));
  on.launch("double", {blocks_for(0, 128), 128}, double_kernel, arena.data(), 0);
  check::expect("Cuda takes an empty grid for no work", true);

  constexpr unsigned kMany = 50000;  // floats: more than the 48 KB that every kernel may have
  on.launch("shared", {1, 1, kMany * sizeof(float)}, shared_kernel, arena.data(), kMany);
  check::expect("Cuda asks for much shared memory", read(on, arena.data(), 1)[0] == 3);
  check::expect_error("Cuda names the kernel that wants too much shared memory", Code::kDevice, "shared needs 1048576",
                      [&] { on.launch("shared", {1, 1, 1 << 20}, shared_kernel, arena.data(), 1u); });
  check::expect_error("Cuda names the kernel of a block too large", Code::kDevice,
                      "double: cudaErrorInvalidConfiguration",
                      [&] { on.launch("double", {1, 2048}, double_kernel, arena.data(), 1000); });
  check::expect_error("Cuda refuses a grid too large", Code::kInvalidArgument, "2^31 - 1 blocks",
                      [] { blocks_for(std::numeric_limits<std::int64_t>::max() - 1, 1); });
}

TEST("Cuda: asynchronous errors") {
  if (!emulator::emulates("a kernel that hangs")) return;
  {
    Cuda on;
    expect_stuck("Cuda throws an asynchronous error at the next check", "cudaStreamSynchronize", [&] {
      on.launch("stuck", {1, 32}, stuck_kernel);
      on.synchronize();
    });
  }
  setenv("SOPHIA_SYNC", "1", 1);
  Cuda on;
  unsetenv("SOPHIA_SYNC");
  expect_stuck("Cuda names the kernel of an asynchronous error under SOPHIA_SYNC=1", "stuck: cudaErrorLaunchFailure",
               [&] { on.launch("stuck", {1, 32}, stuck_kernel); });
}

TEST("Cuda: devices") {
  if (!emulator::emulates("a machine without a device")) return;
  emulator::set_machine({.status = cudaErrorNoDevice});
  check::expect_error("Cuda throws where there is no device", Code::kDevice, "cudaErrorNoDevice", [] { Cuda on; });
  emulator::set_machine({});
  check::expect_error("Cuda throws for a device that there is not", Code::kDevice, "cudaErrorInvalidDevice",
                      [] { Cuda on(1); });
}

}  // namespace sophia
