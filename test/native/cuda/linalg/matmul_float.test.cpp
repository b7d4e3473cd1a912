#include "matmul_bench.h"

namespace {

using namespace product;
using check::expect;

constexpr Kind kFloats[] = {Kind::kSmall, Kind::kLarge, Kind::kNarrow};

void equal_the_definition(Kind kind, const Problem& p, End end, double& plain, double& dual, bool& same) {
  const Operand x = run<float>(kind, p, end), y = run<Dual<float>>(kind, p, end);
  plain = std::max(plain, worst(p, x, end == End::kBias, false));
  dual = std::max(dual, worst(p, y, end == End::kBias, true));
  same = same && x.value == y.value;
}

void every_form(Kind kind, const Matmul& shape) {
  double plain = 0, dual = 0;
  bool same = true;
  const auto try_form = [&](const Problem& p) {
    equal_the_definition(kind, p, p.shape.add == p.shape.transpose_a ? End::kBias : End::kPlain, plain, dual, same);
  };
  each_form(shape, try_form, {.unit = 4});
  const std::string who = text("matmul ", describe(shape), " on cuda, ", name(kind), ": ");
  expect(who + "equals the definition, in units of the bound", plain, 1);
  expect(who + "of Dual obeys the product rule", dual, 1);
  expect(who + "the values of Dual have the bits of float", same);
}

}  // namespace

TEST("Matmul on cuda equals the definition") {
  for (const Matmul& shape :
       {Matmul{1, 1, 1}, {1, 97, 5}, {97, 1, 8}, {7, 17, 9}, {64, 64, 16}, {61, 70, 37}, {5, 3, 0}, {16, 20, 300}})
    for (const Kind kind : and_cublaslt({Kind::kSmall, Kind::kNarrow})) every_form(kind, shape);
  every_form(Kind::kLarge, {129, 131, 19});
}

// Elements of C that exist twice, in products of other sizes and in tiles of other sizes.
TEST("Matmul on cuda: bits depend on k alone") {
  each_form({129, 133, 43},
            [&](Problem p) {
              if (p.shape.lda == 0) return;
              const Operand whole = run<Dual<float>>(Kind::kSmall, p, End::kBias);
              bool same = true;
              for (const auto& [m, n] : {std::pair{129, 133}, {70, 5}, {1, 66}})
                for (const Kind kind : kFloats) {
                  p.shape.m = m, p.shape.n = n;
                  const Operand part = run<Dual<float>>(kind, p, End::kBias);
                  for (std::int64_t i = 0; i < m; ++i)
                    for (std::int64_t j = 0; j < n; ++j)
                      same = same && part.at(part.value, i, j) == whole.at(whole.value, i, j) &&
                             part.at(part.tangent, i, j) == whole.at(whole.tangent, i, j);
                }
              expect(text("matmul on cuda, ", form(p.shape), ": bits depend on k alone"), same);
            },
            {.unit = 4});
}

TEST("Matmul on cuda of a batch has the bits of each product alone") {
  for (const Kind kind : and_cublaslt({Kind::kSmall, Kind::kNarrow})) {
    batch_as_alone<float>(kind, {.m = 20, .n = 70, .k = 19, .batch = 3}, 4);
    if (!cublaslt(kind)) batch_as_alone<Dual<float>>(kind, {.m = 67, .n = 5, .k = 9, .batch = 2}, 4);
  }
  batch_as_alone<float>(Kind::kLarge, {.m = 65, .n = 66, .k = 17, .batch = 2}, 4);
}

TEST("Matmul on cuda ends in a polynomial") {
  for (const Kind kind : and_cublaslt({Kind::kSmall, Kind::kNarrow}))
    for (const std::int64_t width : {1, 20, 67}) ends_in_a_polynomial(kind, width, 2, 1);
  ends_in_a_polynomial(Kind::kLarge, 132, 1, 1);
}

// A grid counts 65535 in its third dimension.
TEST("Matmul on cuda of more matrices than a grid has layers") {
  if (emulator::checking()) return;  // which takes a minute for as many blocks
  const Problem p = problem({.m = 1, .n = 1, .k = 1, .batch = 65537});
  const Operand c = run<float>(Kind::kSmall, p, End::kPlain);
  bool right = c.value[0] == p.c.value[0];
  for (std::size_t i = 1; i < c.value.size(); ++i) right = right && c.value[i] == p.a.value[i] * p.b.value[i];
  expect("65537 matmuls 1×1×1 on cuda", right);
}

// What a GPU without tensor cores does with Bf16, and any GPU at odd addresses.
TEST("Matmul on cuda of Bf16 in floats") {
  for (const Kind kind : kFloats) {
    double worst_of_all = 0;
    const Matmul shape =
        kind == Kind::kLarge ? Matmul{129, 131, 19} : Matmul{67, 70, 19};  // few large tiles are not worth it
    each_form(shape, [&](const Problem& p) { worst_of_all = std::max(worst_of_all, worst_of_bf16(kind, p)); },
              {.unit = 4});
    expect(text("matmul on cuda of Bf16, ", name(kind), ": equals the definition, in units of the bound"), worst_of_all,
           1);
  }
}

TEST("Matmul on cuda lets NaN and infinity through") {
  for (const Kind kind : and_cublaslt({Kind::kSmall, Kind::kNarrow})) lets_through<float>(kind);
}

TEST("Matmul on cuda in floats, emulated") {
  for (const Kind kind : kFloats) same_in_every_order<Dual<float>>(kind);
}

TEST("Matmul on cuda in floats: traffic") {
  for (const Kind kind : {Kind::kSmall, Kind::kLarge}) traffic<float, float>(kind);
}
