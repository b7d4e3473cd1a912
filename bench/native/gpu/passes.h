// The passes of a training step of GPT-2 124M, each with the least bytes it must move, as the table of
// native/cuda/README.md counts them, or the operations it must do.
#pragma once
#include <string>
#include <vector>
#include "../../../native/curvature/gnb.h"
#include "../../../native/curvature/hutchinson.h"
#include "../../../native/layers/attention.h"
#include "../../../native/layers/crossentropy.h"
#include "../../../native/layers/embedding.h"
#include "../../../native/layers/gelu.h"
#include "../../../native/layers/layernorm.h"
#include "../../../native/layers/residual.h"
#include "../../../native/linalg/dot.h"
#include "../../../native/linalg/matmul.h"
#include "../../../native/linalg/reduce.h"
#include "clock.h"
#include "memory.h"

namespace bench {

// Of GPT-2 124M; `batch` sequences, and as many rows of logits as memory may hold.
struct Shape {
  std::int64_t batch, time, logit_rows;
  int channels, heads, vocabulary, stride;
  std::int64_t rows() const { return batch * time; }
};

class Passes {
 public:
  Passes(Cuda& on, Memory& memory, const Shape& shape)
      : on_(on),
        memory_(memory),
        s_(shape),
        C_(shape.channels),
        a_(memory.numbers(4 * s_.rows() * C_)),
        b_(memory.numbers(4 * s_.rows() * C_)),
        c_(memory.numbers(4 * s_.rows() * C_)),
        d_(memory.numbers(s_.rows() * C_)),
        vector_(memory.numbers(8 * std::max<std::int64_t>(C_, s_.rows()))),
        tables_(memory.numbers(table_rows() * C_)),
        gradients_(memory.numbers(table_rows() * C_)),
        logits_(memory.numbers(s_.logit_rows * s_.stride)) {
    add_flat();
    add_rows();
    add_embedding();
    add_logits();
    add_attention(Bound::kFloat, a_, d_, b_);
    for (const Bound bound : {Bound::kFloat, Bound::kTf32}) add_products(bound, a_, b_, d_, tables_, logits_);
    add_halves();
  }
  std::vector<Pass> list;

 private:
  static constexpr double kFloat = sizeof(float);
  static constexpr float kDropout = 0.1f;
  static constexpr Draw kDraw{.seed = 7, .step = 3, .purpose = Purpose::kDropout};

  // forward and backward of a layer, which move so many numbers.
  template <class L>
  void add(const std::string& name, const std::string& shape, const L& layer, double forward_numbers,
           double backward_numbers) {
    list.push_back(
        {name + " forward", shape, Bound::kMemory, kFloat * forward_numbers, [=, this] { forward(on_, layer); }});
    list.push_back(
        {name + " backward", shape, Bound::kMemory, kFloat * backward_numbers, [=, this] { backward(on_, layer); }});
  }
  // Both embeddings, or the weight of the widest linear layer.
  std::int64_t table_rows() const { return std::max(s_.vocabulary + s_.time, 4 * std::int64_t{C_}); }
  std::string by(std::int64_t columns) const { return text(s_.rows(), " × ", columns); }

  void add_flat() {
    const std::int64_t wide = 4 * s_.rows() * C_, narrow = s_.rows() * C_;
    const auto moved = [](std::int64_t count, int times) { return static_cast<double>(count * times); };
    add("GELU", by(4 * C_), Gelu<float>{.count = wide, .x = a_, .y = b_, .dy = c_, .dx = b_}, moved(wide, 2),
        moved(wide, 3));
    const Residual<float> residual{
        .count = narrow, .dropout = kDropout, .draw = kDraw, .x = a_, .branch = b_, .y = c_, .dy = a_, .dbranch = b_};
    add("residual, dropout", by(C_), residual, moved(narrow, 3), moved(narrow, 2));

    double* const sums = memory_.copy(std::vector<double>(static_cast<std::size_t>(dot_blocks(wide) + 1)));
    const Dot<float> product{a_, b_, wide, sums + 1, sums};
    list.push_back(
        {"scalar product", by(4 * C_), Bound::kMemory, kFloat * moved(wide, 2), [=, this] { dot(on_, product); }});
    const Probe<float> probe{a_, wide, Distribution::kRademacher, kDraw};
    list.push_back(
        {"probe, Rademacher", by(4 * C_), Bound::kMemory, kFloat * moved(wide, 1), [=, this] { draw(on_, probe); }});
    const DiagonalEstimate<float> estimate{a_, b_, c_, wide};
    list.push_back({"estimate of the diagonal", by(4 * C_), Bound::kMemory, kFloat * moved(wide, 4),
                    [=, this] { add_estimate(on_, estimate); }});
  }

  void add_rows() {
    const double R = static_cast<double>(s_.rows()), C = C_;
    const LayerNorm<float> norm{.rows = s_.rows(),
                                .channels = C_,
                                .x = a_,
                                .gain = vector_,
                                .bias = vector_ + C_,
                                .mean = d_,
                                .rstd = d_ + s_.rows(),
                                .y = b_,
                                .dy = b_,
                                .dx = c_,
                                .dgain = vector_ + 2 * C_,
                                .dbias = vector_ + 3 * C_};
    add("LayerNorm", by(C_), norm, 2 * R * C, 4 * R * C);
    list.push_back({"column sums", by(3 * C_), Bound::kMemory, kFloat * 3 * R * C,
                    [=, this] { add_column_sums(on_, s_.rows(), 3 * C_, a_, vector_); }});
  }

