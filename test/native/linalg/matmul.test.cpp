#include <sys/mman.h>
#include "../../../native/cpu/cpu.h"
#include "../check.h"
#include "problem.h"

namespace {

using namespace sophia;
using namespace product;

enum class End { kPlain, kBias };

// Runs the product on a copy and returns C, its margins included.
template <class S>
Operand run(int threads, Problem p, End end) {
  Cpu<Isa> on(threads);
  const auto a = p.a.view<S>(), b = p.b.view<S>(), c = p.c.view<S>();
  View<S> bias{p.bias.data()};
  if constexpr (!std::is_same_v<S, float>) bias.tangent = p.dbias.data();
  if (end == End::kBias) matmul(on, p.shape, a, b, c, AddBias<S>{bias});
  else matmul(on, p.shape, a, b, c);
  return p.c;
}

constexpr Matmul kRagged[] = {{1, 1, 1},     {1, 1, 1000},  {1, 97, 5},   {97, 1, 5},     {2, 3, 4},
                              {5, 7, 3},     {6, 16, 8},    {7, 17, 9},   {13, 31, 33},   {14, 32, 64},
                              {15, 33, 65},  {16, 48, 16},  {28, 64, 7},  {29, 100, 1},   {43, 15, 257},
                              {3, 129, 384}, {61, 70, 385}, {33, 8, 769}, {130, 385, 40}, {100, 1000, 20},
                              {5, 3, 0},     {8, 300, 401}, {4, 31, 800}, {20, 3, 0}};

}  // namespace

TEST("Matmul equals the definition") {
  for (const Matmul& shape : kRagged) {
    double plain = 0, dual = 0;
    bool same = true;
    each_form(shape, [&](const Problem& p) {
      for (End end : {End::kPlain, End::kBias}) {
        const Operand x = run<float>(1, p, end), y = run<Dual<float>>(1, p, end);
        plain = std::max(plain, worst(p, x, end == End::kBias, false));
        dual = std::max(dual, worst(p, y, end == End::kBias, true));
        same = same && x.value == y.value;
      }
    });
    const std::string name = "matmul " + describe(shape);
    check::expect(name + " equals the definition, in units of the bound", plain, 1);
    check::expect(name + " of Dual obeys the product rule", dual, 1);
    check::expect(name + ": the values of Dual have the bits of float", same);
  }
}

TEST("Matmul has the same bits for any number of threads") {
  for (const Matmul& shape : {Matmul{200, 70, 100}, {33, 700, 500}, {500, 128, 64}, {64, 96, 2000}}) {
    bool same = true;
    each_form(shape, [&](const Problem& p) {
      const Operand one = run<Dual<float>>(1, p, End::kBias);
      for (int threads : {2, 3, 8}) {
        const Operand many = run<Dual<float>>(threads, p, End::kBias);
        same = same && one.value == many.value && one.tangent == many.tangent;
      }
    });
    check::expect("matmul " + describe(shape) + " has the same bits for 1, 2, 3 and 8 threads", same);
  }
}

TEST("Matmul has the same bits for any number of rows") {
  bool same = true;
  each_form({60, 70, 900}, [&](const Problem& all) {
    const Operand whole = run<Dual<float>>(2, all, End::kBias);
    for (const std::int64_t rows : {1, 3, 8, 9}) {
      Problem some = all;
      some.shape = with_strides(all.shape);
      some.shape.m = rows;
      const Operand part = run<Dual<float>>(2, some, End::kBias);
      for (std::int64_t i = 0; i < rows; ++i)
        for (std::int64_t j = 0; j < 70; ++j)
          same = same && part.at(part.value, i, j) == whole.at(whole.value, i, j) &&
                 part.at(part.tangent, i, j) == whole.at(whole.tangent, i, j);
    }
  });
  check::expect("matmul 60×70×900 has the bits of 1, 3, 8 and 9 of its rows", same);
}

