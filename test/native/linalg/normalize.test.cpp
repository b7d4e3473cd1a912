#include "../../../native/linalg/normalize.h"
#include <random>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

namespace {

using namespace sophia;

// Each matrix of so many numbers, `shift` numbers behind an aligned address, into `to` or in place.
template <class Set, class T>
std::vector<T> normalized(int threads, std::vector<T> x, std::int64_t batch, double epsilon, bool in_place = true) {
  Cpu<Set> on(threads);
  const std::int64_t count = static_cast<std::int64_t>(x.size()) / batch;
  std::vector<T> other(x.size() + 1, T(-7));
  std::vector<double> partial(static_cast<std::size_t>(normalize_sums(batch, count)));
  const View<T> from{x.data()}, to{in_place ? x.data() : other.data() + 1};
  normalize(on, Normalize<T>{batch, count, from, to, epsilon, partial.data()});
  if (in_place) return x;
  return {other.begin() + 1, other.end()};
}

std::vector<float> draw_matrices(std::int64_t count, float size) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<std::size_t>(count));
  for (float& number : x) number = size * normal(random);
  return x;
}

}  // namespace

TEST("Normalize makes every matrix of a batch one of length 1") {
  for (const std::int64_t count : {1, 3, 16, 255, 4096, 4097, 70001})
    for (const float size : {1e-30f, 1.0f, 1e30f}) {
      const std::int64_t batch = count < 5000 ? 5 : 2;
      const auto x = draw_matrices(batch * count, size);
      const auto y = normalized<Isa>(2, x, batch, 1e-36);
      double worst = 0;
      for (std::int64_t i = 0; i < batch; ++i) {
        double sum = 0;
        for (std::int64_t j = i * count; j < (i + 1) * count; ++j) sum += std::pow(x[static_cast<std::size_t>(j)], 2.0);
        for (std::int64_t j = i * count; j < (i + 1) * count; ++j) {
          const double want = x[static_cast<std::size_t>(j)] / (std::sqrt(sum) + 1e-36);
          const double error = std::abs(y[static_cast<std::size_t>(j)] - want) / std::abs(want);
          worst = error <= worst ? worst : error;
        }
      }
      check::expect(text("normalize ", batch, " × ", count, " numbers of size ", size), worst, 2e-7);
    }
}

TEST("Normalize has the same bits for any number of threads, in place or not, alone or in a batch") {
  for (const std::int64_t count : {7, 4097, 70001}) {
    const auto x = draw_matrices(3 * count, 1);
    const auto y = normalized<Isa>(1, x, 3, 1e-7);
    bool same = y == normalized<Isa>(2, x, 3, 1e-7) && y == normalized<Isa>(5, x, 3, 1e-7, false);
    for (std::int64_t i = 0; i < 3; ++i) {
      const auto part = [&](const std::vector<float>& of) {
        return std::vector<float>(of.begin() + i * count, of.begin() + (i + 1) * count);
      };
      same = same && normalized<Isa>(1, part(x), 1, 1e-7) == part(y);
    }
    check::expect(text("normalize 3 × ", count, " has the same bits"), same);
  }
}

TEST("Normalize keeps zeros and lets NaN through") {
  auto x = draw_matrices(3 * 100, 1);
  std::fill(x.begin(), x.begin() + 100, 0.0f);
  x[150] = NAN;
  const auto y = normalized<Isa>(2, x, 3, 1e-7);
  bool zero = true, nan = true, finite = true;
  for (std::size_t i = 0; i < 100; ++i) {
    zero = zero && y[i] == 0;
    nan = nan && std::isnan(y[100 + i]);
    finite = finite && std::isfinite(y[200 + i]);
  }
  check::expect("normalize: a matrix of zeros stays one", zero);
  check::expect("normalize: a NaN is in all of its matrix and in no other", nan && finite);
}

TEST("Normalize has no work where there is no matrix") {
  check::expect("normalize 0 matrices", normalized<Isa>(2, draw_matrices(0, 1), 1, 1e-7).empty());
}

TEST("Normalize adds epsilon to the length") {
  const std::vector<float> x{3, 4};
  const auto y = normalized<Isa>(1, x, 1, 5);
  check::expect("normalize (3, 4) with ε = 5", y == std::vector<float>{0.3f, 0.4f});
}
