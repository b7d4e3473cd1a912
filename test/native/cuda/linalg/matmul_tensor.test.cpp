#include "matmul_bench.h"

namespace {

using namespace product;
using check::expect;

constexpr Kind kTensors[] = {Kind::kSmallTensor, Kind::kLargeTensor};

// Layers of GPT-2 124M, with rows enough for two tiles: C is checked in some places.
double worst_of_layer(const Matmul& shape) {
  const Problem p = rounded(problem(shape, {.unit = 64}));  // as the vocabulary is padded
  const Operand c = run<Bf16, float>(Kind::kLargeTensor, p, End::kPlain);
  std::mt19937 random(3);
  double worst = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto row = static_cast<std::int64_t>(random() % static_cast<unsigned>(shape.m));
    const auto column = static_cast<std::int64_t>(random() % static_cast<unsigned>(shape.n));
    double want = shape.add ? p.c.at(p.c.value, row, column) : 0, size = std::abs(want);
    for (std::int64_t d = 0; d < shape.k; ++d) {
      const double product = p.a.at(p.a.value, row, d) * p.b.at(p.b.value, d, column);
      want += product, size += std::abs(product);
    }
    const double bound = std::ldexp(static_cast<double>(2 * shape.k + 4), -24) * size;
    worst = std::max(worst, std::abs(c.at(c.value, row, column) - want) / bound);
  }
  return worst;
}

}  // namespace

// Numbers that TF32 holds have the products that floats have, and other numbers do not: both are rounded to 2⁻¹¹.
TEST("Matmul on cuda with TF32") {
  for (const Kind kind : kTensors)
    for (const Matmul& shape : {Matmul{129, 131, 19}, {67, 70, 40}, {65, 129, 8}, {96, 77, 0}}) {
      double exact = 0, close = 0, far = 0;
      const auto try_form = [&](Problem p) {
        if (p.shape.lda == 0) return;
        const auto error = [&](const Operand& c) { return worst(p, c, true, true); };
        far = std::max(far, error(run<Dual<float>>(kind, p, End::kBias)));
        for (Floats* x : {&p.a.value, &p.a.tangent, &p.b.value, &p.b.tangent})
          for (float& number : *x) number = std::round(number * 256) / 256;
        exact = std::max(exact, error(run<Dual<float>>(kind, p, End::kBias)));
      };
      each_form(shape, try_form, {.unit = 4});
      // 2 · 2⁻¹¹ of every product, and the bound is (2k + 4) · 2⁻²⁴ of it.
      close = std::ldexp(2, 13) / static_cast<double>(2 * shape.k + 4) + 1;
      const std::string who = text("matmul ", describe(shape), " on cuda, ", name(kind), ": ");
      expect(who + "exact for numbers that TF32 holds, in units of the bound", exact, 1);
      expect(who + "close for others", far, close);
      expect(who + "rounds others", (far > 1) == (shape.k > 0));
    }
}

TEST("Matmul on cuda of Bf16 equals the definition") {
  for (const Kind kind : and_cublaslt({Kind::kSmallTensor, Kind::kLargeTensor}))
    for (const Matmul& shape :
         {Matmul{129, 131, 35}, {67, 70, 64}, {1, 1, 1}, {65, 129, 8}, {96, 77, 0}, {16, 24, 300}}) {
      double worst = 0;
      each_form(shape, [&](const Problem& p) { worst = std::max(worst, worst_of_bf16(kind, p)); }, {.unit = 8});
      expect(
          text("matmul ", describe(shape), " of Bf16 on cuda, ", name(kind), ": the definition, in units of the bound"),
          worst, 1);
    }
}

TEST("Matmul on cuda of Bf16 at the shapes of GPT-2 124M") {
  if (emulator::checking()) return;  // which takes minutes for as many numbers
  constexpr std::int64_t rows = 136;
  expect("x W of attention", worst_of_layer({.m = rows, .n = 3 * 768, .k = 768}), 1);
  expect("x W into the second layer", worst_of_layer({.m = rows, .n = 768, .k = 4 * 768}), 1);
  expect("x wteᵀ", worst_of_layer({.m = 8, .n = 50257, .k = 768, .transpose_b = true}), 1);
  expect("dy Wᵀ", worst_of_layer({.m = rows, .n = 768, .k = 4 * 768, .transpose_b = true}), 1);
  expect("xᵀ dy, added", worst_of_layer({.m = 768, .n = 3 * 768, .k = rows, .transpose_a = true, .add = true}), 1);
}

TEST("Matmul on cuda of a batch has the bits of each product alone, on tensor cores") {
  for (const Kind kind : kTensors) {
    batch_as_alone<float>(kind, {.m = 66, .n = 68, .k = 19, .batch = 3}, 4);
    batch_as_alone<Bf16>(kind, {.m = 66, .n = 72, .k = 35, .batch = 2}, 8);
  }
}

// TF32 rounds both factors to 2⁻¹¹.
TEST("Matmul on cuda ends in a polynomial, on tensor cores") {
  for (const Kind kind : kTensors) ends_in_a_polynomial(kind, 68, 2, std::ldexp(2, 13) / (2 * 68 + 4) + 1);
}

TEST("Matmul on cuda: bits on tensor cores depend on k alone") {
  each_form({129, 136, 43},
            [&](Problem p) {
              if (p.shape.lda == 0) return;
              const Operand whole = run<Bf16>(Kind::kSmallTensor, p, End::kBias);
              bool same = true;
              for (const auto& [m, n] : {std::pair{129, 136}, {70, 5}, {1, 66}})
                for (const Kind kind : kTensors) {
                  p.shape.m = m, p.shape.n = n;
                  const Operand part = run<Bf16>(kind, p, End::kBias);
                  for (std::int64_t i = 0; i < m; ++i)
                    for (std::int64_t j = 0; j < n; ++j)
                      same = same && part.at(part.value, i, j) == whole.at(whole.value, i, j);
                }
              expect(text("matmul on cuda of Bf16, ", form(p.shape), ": bits depend on k alone"), same);
            },
            {.unit = 8});
}

TEST("Matmul on cuda lets NaN and infinity through tensor cores") {
  for (const Kind kind : and_cublaslt({Kind::kSmallTensor, Kind::kLargeTensor}))
    lets_through<float>(kind), lets_through<Bf16>(kind);
}

TEST("Matmul on cuda on tensor cores, emulated") {
  for (const Kind kind : kTensors) same_in_every_order<Dual<float>>(kind), same_in_every_order<Bf16>(kind);
}

TEST("Matmul on cuda on tensor cores: traffic") {
  for (const Kind kind : kTensors) traffic<float, float>(kind), traffic<Bf16, Bf16>(kind), traffic<Bf16, float>(kind);
}
