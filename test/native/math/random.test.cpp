#include "../../../native/math/random.h"
#include <cmath>
#include <set>
#include <vector>
#include "../check.h"
#include "ulp.h"

using namespace sophia;
using check::expect;

namespace {

constexpr Draw kDraw{42, 3, Purpose::kDropout, 1, 2};
constexpr int kDraws = 1 << 20;

// χ² of equally likely bins, as standard deviations above what chance expects. The draws are fixed, so that a test that
// passes once passes always; 4 would be one chance in thirty thousand.
double surprise(const std::vector<int>& bins) {
  double total = 0, chi2 = 0;
  for (const int count : bins) total += count;
  const double expected = total / static_cast<double>(bins.size());
  for (const int count : bins) chi2 += (count - expected) * (count - expected) / expected;
  const double freedom = static_cast<double>(bins.size()) - 1;
  return std::abs(chi2 - freedom) / std::sqrt(2 * freedom);
}

template <int N>
bool packs_agree() {
  bool same = true;
  for (std::uint64_t position = 0; position < 9; ++position) {
    std::uint32_t words[N];
    bits(kDraw, position, words);
    const auto normals = normal<N>(kDraw, position), signs = rademacher<N>(kDraw, position);
    for (int i = 0; i < N; ++i) {
      const std::uint64_t at = position + static_cast<std::uint64_t>(i);
      same &= words[i] == bits(kDraw, at) && ulp::same(normals[i], normal(kDraw, at));
      same &= signs[i] == rademacher(kDraw, at);
    }
  }
  return same;
}

}  // namespace

TEST("Draws are functions of their names") {
  std::uint32_t words[4];
  Philox{{42, 0}, {5, 2 << 16, 3, 2u << 24 | 1}}.blocks<4 / 4>(words);
  expect("bits: the words of the Philox block that the header says", words[1] == bits(kDraw, 21));
  Philox{{42, 1}, {5, 2u << 16 | 9, 3, 2u << 24 | 1}}.blocks<1>(words);
  Draw far = kDraw;
  far.seed += 1ull << 32;
  expect("bits: beyond 2^34 positions and 32 bits of seed", words[3] == bits(far, (9ull << 34) + 23));

  std::set<std::uint32_t> first;
  Draw draws[] = {kDraw, kDraw, kDraw, kDraw, kDraw, kDraw};
  draws[1].seed = 43;
  draws[2].step = 4;
  draws[3].purpose = Purpose::kLabels;
  draws[4].micro = 2;
  draws[5].site = 3;
  for (const auto& draw : draws) first.insert(bits(draw, 0));
  expect("bits: every part of a name counts", first.size() == 6);
  expect("draws in packs, at any position, are the single draws", packs_agree<1>() && packs_agree<2>() &&
                                                                      packs_agree<4>() && packs_agree<8>() &&
                                                                      packs_agree<16>() && packs_agree<32>());
}

TEST("Draws are distributed as they say") {
  std::vector<int> values(256), pairs(256), signs(16), normals(256), neighbours(256);
  double low = 1, high = 0, mean = 0, square = 0, fourth = 0, between = 0, largest = 0;
  float last = 0;
  std::size_t run = 0;
  for (int i = 0; i < kDraws; ++i) {
    const auto position = static_cast<std::uint64_t>(i);
    const std::uint32_t word = bits(kDraw, position);
    const double u = uniform(word);
    low = std::min(low, u);
    high = std::max(high, u);
    ++values[static_cast<std::size_t>(u * 256)];
    const std::size_t next = static_cast<std::size_t>(uniform(bits(kDraw, position + 1)) * 16);
    ++pairs[static_cast<std::size_t>(u * 16) * 16 + next];

    run = (run << 1 | (rademacher(kDraw, position) > 0)) & 15;
    if (i % 4 == 3) ++signs[run];

    const float z = normal(kDraw, position);
    const double p = 0.5 * std::erfc(-z * M_SQRT1_2);
    ++normals[static_cast<std::size_t>(p * 256)];
    if (i % 2)
      ++neighbours[static_cast<std::size_t>(p * 16) * 16 +
                   static_cast<std::size_t>(0.5 * std::erfc(-last * M_SQRT1_2) * 16)];
    mean += z;
    square += double{z} * z;
    fourth += std::pow(double{z}, 4);
    between += double{z} * last;
    largest = std::max(largest, std::abs(double{z}));
    last = z;
  }
  expect("uniform: between 0 and 1", low >= 0 && low < 1e-5 && high < 1 && high > 1 - 1e-5);
  expect("uniform: the ends", uniform(0) == 0 && uniform(255) == 0 && uniform(0xffffffff) == 1 - 0x1p-24f);
  expect("uniform: chi-square of 256 bins, in sigmas", surprise(values), 4);
  expect("uniform: chi-square of neighbours, in sigmas", surprise(pairs), 4);
  expect("rademacher: chi-square of four in a row, in sigmas", surprise(signs), 4);
  expect("normal: chi-square of 256 equally likely bins, in sigmas", surprise(normals), 4);
  expect("normal: chi-square of sine and cosine together, in sigmas", surprise(neighbours), 4);
  const double root = std::sqrt(kDraws);
  expect("normal: mean, in sigmas", std::abs(mean) / root, 4);
  expect("normal: variance, in sigmas", std::abs(square - kDraws) / (root * M_SQRT2), 4);
  expect("normal: fourth moment, in sigmas", std::abs(fourth - 3.0 * kDraws) / (root * std::sqrt(96)), 4);
  expect("normal: neighbours are uncorrelated, in sigmas", std::abs(between) / root, 4);
  expect("normal: finite, and far enough out", largest > 4.5 && largest < 5.78);
  const auto widest = sqrt(sophia::log(0x1p-24f) * -2.0f);
  expect("normal: the word 0 gives the largest radius, 5.77", std::abs(widest - 5.768f) < 1e-3f);
}
