#include "../../../native/linalg/squares.h"
#include <cmath>
#include <random>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

// Tensors of these sizes, each in memory of its own at an odd address, with a NaN before and behind it.
struct Scattered {
  std::vector<std::vector<float>> memory;
  std::vector<View<float>> tensors;
  Pieces pieces;

  Scattered(std::initializer_list<std::int64_t> counts, float size) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    std::vector<Span> spans;
    Layout layout;
    for (const auto count : counts) {
      auto& numbers = memory.emplace_back(static_cast<std::size_t>(count) + 2, NAN);
      for (std::int64_t i = 1; i <= count; ++i) numbers[static_cast<std::size_t>(i)] = size * normal(random);
      tensors.push_back({numbers.data() + 1});
      spans.push_back({.offset = layout.take(count), .count = count});
    }
    pieces = cut(spans);
  }

  std::vector<double> sums(int threads) const {
    Cpu<Isa> on(threads);
    std::vector<SquareSum> totals(tensors.size() + 1), partial(pieces.pieces.size());
    sum_squares(on, Squares<float>{tensors.data(), table(pieces), totals.data(), partial.data()});
    std::vector<double> all;
    for (const auto& total : totals) all.push_back(total[SquareOf::kNumbers]);
    return all;
  }
};

}  // namespace

TEST("The squares of scattered tensors") {
  for (const float size : {1e30f, 1.0f, 1e-30f}) {  // squares of the first overflow a float
    const Scattered all({1, 7, 0, 4096, 4097, 12289}, size);
    const auto got = all.sums(1);
    double worst = 0;
    long double total = 0;
    for (std::size_t t = 0; t < all.tensors.size(); ++t) {
      long double want = 0;
      for (std::size_t i = 1; i + 1 < all.memory[t].size(); ++i)
        want += static_cast<long double>(all.memory[t][i]) * all.memory[t][i];
      total += want;
      worst = std::max(worst, want > 0 ? static_cast<double>(std::abs(got[t] / want - 1)) : got[t]);
    }
    expect(text("squares of tensors of size ", size), worst, 1e-14);
    expect("squares of all tensors", static_cast<double>(std::abs(got.back() / total - 1)), 1e-14);
    expect("squares: the same for 1, 2 and 3 threads", got == all.sums(2) && got == all.sums(3));
  }
  Scattered one({5, 5000}, 1);
  one.memory[1][4999] = INFINITY;
  expect("one infinity is found in its tensor and in the total",
         std::isfinite(one.sums(2)[0]) && !std::isfinite(one.sums(2)[1]) && !std::isfinite(one.sums(2)[2]));
}