TEST("Matmul of a batch has the bits of each product alone") {
  for (Matmul shape : {Matmul{3, 40, 17}, {8, 5, 400}, {9, 1, 1}, {16, 16, 16}, {30, 70, 500}, {200, 130, 64}}) {
    bool same = true;
    for (const std::int64_t batch : {2, 7, 40}) {
      if (batch > 2 && batch * shape.m * shape.n * shape.k > 2'000'000) continue;
      shape.batch = batch;
      const auto try_form = [&](const Problem& p) {
        for (int threads : {1, 3}) {
          const Operand all = run<Dual<float>>(threads, p, End::kBias);
          same = same && each_as_alone(p, all, [](const Problem& one) { return run<Dual<float>>(1, one, End::kBias); });
        }
      };
      each_form(shape, try_form, {.extra = 3, .gap = 5});
    }
    check::expect("matmul " + describe(shape) + " of a batch has the bits of each product alone", same);
  }
}

TEST("Matmul ends in a polynomial") {
  for (const std::int64_t width : {1, 2, 8, 9, 16, 31, 70})
    for (const std::int64_t batch : {1, 5}) {
      double worst = 0;
      for (int transposes = 0; transposes < 4; ++transposes)
        for (const Margin margin : {Margin{}, {.extra = 3, .gap = 5}}) {
          Problem p = square_problem(width, batch, transposes, margin);
          Cpu<Isa> on(2);
          matmul(on, p.shape, p.a.view<float>(), p.b.view<float>(), p.c.view<float>(),
                 polynomial(View<float>{p.bias.data()}, width));
          worst = std::max(worst, worst_polynomial(p, p.c));
        }
      check::expect(text(batch, " matmuls of width ", width, " end in a polynomial, in units of the bound"), worst, 1);
    }
}

TEST("Matmul leaves nothing to do where there is no matrix") {
  Problem p = problem({20, 30, 40});
  p.shape.batch = 0;
  check::expect("matmul of an empty batch writes nothing", run<float>(2, p, End::kPlain).value == p.c.value);
}

TEST("Matmul lets NaN and infinity through") {
  for (bool transpose_a : {false, true})
    for (bool transpose_b : {false, true})
      check::expect(std::string("matmul lets NaN and infinity through, A") + (transpose_a ? "ᵀ B" : " B") +
                        (transpose_b ? "ᵀ" : ""),
                    passes_on(run<float>(2, hostile(400, 0, transpose_a, transpose_b), End::kPlain)));
}

TEST("Matmul counts elements in 64 bits") {
  constexpr std::int64_t kStride = (1LL << 31) + 4096;  // elements; only the pages of two rows are ever touched
  const size_t bytes = 2 * sizeof(float) * kStride;
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (!check::expect("memory for rows 2³¹ elements apart", memory != MAP_FAILED)) return;
  const View<float> a{static_cast<float*>(memory)}, b = a + 1000, c = a + 2000;
  for (const auto& [x, row] : {std::pair{a, 1.0f}, {a + kStride, 3.0f}, {b, 5.0f}, {b + kStride, 7.0f}})
    x.store(0, row), x.store(1, row + 1);
  Cpu<Isa> on(1);
  for (int form = 0; form < 4; ++form) {
    const bool transpose_a = form & 1, transpose_b = form & 2;
    matmul(on, {2, 2, 2, transpose_a, transpose_b, false, kStride, kStride, kStride}, a, b, c);
    bool equal = true;
    for (int i = 0; i < 2; ++i)
      for (int j = 0; j < 2; ++j) {
        const auto at = [](View<float> x, int row, int column) { return x.row(row, kStride)[column]; };
        float sum = 0;
        for (int d = 0; d < 2; ++d)
          sum += at(a, transpose_a ? d : i, transpose_a ? i : d) * at(b, transpose_b ? j : d, transpose_b ? d : j);
        equal = equal && at(c, i, j) == sum;
      }
    check::expect(
        std::string("matmul of rows 2³¹ elements apart, A") + (transpose_a ? "ᵀ B" : " B") + (transpose_b ? "ᵀ" : ""),
        equal);
  }
  munmap(memory, bytes);
}
