// The labels that the CPU draws, whose test holds them to the softmax and to golden values. Host and emulator have the
// same exp to the bit; a GPU that fuses what the CPU does not may part from it at one label in some hundred thousands.
#include "../../../../native/curvature/gnb.h"
#include <cmath>
#include <random>
#include "../../../../native/core/arena.h"
#include "../../../../native/cpu/cpu.h"
#include "../../../../native/cuda/cuda.h"
#include "../emulated.h"

using namespace sophia;

namespace {

using Labels = std::vector<std::int32_t>;
using Numbers = std::vector<float>;

const Draw kDraw{.seed = 11, .step = 4, .purpose = Purpose::kLabels, .micro = 0, .site = 0};

// Rows of logits, padded with NaN up to the stride.
struct Rows {
  int rows, vocabulary, stride;
  Numbers logits;
  Labels targets = {};  // none: every row is counted

  std::string name() const { return text("SampleLabels of ", rows, "×", vocabulary, " of ", stride, " columns"); }
};

Rows normal(int rows, int vocabulary, int stride, double deviation) {
  std::mt19937 random(9);
  std::normal_distribution<double> draw(0, deviation);
  Rows a{rows, vocabulary, stride, Numbers(static_cast<size_t>(rows) * stride, NAN)};
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vocabulary; ++v) a.logits[r * stride + v] = static_cast<float>(draw(random));
  return a;
}

template <class S = float>
SampleLabels<S> bind(const Rows& a, float* logits, const std::int32_t* targets, std::int32_t* labels) {
  return {.rows = a.rows,
          .vocabulary = a.vocabulary,
          .stride = a.stride,
          .logits = {logits},
          .draw = kDraw,
          .first = 17,
          .targets = a.targets.empty() ? nullptr : targets,
          .labels = labels};
}

Labels on_the_cpu(Rows a) {
  Cpu<Isa> on(1);
  Labels labels(a.rows, -7);
  sample(on, bind(a, a.logits.data(), a.targets.data(), labels.data()));
  return labels;
}

// Device memory for one call, `shift` floats beyond an aligned address.
template <class S = float>
struct DeviceRows {
  DeviceRows(const Rows& a, int shift = 0)
      : a(a), logits(on, a.logits.size() + shift), targets(on, a.rows), labels(on, a.rows) {
    on.upload(logits.data() + shift, a.logits.data(), static_cast<std::int64_t>(a.logits.size()));
    on.upload(targets.data(), a.targets.data(), static_cast<std::int64_t>(a.targets.size()));
    layer = bind<S>(a, logits.data() + shift, targets.data(), labels.data());
  }
  void launch() { sample(on, layer); }
  Labels draw() {
    Labels host(a.rows, -7);
    on.upload(labels.data(), host.data(), a.rows);
    launch();
    on.download(host.data(), labels.data(), a.rows);
    return host;
  }

  const Rows& a;
  Cuda on;
  Arena<Cuda, float> logits;
  Arena<Cuda, std::int32_t> targets, labels;
  SampleLabels<S> layer;
};

void equal_the_cpu(const Rows& a) {
  const Labels want = on_the_cpu(a);
  for (const int shift : {0, 1})
    check::expect(text(a.name(), " on cuda", shift == 0 ? "" : " at odd addresses", ": the labels of the CPU"),
                  DeviceRows(a, shift).draw() == want && DeviceRows<Bf16>(a, shift).draw() == want);
}

}  // namespace

TEST("SampleLabels on cuda") {
  for (const auto& [rows, vocabulary, stride] : {std::tuple{3, 1, 1},
                                                 {40, 2, 2},
                                                 {60, 65, 65},
                                                 {40, 65, 80},
                                                 {40, 257, 260},
                                                 {30, 512, 512},
                                                 {30, 513, 520},
                                                 {30, 4096, 4096},
                                                 {20, 5000, 5000},
                                                 {8, 50257, 50272},
                                                 {8, 50304, 50304}})
    for (const double deviation : {0.0, 1.5}) equal_the_cpu(normal(rows, vocabulary, stride, deviation));
}

TEST("SampleLabels on cuda of hostile logits") {
  Rows a = normal(9, 1300, 1300, 1);
  const auto fill = [&](int row, float x) { std::fill_n(a.logits.begin() + row * a.stride, a.vocabulary, x); };
  a.logits[700] = NAN;
  fill(1, NAN);
  fill(2, INFINITY);
  fill(3, -INFINITY);
  for (const int row : {4, 5, 6}) fill(row, -INFINITY);
  a.logits[4 * a.stride + 1299] = -3;  // the only columns that can be drawn
  a.logits[5 * a.stride] = 1;
  a.logits[6 * a.stride + 512] = 300;
  equal_the_cpu(a);
  const Labels labels = DeviceRows(a).draw();
  check::expect("SampleLabels on cuda draws the only column there is",
                labels[4] == 1299 && labels[5] == 0 && labels[6] == 512);
}

TEST("SampleLabels on cuda of rows that are not counted") {
  Rows a = normal(33, 600, 600, 1);
  a.targets.assign(33, 5);
  for (int r = 0; r < 33; r += 4) a.targets[r] = -1;
  equal_the_cpu(a);
  check::expect("SampleLabels on cuda gives rows that are not counted the label -1", DeviceRows(a).draw()[4] == -1);
}

TEST("SampleLabels on cuda of Dual logits") {
  const Rows a = normal(20, 600, 600, 1);
  for (const int shift : {0, 1}) {
    DeviceRows rows(a, shift);
    SampleLabels<Dual<float>> dual{};
    dual.rows = a.rows, dual.vocabulary = a.vocabulary, dual.stride = a.stride;
    dual.logits = {rows.layer.logits.value, nullptr};
    dual.draw = kDraw, dual.first = rows.layer.first, dual.labels = rows.labels.data();
    sample(rows.on, dual);
    Labels labels(a.rows);
    rows.on.download(labels.data(), rows.labels.data(), a.rows);
    check::expect(text("SampleLabels on cuda of Dual logits at shift ", shift, ": the labels of their values"),
                  labels == on_the_cpu(a));
  }
}

TEST("SampleLabels on cuda of too many columns") {
  Rows a = normal(1, 8, 8, 1);
  DeviceRows rows(a);
  rows.layer.vocabulary = gnb::kMostColumns + 1;
  check::expect_error("SampleLabels on cuda rejects more columns than sums are exact for", Code::kInvalidArgument,
                      "at most 131072", [&] { rows.launch(); });
}

TEST("SampleLabels on cuda, emulated") {
  const Rows a = normal(7, 3001, 3001, 2);
  emulated::same_in_every_order("SampleLabels on cuda", [&] { return DeviceRows(a).draw(); });
}

// A row goes by twice; a hundredth of it, the block of columns where the label lies, a third time.
TEST("SampleLabels on cuda: traffic") {
  constexpr std::uint64_t kVocabulary = 50257, bytes = 3 * kVocabulary * sizeof(float);
  const Rows a = normal(3, kVocabulary, 50304, 1);
  DeviceRows rows(a);
  emulated::expect_requests("SampleLabels", {2 * bytes, 0}, [&] { rows.launch(); });
  emulated::expect_row({"labels sampled", "3 × 50257", "the logits, for their peak and for their weights", 2 * bytes},
                       [&] { rows.launch(); });
}
