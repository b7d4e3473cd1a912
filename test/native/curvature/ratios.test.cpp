#include "../../../native/curvature/ratios.h"
#include <cmath>
#include <numeric>
#include <random>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

std::vector<std::uint64_t> counted(const std::vector<float>& m, const std::vector<float>& h, float threshold,
                                   float floor, int threads, std::int64_t parts) {
  Cpu<Isa> on(threads);
  const Pieces pieces = cut({{.offset = 0, .count = static_cast<std::int64_t>(m.size())}});
  std::vector<std::uint32_t> partial(static_cast<std::size_t>(parts * kRatioBins));
  std::vector<std::uint64_t> counts(kRatioBins);
  auto momentum = m, hessian = h;
  const HessianNow<float> now{
      .average = {}, .clip = 1, .threshold = threshold, .floor = floor, .squared = true, .finite = true};
  count_ratios(on, Ratios<float>{.momentum = {momentum.data()},
                                 .hessian = {hessian.data()},
                                 .table = table(pieces),
                                 .now = &now,
                                 .parts = parts,
                                 .partial = partial.data(),
                                 .counts = counts.data()});
  return counts;
}

}  // namespace

TEST("The bins of ratios") {
  bool begins = true, before = true;
  for (int b = 1; b < ratios::kNone; ++b) {
    const auto edge = static_cast<float>(ratios::edge(b));
    begins &= ratios::bin(edge) == b;
    before &= ratios::bin(std::nextafter(edge, 0.0f)) == b - 1;
  }
  expect("a bin begins at its edge", begins);
  expect("and ends before the next one's", before);
  expect("one of the edges is 1", ratios::edge(ratios::kOne) == 1);
  expect("the first takes what is smaller", ratios::bin(0) == 0 && ratios::bin(1e-40f) == 0);
  expect("the last of ratios takes what is larger", ratios::bin(1e30f) == ratios::kNone - 1 &&
                                                        ratios::bin(INFINITY) == ratios::kNone - 1 &&
                                                        ratios::bin(NAN) == ratios::kNone - 1);
}

TEST("Counting ratios") {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  std::vector<float> m(20000), h(m.size());
  for (auto& x : m) x = normal(random);
  for (auto& x : h) x = normal(random);
  m[7] = h[7] = 0;
  std::vector<std::uint64_t> want(kRatioBins);
  std::uint64_t unclipped = 0;
  for (std::size_t i = 0; i < m.size(); ++i) {
    const float limit = h[i] * 0.3f;
    ++want[static_cast<std::size_t>(h[i] > 0 ? ratios::bin(std::abs(m[i]) / limit) : ratios::kNone)];
    unclipped += std::abs(m[i]) < limit;
  }
  const auto one = counted(m, h, 0.3f, 0, 1, 1);
  expect("every coordinate is in its bin", one == want);
  expect("for any number of parts and threads", counted(m, h, 0.3f, 0, 3, 4) == want);
  expect("those below 1 are the unclipped",
         std::accumulate(one.begin(), one.begin() + ratios::kOne, 0ull) == unclipped);
  expect("a floor stands in for a small h", counted({1}, {0.1f}, 1, 0.5f, 1, 1)[ratios::bin(2)] == 1);
  expect("an h that is not positive has no ratio", counted({1, 1, 1}, {-2, 0, NAN}, 1, 0.5f, 1, 1)[ratios::kNone] == 3);
}

TEST("Quantiles of ratios") {
  std::vector<double> fractions(kRatioBins);
  fractions[30] = 0.25;  // [0.5, 0.75)
  fractions[32] = 0.25;  // [1, 1.5)
  fractions[62] = 0.1;
  fractions[63] = 0.4;
  expect("a whole bin", ratios::quantile(fractions, 0.25) == 0.75);
  expect("a part of one", ratios::quantile(fractions, 0.375) == 1.25);
  expect("far off", ratios::quantile(fractions, 0.55) > 10000);
  expect("where no ratio is", ratios::quantile(fractions, 0.65) == INFINITY);
}
