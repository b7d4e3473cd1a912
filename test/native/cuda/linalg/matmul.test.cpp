#include "../../../../native/linalg/matmul.h"
#include <limits>
#include "../../linalg/problem.h"
#include "../emulated.h"
#include "../law.h"

namespace {

using namespace product;
using check::expect;

// Which of the kernels runs: with enough multiprocessors the small tiles, with one the large, at odd addresses the
// narrow; tensor cores where they are allowed.
enum class Kind { kSmall, kLarge, kNarrow, kSmallTensor, kLargeTensor };
constexpr Kind kFloats[] = {Kind::kSmall, Kind::kLarge, Kind::kNarrow};
constexpr Kind kTensors[] = {Kind::kSmallTensor, Kind::kLargeTensor};
bool large(Kind kind) { return kind == Kind::kLarge || kind == Kind::kLargeTensor; }
bool tensor(Kind kind) { return kind == Kind::kSmallTensor || kind == Kind::kLargeTensor; }
std::string name(Kind kind) {
  return kind == Kind::kNarrow ? "narrow" : text(large(kind) ? "large" : "small", tensor(kind) ? ", TF32" : "");
}

class Bench {
 public:
  explicit Bench(Kind kind) : shift_(kind == Kind::kNarrow ? 0 : 7), on_(machine(kind)) {}
  ~Bench() {
    for (float* memory : memory_) on_->free(memory);
    emulator::set_machine({});
  }
  Cuda& on() { return *on_; }

  // The numbers in device memory; the second of them begins at a sector where the kernels are wide.
  float* copy(const Floats& from) {
    memory_.push_back(static_cast<float*>(on_->allocate((from.size() + 7) * sizeof(float))));
    on_->upload(memory_.back() + shift_, from.data(), static_cast<std::int64_t>(from.size()));
    return memory_.back() + shift_;
  }
  template <class S>
  View<S> view(const Floats& value, const Floats& tangent) {
    float* const v = copy(value);
    if constexpr (std::is_same_v<S, float>) return {v + 1};
    else return {v + 1, copy(tangent) + 1};
  }
  void read(Floats& to, const float* from) { on_->download(to.data(), from, static_cast<std::int64_t>(to.size())); }

 private:
  static std::unique_ptr<Cuda> machine(Kind kind) {
    emulator::set_machine({.multiprocessors = large(kind) ? 1 : 132});
    auto on = std::make_unique<Cuda>();
    on->allow_tf32(tensor(kind));
    return on;
  }
  int shift_;
  std::unique_ptr<Cuda> on_;
  std::vector<float*> memory_;
};

enum class End { kPlain, kBias };

// Runs the product on a copy and returns C, its margins included.
template <class S>
Operand run(Kind kind, Problem p, End end) {
  Bench bench(kind);
  const auto a = bench.view<S>(p.a.value, p.a.tangent), b = bench.view<S>(p.b.value, p.b.tangent);
  const auto c = bench.view<S>(p.c.value, p.c.tangent);
  p.bias.insert(p.bias.begin(), 0), p.dbias.insert(p.dbias.begin(), 0);
  if (end == End::kBias) matmul(bench.on(), p.shape, a, b, c, AddBias<S>{bench.view<S>(p.bias, p.dbias)});
  else matmul(bench.on(), p.shape, a, b, c);
  bench.read(p.c.value, c.value - 1);
  if constexpr (!std::is_same_v<S, float>) bench.read(p.c.tangent, c.tangent - 1);
  return p.c;
}

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

// y = x W: the product in its three transposes, with and without `add`.
template <class S>
struct Weights {
  std::int64_t rows, in, out;
  View<S> x, weight, y, dy, dx, dweight;
};
template <class On, class S>
void forward(On& on, const Weights<S>& a) {
  matmul(on, {a.rows, a.out, a.in}, a.x, a.weight, a.y);
}
template <class On, class S>
void backward(On& on, const Weights<S>& a) {
  matmul(on, {.m = a.rows, .n = a.in, .k = a.out, .transpose_b = true}, a.dy, a.weight, a.dx);
  matmul(on, {.m = a.in, .n = a.out, .k = a.rows, .transpose_a = true, .add = true}, a.x, a.dy, a.dweight);
}
auto weights(size_t rows, size_t in, size_t out) {
  const auto declare = [=]<template <class> class B, class S>(B<S>& t) {
    const auto count = [](size_t n) { return static_cast<std::int64_t>(n); };
    return Weights<S>{count(rows),
                      count(in),
                      count(out),
                      t.input("x"),
                      t.input("weight"),
                      t.output("y", rows * out),
                      t.input("dy"),
                      t.output("dx", rows * in),
                      t.zeros("dweight", in * out)};
  };
  return law::random_case(text("y = x W ", rows, "×", in, "→", out), {{"x", rows * in}, {"weight", in * out}},
                          rows * out, declare);
}

}  // namespace

