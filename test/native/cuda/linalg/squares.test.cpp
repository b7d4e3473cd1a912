#include "../../../../native/linalg/squares.h"
#include <cmath>
#include <random>
#include "../../../../native/cuda/cuda.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using check::expect;

namespace {

const std::vector<std::int64_t> kCounts{1, 7, 4096, 4097, 12289};

// The sums of tensors that begin `shift` floats beyond an aligned address, and what they should be.
struct Sums {
  std::vector<double> got, want;
};
Sums sums(int shift, float size, float last = 0) {
  Cuda on;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<std::unique_ptr<DeviceVector<float>>> memory;
  std::vector<View<float>> tensors;
  std::vector<Span> spans;
  Sums all;
  Layout layout;
  for (const auto count : kCounts) {
    std::vector<float> numbers(static_cast<std::size_t>(count));
    for (float& x : numbers) x = size * normal(random);
    if (last != 0) numbers.back() = last;
    double sum = 0;
    for (const float x : numbers) sum += static_cast<double>(x) * x;
    all.want.push_back(sum);
    memory.push_back(std::make_unique<DeviceVector<float>>(on, numbers, shift));
    tensors.push_back({memory.back()->data()});
    spans.push_back({.offset = layout.take(count), .count = count});
  }
  all.want.push_back(0);
  for (std::size_t t = 0; t < kCounts.size(); ++t) all.want.back() += all.want[t];

  const PiecesOn<Cuda> pieces(on, cut(spans));
  DeviceVector<View<float>> places(on, tensors);
  DeviceVector<SquareSum> totals(on, std::vector<SquareSum>(tensors.size() + 1));
  DeviceVector<SquareSum> partial(on, std::vector<SquareSum>(static_cast<std::size_t>(pieces.table().piece_count)));
  sum_squares(on, Squares<float>{places.data(), pieces.table(), totals.data(), partial.data(), shift == 0});
  for (const auto& total : totals.read()) all.got.push_back(total[SquareOf::kNumbers]);
  return all;
}

}  // namespace

TEST("The squares of scattered tensors on cuda") {
  for (const int shift : {0, 1}) {
    for (const float size : {1e30f, 1.0f, 1e-30f}) {
      const Sums all = sums(shift, size);
      double worst = 0;
      for (std::size_t t = 0; t < all.want.size(); ++t) worst = std::max(worst, std::abs(all.got[t] / all.want[t] - 1));
      expect(text("squares on cuda of size ", size, " at shift ", shift), worst, 1e-13);
    }
    const Sums bad = sums(shift, 1, NAN);
    expect("squares on cuda: a NaN shows in every sum",
           std::none_of(bad.got.begin(), bad.got.end(), [](double x) { return std::isfinite(x); }));
  }
  emulated::same_in_every_order("squares on cuda", [] { return sums(1, 1).got; });
}
