// Products to run on the GPU: their numbers in device memory, of whatever type, and the kernels that are to multiply.
#pragma once
#include <memory>
#include <optional>
#include "../../../../native/cuda/cuda.h"
#include "../../linalg/problem.h"
#include "../cublaslt.h"
#include "../emulated.h"

namespace product {

// Which kernels run: with enough multiprocessors those of small tiles, with one those of large; at odd addresses the
// narrow; tensor cores where they are allowed. Or cuBLASLt, at aligned and at odd addresses.
enum class Kind { kSmall, kLarge, kNarrow, kSmallTensor, kLargeTensor, kCublaslt, kNarrowCublaslt };
inline bool large(Kind kind) { return kind == Kind::kLarge || kind == Kind::kLargeTensor; }
inline bool tensor(Kind kind) { return kind == Kind::kSmallTensor || kind == Kind::kLargeTensor; }
inline bool cublaslt(Kind kind) { return kind == Kind::kCublaslt || kind == Kind::kNarrowCublaslt; }
// These, and cuBLASLt where there is one: on a GPU that is not certain.
inline std::vector<Kind> and_cublaslt(std::vector<Kind> kinds) {
  const emulated::CublasltStub stub;
  Cuda on;
  try {
    on.use_cublaslt(true);
  } catch (const Error&) {
    check::expect("left out: " + on.cublaslt_status(), !emulator::emulates("cuBLASLt that is missing"));
    return kinds;
  }
  kinds.insert(kinds.end(), {Kind::kCublaslt, Kind::kNarrowCublaslt});
  return kinds;
}
inline bool narrow(Kind kind) { return kind == Kind::kNarrow || kind == Kind::kNarrowCublaslt; }
inline std::string name(Kind kind) {
  if (cublaslt(kind)) return narrow(kind) ? "cuBLASLt at odd addresses" : "cuBLASLt";
  return kind == Kind::kNarrow ? "narrow" : text(large(kind) ? "large" : "small", tensor(kind) ? ", tensor cores" : "");
}

class Bench {
 public:
  explicit Bench(Kind kind) : shifted_(!narrow(kind)), on_(machine(kind)) {
    if (cublaslt(kind)) stub_.emplace(), on_->use_cublaslt(true);
  }
  ~Bench() {
    if (!on_->cublaslt_status().empty()) check::expect(on_->cublaslt_status(), false);
    for (void* memory : memory_) on_->free(memory);
    emulator::set_machine({});
  }
  Cuda& on() { return *on_; }

  // The numbers in device memory. The second of them begins at a sector, unless the kernels are to be narrow.
  template <class T>
  T* copy(const Floats& from) {
    const std::vector<T> numbers(from.begin(), from.end());
    const std::size_t shift = shifted_ ? emulated::kSector / sizeof(T) - 1 : 0;
    T* const to = static_cast<T*>(on_->allocate((from.size() + shift) * sizeof(T)));
    memory_.push_back(to);
    on_->upload(to + shift, numbers.data(), static_cast<std::int64_t>(numbers.size()));
    return to + shift;
  }
  // Of an operand, which has one number in front.
  template <class S>
  View<S> view(const Floats& value, const Floats& tangent = {}) {
    if constexpr (kIsDual<S>) return {copy<Number<S>>(value) + 1, copy<Number<S>>(tangent) + 1};
    else return {copy<S>(value) + 1};
  }
  // The numbers of C, and the one in front.
  template <class T>
  void read(Floats& to, const T* from) {
    std::vector<T> numbers(to.size());
    on_->download(numbers.data(), from - 1, static_cast<std::int64_t>(to.size()));
    to.assign(numbers.begin(), numbers.end());
  }

 private:
  // A GPU without tensor cores is one of compute capability 7.5; where it has them, TF32 must be allowed.
  static std::unique_ptr<Cuda> machine(Kind kind) {
    emulator::set_machine({.capability = tensor(kind) ? 80 : 75, .multiprocessors = large(kind) ? 1 : 132});
    auto on = std::make_unique<Cuda>();
    on->allow_tf32(tensor(kind));
    return on;
  }

