#include "../../../native/curvature/gnb.h"
#include <cmath>
#include <numeric>
#include <random>
#include "../../../native/cpu/cpu.h"
#include "../../../native/cpu/team.h"
#include "../../../native/layers/crossentropy.h"
#include "../check.h"
#include "../golden.h"

using namespace sophia;

namespace {

using Labels = std::vector<std::int32_t>;

const Draw kDraw{.seed = 11, .step = 4, .purpose = Purpose::kLabels, .micro = 0, .site = 0};

template <class T>
std::vector<T> normal(size_t count, double deviation) {
  std::mt19937 random(9);
  std::normal_distribution<double> draw(0, deviation);
  std::vector<T> x(count);
  for (auto& v : x) v = static_cast<T>(draw(random));
  return x;
}

template <class T>
std::int32_t label_at(const std::vector<T>& logits, std::uint32_t word) {
  return gnb::label(Solo<Isa::kLanes>{}, View<T>{const_cast<T*>(logits.data())}, static_cast<int>(logits.size()), word);
}

Labels sampled(Cpu<Isa>& on, std::vector<float>& logits, int vocabulary, const Draw& draw, std::int64_t first = 0,
               const Labels* targets = nullptr) {
  Labels labels(logits.size() / vocabulary, -7);
  sample(on, SampleLabels<float>{.rows = static_cast<std::int64_t>(labels.size()),
                                 .vocabulary = vocabulary,
                                 .stride = vocabulary,
                                 .logits = {logits.data()},
                                 .draw = draw,
                                 .first = first,
                                 .targets = targets ? targets->data() : nullptr,
                                 .labels = labels.data()});
  return labels;
}

std::vector<double> softmax(const float* z, int vocabulary) {
  std::vector<double> p(vocabulary);
  const double peak = *std::max_element(z, z + vocabulary);
  for (int v = 0; v < vocabulary; ++v) p[v] = std::exp(z[v] - peak);
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  for (auto& x : p) x /= sum;
  return p;
}

}  // namespace

TEST("golden GNB labels") {
  for (const std::string model : {"tiny", "odd", "nobias"}) {
    const auto file = golden::open(model + ".model");
    const auto uniforms = golden::tensor(file, "gnb_uniforms");
    const auto expected = golden::tensor<std::int32_t>(file, "gnb_labels");
    const auto both = [&]<class T>(T, const char* arithmetic) {
      const auto logits = golden::tensor<T>(file, "logits");
      const auto vocabulary = static_cast<std::ptrdiff_t>(logits.size() / uniforms.size());
      Labels labels;
      for (size_t r = 0; r < uniforms.size(); ++r) {
        const std::vector<T> row(logits.begin() + r * vocabulary, logits.begin() + (r + 1) * vocabulary);
        labels.push_back(expected[r] < 0 ? -1 : label_at(row, static_cast<std::uint32_t>(uniforms[r] * 0x1p32)));
      }
      check::expect("golden GNB labels of " + model + " in " + arithmetic, labels == expected);
    };
    both(0.0f, "float32");
    both(0.0, "float64");
  }
}

TEST("A label changes exactly where the cumulative weight does") {
  for (const int bits : {0, 1, 4, 8, 9, 13}) {
    const std::vector<float> flat(1 << bits, -3.0f);
    bool at = true, before = true;
    for (std::uint64_t v = 0; v < flat.size(); ++v) {
      at &= label_at(flat, static_cast<std::uint32_t>(v << (32 - bits))) == static_cast<int>(v);
      before &= label_at(flat, static_cast<std::uint32_t>(((v + 1) << (32 - bits)) - 1)) == static_cast<int>(v);
    }
    check::expect(text("A label of ", flat.size(), " equal columns changes exactly at each"), at && before);
  }
}

TEST("A label is where the uniform number falls in the cumulative softmax") {
  for (const int vocabulary : {3, 17, 257, 1000, 50257}) {
    const auto logits = normal<float>(vocabulary, 3);
    const auto p = softmax(logits.data(), vocabulary);
    std::mt19937 random(2);
    double outside = 0;  // by how much the number misses the label's interval
    for (int i = 0; i < 40; ++i) {
      const std::uint32_t word = random();
      const auto label = label_at(logits, word);
      const double below = std::accumulate(p.begin(), p.begin() + label, 0.0), u = word * 0x1p-32;
      outside = std::max({outside, below - u, u - (below + p[label])});
    }
    check::expect(text("A label of ", vocabulary, " is where the uniform number falls"), outside, 1e-6);
  }
}

