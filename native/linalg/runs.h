// The inner dimension of a matrix product in runs: within a run an element of C is summed up depth by depth, and then
// added to C. Every way to multiply takes the same runs, so that the bits of an element depend on k alone.
#pragma once
#include <algorithm>
#include "matmul.h"
#include "partition.h"

namespace sophia::packed {

// How deep a run may be: the longer, the less often C is read and written; the strip of A that all tiles of a run share
// has to fit into the first-level cache beside what streams through it, 21 of 48 KB or 6 of 32.
template <class Isa> inline constexpr int kMostDepth = Isa::kLanes == 16 ? 384 : 256;

// One of them: where it begins in A and B.
struct Run {
  const float *a, *b;
  std::int64_t depth;
  bool first, last;
};

class Runs {
 public:
  Runs(const Matmul& shape, std::initializer_list<Factors<float>> terms, std::int64_t most_depth)
      : s_(shape),
        terms_(terms.begin()),
        depths_{s_.k, std::max<std::int64_t>(1, ceil_divide(s_.k, most_depth)), 1},
        count_(depths_.parts * static_cast<std::int64_t>(terms.size())) {}

  // To the same runs of the matrix that lies so far behind.
  void move(std::int64_t by_a, std::int64_t by_b) {
    a_ += by_a;
    b_ += by_b;
  }

  std::int64_t count() const { return count_; }
  std::int64_t longest() const { return std::max<std::int64_t>(1, depths_.longest()); }
  Run operator[](std::int64_t index) const {
    const Factors<float>& term = terms_[index / depths_.parts];
    const Range depths = depths_.range(index % depths_.parts);
    return {term.a.value + a_ + depths.begin * (s_.transpose_a ? s_.lda : 1),
            term.b.value + b_ + depths.begin * (s_.transpose_b ? 1 : s_.ldb), depths.count, index == 0,
            index + 1 == count_};
  }

 private:
  Matmul s_;
  const Factors<float>* terms_;
  Cut depths_;
  std::int64_t count_, a_ = 0, b_ = 0;
};

}  // namespace sophia::packed
