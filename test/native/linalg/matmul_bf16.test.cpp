// The product of Bf16 in both of its ways: as floats, and by vdpbf16ps where the processor has it.
#include "../../../native/cpu/cpu.h"
#include "../bf16.h"
#include "problem.h"

namespace {

using namespace sophia;
using namespace product;

// A problem whose numbers are those of Bf16.
Problem rounded(Problem p) {
  for (Floats* x : {&p.a.value, &p.b.value, &p.c.value, &p.bias})
    for (float& number : *x) number = as_bf16(number);
  return p;
}

std::vector<Bf16> halves(const Floats& x) { return std::vector<Bf16>(x.begin(), x.end()); }

// Runs the product on copies and returns C, its margins included.
template <class C>
Operand product_of(Cpu<Isa>& on, const Problem& p, bool biased) {
  const auto a = halves(p.a.value), b = halves(p.b.value), bias = halves(p.bias);
  std::vector<C> c(p.c.value.begin(), p.c.value.end());
  const auto view = [](const std::vector<Bf16>& x) { return View<Bf16>{const_cast<Bf16*>(x.data())}; };
  const View<C> to{c.data() + 1};
  if constexpr (std::is_same_v<C, float>) matmul(on, p.shape, view(a) + 1, view(b) + 1, to);
  else if (biased) matmul(on, p.shape, view(a) + 1, view(b) + 1, to, AddBias<Bf16>{view(bias)});
  else matmul(on, p.shape, view(a) + 1, view(b) + 1, to);
  Operand result = p.c;
  result.value.assign(c.begin(), c.end());
  return result;
}

constexpr Matmul kRaggedOfBf16[] = {{1, 1, 1},       {1, 1, 1000},  {1, 97, 5},    {97, 1, 5},
                                    {2, 3, 4},       {5, 7, 3},     {14, 32, 64},  {15, 33, 65},
                                    {16, 48, 511},   {28, 64, 513}, {43, 15, 257}, {130, 385, 40},
                                    {100, 1000, 20}, {5, 3, 0},     {29, 100, 1},  {31, 70, 1541}};

}  // namespace

TEST("Matmul of Bf16 equals the definition") {
  bf16::on_each_way([](Cpu<Isa>& on) {
    for (const Matmul& shape : kRaggedOfBf16) {
      double floats = 0, halves = 0;
      each_form(shape, [&](const Problem& exact) {
        const Problem p = rounded(exact);
        floats = std::max(floats, worst(p, product_of<float>(on, p, false), false, false));
        const bool biased = p.shape.transpose_a;
        halves = std::max(halves, worst(p, product_of<Bf16>(on, p, biased), biased, false, bf16::kHalfUnit));
      });
      const std::string name = std::string("matmul of Bf16 on ") + on.name() + ", " + describe(shape);
      check::expect(name + ", to floats, in units of the bound", floats, 1);
      check::expect(name + ", to Bf16", halves, 1);
    }
  });
}

TEST("Matmul of Bf16 has the same bits for any number of threads") {
  for (const Matmul& shape : {Matmul{33, 700, 100}, {500, 128, 30}, {64, 96, 2001}}) {
    bool same = true;
    each_form(shape, [&](const Problem& exact) {
      const Problem p = rounded(exact);
      std::map<std::string, std::pair<Floats, Floats>> first;
      for (const int threads : {1, 2, 3})
        bf16::on_each_way(
            [&](Cpu<Isa>& on) {
              const std::pair got(product_of<float>(on, p, false).value, product_of<Bf16>(on, p, true).value);
              same = same && first.try_emplace(on.name(), got).first->second == got;
            },
            threads);
    });
    check::expect("matmul of Bf16, " + describe(shape) + ", has the same bits for 1, 2 and 3 threads", same);
  }
}

// The infinity stands beside the 0 that makes up the last pair.
TEST("Matmul of Bf16 lets NaN and infinity through") {
  bf16::on_each_way([](Cpu<Isa>& on) {
    for (bool transpose_a : {false, true})
      for (bool transpose_b : {false, true})
        check::expect(std::string("matmul of Bf16 on ") + on.name() + " lets NaN and infinity through, A" +
                          (transpose_a ? "ᵀ B" : " B") + (transpose_b ? "ᵀ" : ""),
                      passes_on(product_of<Bf16>(on, rounded(hostile(401, 400, transpose_a, transpose_b)), false)));
  });
}
