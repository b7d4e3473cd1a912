// The runtime API called from several host threads, whose kernels all run on the device's own.
#include <cstdint>
#include <thread>
#include "bench.h"

namespace sophia {
namespace {

constexpr int kThreads = 4, kRounds = 50;

// Where a block's shared memory lies tells the thread that runs it.
__global__ void count_kernel(unsigned* p, std::uintptr_t* home) {
  __shared__ unsigned more;
  if (threadIdx.x == 0) more = 1;
  __syncthreads();
  p[threadIdx.x] += more;
  if (threadIdx.x == 0) *home = reinterpret_cast<std::uintptr_t>(&more);
}

struct Outcome {
  bool right = true;
  std::uintptr_t home = 0;
};

// Allocates, launches, copies and frees, as a trainer on a worker of its own would.
Outcome work() {
  Cuda on;
  Outcome outcome;
  auto* const home = static_cast<std::uintptr_t*>(on.allocate(sizeof(std::uintptr_t)));
  for (int round = 0; round < kRounds; ++round) {
    auto* const p = static_cast<unsigned*>(on.allocate(64 * sizeof(unsigned)));
    for (int i = 0; i < 3; ++i) on.launch("count", {1, 64}, count_kernel, p, home);
    std::vector<unsigned> counts(64);
    on.download(counts.data(), p, 64);
    outcome.right &= counts == std::vector<unsigned>(64, 3);
    on.free(p);
  }
  on.download(&outcome.home, home, 1);
  on.free(home);
  return outcome;
}

}  // namespace

TEST("Emulator: threads of the host") {
  EmulatorBench t;
  emulator::take_statistics();
  std::vector<Outcome> outcomes(kThreads);
  std::vector<std::thread> threads;
  for (Outcome& outcome : outcomes) threads.emplace_back([&outcome] { outcome = work(); });
  for (std::thread& thread : threads) thread.join();
  const auto same = [&](const Outcome& o) { return o.right && o.home == outcomes[0].home; };
  check::expect("Emulator serves several threads", std::all_of(outcomes.begin(), outcomes.end(), same));
  check::expect("Emulator counts the launches of all threads",
                emulator::take_statistics().launches == kThreads * kRounds * 3);
  t.silent("several threads");
}

TEST("Emulator: the errors of a thread") {
  cudaError_t elsewhere = cudaSuccess;
  std::thread([&] {
    cudaFree(&elsewhere);
    elsewhere = cudaPeekAtLastError();
  }).join();
  check::expect("Emulator remembers the last error of each thread",
                elsewhere == cudaErrorInvalidValue && cudaGetLastError() == cudaSuccess);
}

}  // namespace sophia
