// Sectors, bank conflicts and DRAM bytes of kernels whose numbers are known.
#include "../../../../native/cuda/team.h"
#include "bench.h"

namespace sophia {
namespace {

__global__ void strided_kernel(const float* from, float* to, int stride) {
  to[threadIdx.x] = from[static_cast<int>(threadIdx.x) * stride];
}

// Writes rows and reads columns of a 32×32 tile: without a gap in the pitch, all of a column is in one bank.
__global__ void transpose_kernel(float* p, int pitch) {
  float* const tile = dynamic_shared<float>();
  const int lane = static_cast<int>(threadIdx.x);
  for (int row = 0; row < 32; ++row) tile[row * pitch + lane] = 1;
  __syncthreads();
  float sum = 0;
  for (int column = 0; column < 32; ++column) sum += tile[lane * pitch + column];
  p[lane] = sum;
}

}  // namespace

TEST("Emulator: traffic") {
  if (!emulator::checking()) return;
  EmulatorBench t;
  for (const auto& [stride, efficiency] : {std::pair{1, 1.0}, {2, 0.5}, {8, 0.125}}) {
    emulator::take_statistics();
    t.on.launch("strided", {1, 32}, strided_kernel, t.a, t.p, stride);
    const auto counted = emulator::take_statistics();
    const std::string name = "Emulator sees a stride of " + std::to_string(stride);
    check::expect(name + " in the sectors",
                  counted.loads.efficiency() == efficiency && counted.stores.efficiency() == 1);
    check::expect(name + " in DRAM",
                  counted.dram_read_bytes == 128u * static_cast<unsigned>(stride) && counted.dram_write_bytes == 128);
  }
  for (const auto& [pitch, conflicts] : {std::pair{32, 32u * 31}, {33, 0u}}) {
    emulator::take_statistics();
    t.on.launch("transpose", {1, 32, 33 * 32 * sizeof(float)}, transpose_kernel, t.p, pitch);
    const auto banks = emulator::take_statistics().shared;
    check::expect("Emulator sees the bank conflicts of pitch " + std::to_string(pitch), banks.conflicts() == conflicts);
  }
}

}  // namespace sophia
