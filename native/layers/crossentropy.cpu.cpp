// Softmax cross-entropy on the CPU: rows among threads, the vocabulary among SIMD lanes.
#include "../cpu/cpu.h"
#include "../cpu/team.h"
#include "crossentropy.h"

namespace sophia {

namespace {
constexpr std::int64_t kLogitRowsPerTask = 4;  // a microsecond of work even at a vocabulary of bytes
}

template <class Isa, class S>
void forward(Cpu<Isa>& on, const CrossEntropy<S>& a) {
  on.parallel_blocks(a.rows, kLogitRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (auto r = begin; r < end; ++r) crossentropy::forward_row(Solo<Isa::kLanes>{}, a, r);
  });
}

template <class Isa, class S>
void backward(Cpu<Isa>& on, const CrossEntropy<S>& a) {
  on.parallel_blocks(a.rows, kLogitRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (auto r = begin; r < end; ++r) crossentropy::backward_row(Solo<Isa::kLanes>{}, a, r);
  });
}

SOPHIA_INSTANTIATE(forward, CrossEntropy);
SOPHIA_INSTANTIATE(backward, CrossEntropy);

}  // namespace sophia