  bool shifted_;
  std::optional<emulated::CublasltStub> stub_;
  std::unique_ptr<Cuda> on_;
  std::vector<void*> memory_;
};

enum class End { kPlain, kBias };

// Runs the product of S into a copy of C, whose numbers are of type Of, and returns it, its margins included.
template <class S, class Of = S>
Operand run(Kind kind, Problem p, End end) {
  Bench bench(kind);
  const auto a = bench.view<S>(p.a.value, p.a.tangent), b = bench.view<S>(p.b.value, p.b.tangent);
  const auto c = bench.view<Of>(p.c.value, p.c.tangent);
  p.bias.insert(p.bias.begin(), 0), p.dbias.insert(p.dbias.begin(), 0);
  const auto bias = bench.view<Of>(p.bias, p.dbias);
  if constexpr (std::is_same_v<S, Of>) {
    if (end == End::kBias) matmul(bench.on(), p.shape, a, b, c, AddBias<S>{bias});
  }
  if (end == End::kPlain) matmul(bench.on(), p.shape, a, b, c);
  bench.read(p.c.value, c.value);
  if constexpr (kIsDual<S>) bench.read(p.c.tangent, c.tangent);
  return p.c;
}

// ---- what is held of every kernel ------------------------------------------------------------------------------

inline std::string form(const Matmul& s) {
  return text("A", s.transpose_a ? "ᵀ" : "", " B", s.transpose_b ? "ᵀ" : "", s.add ? ", added" : "");
}

// The same problem in numbers that Bf16 holds.
inline Problem rounded(Problem p) {
  for (Floats* x : {&p.a.value, &p.b.value, &p.c.value, &p.bias})
    for (float& number : *x) number = as_bf16(number);
  return p;
}

// Of C in Bf16, which is half a unit of its 8 bits off, and of C in float.
inline double worst_of_bf16(Kind kind, const Problem& problem) {
  const Problem p = rounded(problem);
  const End end = p.shape.add == p.shape.transpose_a ? End::kBias : End::kPlain;
  const double half = worst(p, run<Bf16>(kind, p, end), end == End::kBias, false, std::ldexp(1, -8));
  return std::max(half, worst(p, run<Bf16, float>(kind, p, End::kPlain), false, false));
}

template <class S>
void lets_through(Kind kind) {
  const float nan = NAN, infinity = INFINITY;
  for (int f = 0; f < 4; ++f) {
    Problem p = problem({37, 45, 21, (f & 1) != 0, (f & 2) != 0}, {.unit = 8});
    p.a.value[p.a.index(3, 20)] = nan;
    p.b.value[p.b.index(0, 44)] = infinity;
    p.a.value[p.a.index(36, 0)] = 0;    // 0 · ∞
    for (auto& x : p.c.value) x = nan;  // `=` does not read C
    const Operand c = run<S>(kind, p, End::kPlain);
    bool as_expected = true;
    for (std::int64_t i = 0; i < 37; ++i)
      for (std::int64_t j = 0; j < 45; ++j) {
        const double x = c.at(c.value, i, j);
        const bool lost = i == 3 || (i == 36 && j == 44);
        as_expected = as_expected && (lost ? std::isnan(x) : j == 44 ? std::isinf(x) : std::isfinite(x));
      }
    check::expect(text("matmul on cuda, ", name(kind), ", ", form(p.shape), ", lets NaN and infinity through"),
                  as_expected);
  }
}

// To the bit, but by cuBLASLt, which may take another way for a batch.
template <class S>
void batch_as_alone(Kind kind, Matmul shape, std::int64_t unit) {
  double worst_of_all = 0;
  bool same = true;
  const auto try_form = [&](const Problem& p) {
    const auto multiply = [&](const Problem& of) { return run<S>(kind, of, End::kBias); };
    const Operand all = multiply(p);
    if (!cublaslt(kind)) same = same && each_as_alone(p, all, multiply);
    else if constexpr (std::is_same_v<S, float>)
      for (std::int64_t i = 0; i < shape.batch; ++i)
        worst_of_all = std::max(worst_of_all, worst(alone(p, i), alone(all, i), true, false));
  };
  each_form(shape, try_form, {.unit = unit, .gap = 2 * unit});
  const std::string who = text(shape.batch, " matmuls ", describe(shape), " on cuda, ", name(kind), ": ");
  check::expect(who + "the bits of each alone", same);
  check::expect(who + "equal the definition, in units of the bound", worst_of_all, 1);
}

inline void ends_in_a_polynomial(Kind kind, std::int64_t width, std::int64_t batch, double tolerance) {
  double worst = 0;
  for (int transposes = 0; transposes < 4; ++transposes) {
    Problem p = square_problem(width, batch, transposes, {.unit = 4, .gap = 4});
    Bench bench(kind);
    const auto a = bench.view<float>(p.a.value), b = bench.view<float>(p.b.value), c = bench.view<float>(p.c.value);
    p.bias.insert(p.bias.begin(), 0);
    matmul(bench.on(), p.shape, a, b, c, polynomial(bench.view<float>(p.bias), width));
    p.bias.erase(p.bias.begin());
    Operand got = p.c;
    bench.read(got.value, c.value);
    worst = std::max(worst, worst_polynomial(p, got));
  }
  const std::string who = text(batch, " matmuls of width ", width, " on cuda, ", name(kind));
  check::expect(who + ", end in a polynomial, in units of the bound", worst, tolerance);
}

template <class S>
void same_in_every_order(Kind kind) {
  const Problem p = problem({130, 67, 40, true}, {.unit = 8});
  emulated::same_in_every_order(text("matmul on cuda, ", name(kind)), [&] {
    const Operand c = run<S>(kind, p, End::kBias);
    return std::tuple(c.value, c.tangent);
  });
}

// Every tile reads its rows of A and its columns of B once, and C is written once.
template <class T, class C>
void traffic(Kind kind) {
  constexpr std::int64_t m = 256, n = 128, k = 64;
  const int edge = large(kind) ? 128 : 64;
  for (int f = 0; f < 4; ++f) {
    const Matmul shape{m, n, k, (f & 1) != 0, (f & 2) != 0};
    const Problem p = problem(shape);
    Bench bench(kind);
    const View<T> a = bench.view<T>(p.a.value), b = bench.view<T>(p.b.value);
    const View<C> c = bench.view<C>(p.c.value);
    const std::string who =
        text("matmul on cuda, ", name(kind), ", ", 8 * sizeof(T), " to ", 8 * sizeof(C), " bits, ", form(shape));
    emulated::expect_traffic(who, {sizeof(T) * (m * k + k * n), sizeof(C) * m * n},
                             [&] { matmul(bench.on(), shape, a, b, c); });
    emulator::take_statistics();
    matmul(bench.on(), shape, a, b, c);
    const emulator::Statistics counted = emulator::take_statistics();
    if (!emulator::checking()) continue;
    const auto least = sizeof(T) * static_cast<std::uint64_t>((m / edge) * (n / edge) * 2 * edge * k);
    const std::uint64_t asked = emulated::kSector * counted.loads.sectors;
    check::expect(text(who, ": its tiles ask for ", least, " bytes, got ", asked), asked == least);
    check::expect(who + ": coalescing", std::min(counted.loads.efficiency(), counted.stores.efficiency()) >= 0.95);
  }
}

}  // namespace product