TEST("Matmul on cuda equals the definition") {
  for (const Matmul& shape :
       {Matmul{1, 1, 1}, {1, 97, 5}, {97, 1, 8}, {7, 17, 9}, {64, 64, 16}, {61, 70, 37}, {5, 3, 0}, {16, 20, 300}})
    for (const Kind kind : {Kind::kSmall, Kind::kNarrow}) every_form(kind, shape);
  every_form(Kind::kLarge, {129, 131, 19});
}

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

TEST("Matmul on cuda: TF32 is not allowed at first, nor on old GPUs") {
  Cuda on;
  expect("TF32 is not allowed at first", !on.tf32());
  on.allow_tf32(true);
  expect("TF32 can be allowed", on.tf32());
  emulator::set_machine({.capability = 75});
  Cuda old;
  old.allow_tf32(true);
  expect("TF32 is nothing to a GPU that has none", !old.tf32());
  emulator::set_machine({});
}

TEST("Matmul on cuda obeys the laws") {
  law::on_cuda(weights(6, 64, 96));
  law::on_cuda(weights(7, 10, 33));
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
              expect(text("matmul on cuda, A", p.shape.transpose_a ? "ᵀ" : "", " B", p.shape.transpose_b ? "ᵀ" : "",
                          p.shape.add ? ", added" : "", ": bits depend on k alone"),
                     same);
            },
            {.unit = 4});
}

TEST("Matmul on cuda leaves nothing to do where C is empty") {
  for (const Matmul& shape : {Matmul{0, 3, 2}, {3, 0, 2}, {0, 0, 0}}) {
    const Problem p = problem(shape);
    const Operand c = run<float>(Kind::kSmall, p, End::kPlain);
    expect("matmul " + describe(shape) + " on cuda writes nothing", c.value == p.c.value);
  }
}

TEST("Matmul on cuda lets NaN and infinity through") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  for (const Kind kind : {Kind::kSmall, Kind::kNarrow, Kind::kSmallTensor})
    for (int form = 0; form < 4; ++form) {
      Problem p = problem({37, 45, 21, (form & 1) != 0, (form & 2) != 0}, {.unit = 4});
      p.a.value[p.a.index(3, 20)] = nan;
      p.b.value[p.b.index(0, 44)] = infinity;
      p.a.value[p.a.index(36, 0)] = 0;    // 0 · ∞
      for (auto& x : p.c.value) x = nan;  // `=` does not read C
      const Operand c = run<float>(kind, p, End::kPlain);
      bool as_expected = true;
      for (std::int64_t i = 0; i < 37; ++i)
        for (std::int64_t j = 0; j < 45; ++j) {
          const double x = c.at(c.value, i, j);
          const bool lost = i == 3 || (i == 36 && j == 44);
          as_expected = as_expected && (lost ? std::isnan(x) : j == 44 ? std::isinf(x) : std::isfinite(x));
        }
      expect(text("matmul on cuda, ", name(kind), ", lets NaN and infinity through, form ", form), as_expected);
    }
}

TEST("Matmul on cuda, emulated") {
  for (const Kind kind : {Kind::kSmall, Kind::kLarge, Kind::kNarrow, Kind::kSmallTensor, Kind::kLargeTensor}) {
    const Problem p = problem({130, 67, 20, true}, {.unit = 4});
    emulated::same_in_every_order(text("matmul on cuda, ", name(kind)), [&] {
      const Operand c = run<Dual<float>>(kind, p, End::kBias);
      return std::tuple(c.value, c.tangent);
    });
  }
}

// Every tile reads its rows of A and its columns of B once, and C is written once.
TEST("Matmul on cuda: traffic") {
  constexpr std::int64_t m = 256, n = 128, k = 64;
  constexpr std::uint64_t number = sizeof(float);
  for (const auto& [kind, edge] :
       {std::pair{Kind::kSmall, 64}, {Kind::kLarge, 128}, {Kind::kSmallTensor, 64}, {Kind::kLargeTensor, 128}})
    for (int form = 0; form < 4; ++form) {
      const Matmul shape{m, n, k, (form & 1) != 0, (form & 2) != 0};
      const Problem p = problem(shape);
      Bench bench(kind);
      const View<float> a = bench.view<float>(p.a.value, {}), b = bench.view<float>(p.b.value, {});
      const View<float> c = bench.view<float>(p.c.value, {});
      const std::string who = text("matmul on cuda, ", name(kind), ", form ", form);
      emulated::expect_traffic(who, {number * (m * k + k * n), number * m * n},
                               [&] { matmul(bench.on(), shape, a, b, c); });
      emulator::take_statistics();
      matmul(bench.on(), shape, a, b, c);
      const emulator::Statistics counted = emulator::take_statistics();
      if (!emulator::checking()) continue;
      const auto least = number * static_cast<std::uint64_t>((m / edge) * (n / edge) * 2 * edge * k);
      expect(text(who, ": its tiles ask for ", least, " bytes, got ", 32 * counted.loads.sectors),
             32 * counted.loads.sectors == least);
      expect(who + ": coalescing", std::min(counted.loads.efficiency(), counted.stores.efficiency()) >= 0.95);
    }
}
