// The label sampler on the CPU: rows among threads, the vocabulary among SIMD lanes.
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "gnb.h"

namespace sophia {

namespace {
constexpr std::int64_t kSampledRowsPerTask = 4;  // a microsecond of work even at a vocabulary of bytes
}

template <class Isa, class S>
void sample(Cpu<Isa>& on, const SampleLabels<S>& a) {
  gnb::expect_few_columns(a.vocabulary);
  on.parallel_blocks(a.rows, kSampledRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (auto r = begin; r < end; ++r) gnb::sample_row(Solo<Isa::kLanes>{}, a, r);
  });
}

SOPHIA_INSTANTIATE(sample, SampleLabels);

}  // namespace sophia