// Two equal halves: at the uniform number ½ the first half's weight is exactly half of the total, so the label is the
// second half's first column, unless a sum was rounded.
TEST("A label does not depend on the order of summation") {
  for (const int half : {1, 37, 300, 1003, 9001}) {
    auto logits = normal<float>(half, 9);
    for (auto& z : logits) z = -std::abs(z);
    logits[0] = 0;
    logits.insert(logits.end(), logits.begin(), logits.end());
    const View<float> z{logits.data()};
    const auto label = [&](auto team) { return gnb::label(team, z, 2 * half, 1u << 31); };
    check::expect(text("A label of 2×", half, " columns does not depend on the order of summation"),
                  label(Solo<1>{}) == half && label(Solo<4>{}) == half && label(Solo<16>{}) == half);
  }
}

TEST("Columns of small probability are drawn") {
  std::vector<float> logits(1000, -16.0f);  // together 10⁻⁴
  logits[500] = 0;
  const double rare = std::exp(-16.0), total = 1 + 999 * rare;
  bool first = true, second = true;
  for (int v = 0; v < 499; ++v) {
    first &= label_at(logits, static_cast<std::uint32_t>((v + 0.5) * rare / total * 0x1p32)) == v;
    second &= label_at(logits, static_cast<std::uint32_t>((1 + (v + 500.5) * rare) / total * 0x1p32)) == v + 501;
  }
  check::expect("Columns of small probability are drawn before the peak", first);
  check::expect("Columns of small probability are drawn after the peak", second);
}

TEST("Labels of hostile logits") {
  const float infinity = INFINITY;
  for (const std::uint32_t word : {0u, 1u << 31, ~0u}) {
    check::expect(text("A column of −∞ is never drawn, at ", word),
                  label_at<float>({-infinity, 2, -infinity}, word) == 1);
    check::expect(text("A certain column is always drawn, at ", word), label_at<float>({-200, 300, 0}, word) == 1);
    const std::vector<float> nan(300, NAN), infinite(300, infinity), impossible(300, -infinity);
    for (const auto& logits : {nan, infinite, impossible}) {
      const auto label = label_at(logits, word);
      check::expect(text("A label of hostile logits is a column, at ", word), label >= 0 && label < 300);
    }
  }
}

TEST("SampleLabels") {
  const int rows = 103, vocabulary = 300;
  auto logits = normal<float>(rows * vocabulary, 1);
  Cpu<Isa> one(1), two(2), three(3);
  const auto all = sampled(one, logits, vocabulary, kDraw);
  check::expect("SampleLabels: 1, 2 and 3 threads draw the same",
                all == sampled(two, logits, vocabulary, kDraw) && all == sampled(three, logits, vocabulary, kDraw));

  Labels targets(rows, 5), counted = all;
  for (int r = 0; r < rows; r += 4) targets[r] = counted[r] = -1;
  check::expect("SampleLabels skips rows that are not counted",
                counted == sampled(two, logits, vocabulary, kDraw, 0, &targets));

  Labels parts;
  for (int begin = 0; begin < rows; begin += 40) {
    std::vector<float> part(logits.begin() + begin * vocabulary,
                            logits.begin() + std::min(rows, begin + 40) * vocabulary);
    const auto labels = sampled(two, part, vocabulary, kDraw, begin);
    parts.insert(parts.end(), labels.begin(), labels.end());
  }
  check::expect("SampleLabels draws a batch in parts as in one", parts == all);

  Draw later = kDraw;
  ++later.step;
  check::expect("SampleLabels draws others at another step", all != sampled(two, logits, vocabulary, later));

  Labels narrow(rows), padded(rows);
  const auto draw = [&](int stride, std::vector<float>& z, Labels& labels) {
    sample(two, SampleLabels<float>{.rows = rows,
                                    .vocabulary = 290,
                                    .stride = stride,
                                    .logits = {z.data()},
                                    .draw = kDraw,
                                    .first = 0,
                                    .targets = nullptr,
                                    .labels = labels.data()});
  };
  std::vector<float> dense;
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vocabulary; ++v)
      if (v < 290) dense.push_back(logits[r * vocabulary + v]);
      else logits[r * vocabulary + v] = NAN;
  draw(290, dense, narrow);
  draw(vocabulary, logits, padded);
  check::expect("SampleLabels does not read padded columns", narrow == padded);
}