  void add_embedding() {
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(s_.rows()));
    std::uint32_t state = 1;
    for (auto& token : tokens)
      token = static_cast<std::int32_t>((state = state * 1664525 + 1013904223) % s_.vocabulary);
    const std::int64_t first = s_.vocabulary * std::int64_t{C_};
    const Embedding<float> layer{.batch = s_.batch,
                                 .time = s_.time,
                                 .channels = C_,
                                 .vocabulary = s_.vocabulary,
                                 .tokens = memory_.copy(tokens),
                                 .wte = tables_,
                                 .wpe = tables_ + first,
                                 .y = a_,
                                 .dropout = kDropout,
                                 .draw = kDraw,
                                 .dy = b_,
                                 .dwte = gradients_,
                                 .dwpe = gradients_ + first};
    const double rows = static_cast<double>(s_.rows()), time = static_cast<double>(s_.time);
    add("embedding", by(C_), layer, 3 * rows * C_, (4 * rows + 2 * time) * C_);  // nearly all tokens differ
  }

  void add_logits() {
    const std::int64_t R = s_.logit_rows;
    const double numbers = static_cast<double>(R * s_.vocabulary);
    const std::string shape = text(R, " × ", s_.vocabulary);
    const std::int32_t* const targets = memory_.copy(std::vector<std::int32_t>(static_cast<std::size_t>(R), 5));
    const CrossEntropy<float> loss{.rows = R,
                                   .vocabulary = s_.vocabulary,
                                   .stride = s_.stride,
                                   .logits = logits_,
                                   .targets = targets,
                                   .losses = vector_,
                                   .peak = d_,
                                   .lse = d_ + R,
                                   .dlosses = vector_ + R,
                                   .dlogits = logits_};
    add("cross-entropy", shape, loss, numbers, 2 * numbers);
    const SampleLabels<float> labels{.rows = R,
                                     .vocabulary = s_.vocabulary,
                                     .stride = s_.stride,
                                     .logits = logits_,
                                     .draw = kDraw,
                                     .first = 0,
                                     .targets = targets,
                                     .labels = memory_.copy(std::vector<std::int32_t>(static_cast<std::size_t>(R)))};
    list.push_back({"labels sampled", shape, Bound::kMemory, kFloat * 2 * numbers, [=, this] { sample(on_, labels); }});
  }

  // Half of all pairs of a query and a key; two products forward, five backward.
  template <class S>
  void add_attention(Bound bound, View<S> qkv, View<S> y, View<S> dqkv) {
    const Attention<S> layer{.batch = s_.batch,
                             .time = s_.time,
                             .heads = s_.heads,
                             .channels = C_,
                             .scale = 0.125,
                             .qkv = qkv,
                             .y = y,
                             .lse = c_,
                             .dy = y,
                             .dqkv = dqkv};
    const double pairs = static_cast<double>(s_.rows() * s_.time) / 2, of_product = 2 * pairs * C_;
    const std::string shape = text(s_.batch, " × ", s_.time, " × ", s_.heads, " heads");
    const auto name_of = [&](const char* pass) { return text("attention ", pass, ", ", name(bound)); };
    list.push_back({name_of("forward"), shape, bound, 2 * of_product, [=, this] { forward(on_, layer); }});
    list.push_back({name_of("backward"), shape, bound, 5 * of_product, [=, this] { backward(on_, layer); }});
  }

  template <class T, class C>
  void add_product(const std::string& name_of, const Matmul& shape, Bound bound, View<T> a, View<T> b, View<C> c) {
    const double operations = 2 * static_cast<double>(shape.m * shape.n) * static_cast<double>(shape.k);
    list.push_back(
        {text(name_of, ", ", name(bound)), text(shape.m, " × ", shape.n, " × ", shape.k), bound, operations, [=, this] {
           on_.allow_tf32(bound == Bound::kTf32);
           matmul(on_, shape, a, b, c);
         }});
  }
  // Of a linear layer and of the head: `wide` and `other` are (rows, 4C), `narrow` is (rows, C).
  template <class T>
  void add_products(Bound bound, View<T> wide, View<T> other, View<T> narrow, View<T> weight, View<T> logits) {
    const std::int64_t R = s_.rows(), C = C_, L = s_.logit_rows;
    add_product("y = x W", {.m = R, .n = 4 * C, .k = C}, bound, narrow, weight, wide);
    add_product("dx = dy Wᵀ", {.m = R, .n = C, .k = 4 * C, .transpose_b = true}, bound, wide, weight, other);
    add_product("dW += xᵀ dy", {.m = C, .n = 4 * C, .k = R, .transpose_a = true, .add = true}, bound, narrow, wide,
                gradients_);
    const Matmul head{.m = L, .n = s_.vocabulary, .k = C, .transpose_b = true, .ldc = s_.stride};
    add_product("logits", head, bound, narrow, weight, logits);
  }
  void add_halves() {
    const std::int64_t narrow = s_.rows() * C_;
    const auto a = memory_.halves(4 * narrow), b = memory_.halves(4 * narrow), d = memory_.halves(narrow);
    add_attention(Bound::kBf16, a, d, b);
    add_products(Bound::kBf16, a, b, d, memory_.halves(table_rows() * C_), memory_.halves(s_.logit_rows * s_.stride));
  }

  Cuda& on_;
  Memory& memory_;
  Shape s_;
  int C_;
  View<float> a_, b_, c_, d_, vector_, tables_, gradients_, logits_;
};

}  // namespace bench
