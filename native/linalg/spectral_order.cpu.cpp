// The order of a basis on the CPU: matrices among threads, columns among SIMD lanes; rows that are permuted among
// threads.
#include "spectral_order.h"
#include "../cpu/cpu.h"
#include "../cpu/team.h"

namespace sophia {

namespace {
constexpr std::int64_t kPermutedRows = 16;  // of a task: some microseconds of work
}

template <class Isa, class T>
void spectral_order(Cpu<Isa>& on, const SpectralOrder<T>& a) {
  on.parallel(a.batch, [&](std::int64_t matrix) { spectral::sort(Solo<Isa::kLanes>{}, a, matrix); });
}

template <class Isa, class T>
void permute(Cpu<Isa>& on, const Permutation<T>& a) {
  on.parallel_blocks(a.batch * a.rows, kPermutedRows, [&](std::int64_t begin, std::int64_t end) {
    for (auto row = begin; row < end; ++row) spectral::permute_row(Solo<Isa::kLanes>{}, a, row);
  });
}

template void spectral_order(Cpu<Isa>&, const SpectralOrder<Real<Isa>>&);
template void permute(Cpu<Isa>&, const Permutation<Real<Isa>>&);

}  // namespace sophia