// χ² of the counts, in standard deviations above its mean; columns that are too rare share a bin.
TEST("Labels follow the softmax") {
  constexpr int kRows = 1000, kCalls = 100;
  constexpr double kRare = 10;
  Cpu<Isa> on(2);
  for (const int vocabulary : {2, 7, 256, 300}) {
    const auto row = normal<float>(vocabulary, 1.5);
    std::vector<float> logits;
    for (int r = 0; r < kRows; ++r) logits.insert(logits.end(), row.begin(), row.end());
    std::vector<double> counts(vocabulary);
    for (int call = 0; call < kCalls; ++call)
      for (const auto label : sampled(on, logits, vocabulary, kDraw, call * kRows)) ++counts[label];

    const auto p = softmax(row.data(), vocabulary);
    double chi = 0, freedom = -1, rare = 0, rare_expected = 0;
    const auto bin = [&](double count, double expected) {
      chi += (count - expected) * (count - expected) / expected;
      ++freedom;
    };
    for (int v = 0; v < vocabulary; ++v) {
      const double expected = p[v] * kRows * kCalls;
      if (expected >= kRare) {
        bin(counts[v], expected);
      } else {
        rare += counts[v];
        rare_expected += expected;
      }
    }
    if (rare_expected > 0) bin(rare, rare_expected);
    check::expect(text("Labels of ", vocabulary, " columns follow the softmax"),
                  (chi - freedom) / std::sqrt(2 * freedom), 3.5);
  }
}

// Softmax regression, logits = x W: the diagonal of its Gauss-Newton matrix is (1/B) Σ_b x_bi² p_bv (1 − p_bv), and
// E[B ĝ∘ĝ] equals it, where ĝ is the gradient of the mean loss at sampled labels.
TEST("GNB estimates the Gauss-Newton diagonal") {
  constexpr int B = 16, D = 3, V = 5, kDraws = 40000;
  const auto x = normal<float>(B * D, 1), w = normal<float>(2 * D * V, 0.7);
  std::vector<float> logits(B * V), losses(B), peak(B), lse(B), dlosses(B, 1.0f / B), dlogits(B * V);
  for (int b = 0; b < B; ++b)
    for (int v = 0; v < V; ++v)
      for (int i = 0; i < D; ++i) logits[b * V + v] += x[b * D + i] * w[D * V + i * V + v];

  std::vector<double> exact(D * V), sum(D * V), squares(D * V);
  for (int b = 0; b < B; ++b) {
    const auto p = softmax(&logits[b * V], V);
    for (int i = 0; i < D; ++i)
      for (int v = 0; v < V; ++v) exact[i * V + v] += x[b * D + i] * x[b * D + i] * p[v] * (1 - p[v]) / B;
  }
  Cpu<Isa> on(1);
  Draw draw = kDraw;
  for (draw.step = 0; draw.step < kDraws; ++draw.step) {
    const auto labels = sampled(on, logits, V, draw);
    const CrossEntropy<float> loss{.rows = B,
                                   .vocabulary = V,
                                   .stride = V,
                                   .logits = {logits.data()},
                                   .targets = labels.data(),
                                   .losses = {losses.data()},
                                   .peak = {peak.data()},
                                   .lse = {lse.data()},
                                   .dlosses = {dlosses.data()},
                                   .dlogits = {dlogits.data()}};
    forward(on, loss);
    backward(on, loss);
    for (int i = 0; i < D; ++i)
      for (int v = 0; v < V; ++v) {
        double g = 0;
        for (int b = 0; b < B; ++b) g += x[b * D + i] * dlogits[b * V + v];
        sum[i * V + v] += B * g * g;
        squares[i * V + v] += B * g * g * B * g * g;
      }
  }
  double worst = 0, apart = 0, size = 0;
  for (int i = 0; i < D * V; ++i) {
    const double mean = sum[i] / kDraws, variance = squares[i] / kDraws - mean * mean;
    worst = std::max(worst, std::abs(mean - exact[i]) / std::sqrt(variance / kDraws));
    apart += (mean - exact[i]) * (mean - exact[i]);
    size += exact[i] * exact[i];
  }
  check::expect("GNB estimates the Gauss-Newton diagonal (worst entry, in standard errors)", worst, 4);
  check::expect("GNB estimates the Gauss-Newton diagonal (relative error)", std::sqrt(apart / size), 0.015);
}
