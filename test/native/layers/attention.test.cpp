#include "attention_case.h"
#include <functional>
#include "../golden_layer.h"
#include "../law_bf16.h"

using namespace attention_case;

namespace {

// Attention written down as it is defined, with the whole matrix of probabilities and any mask: a second opinion.
struct Dense {
  std::function<double(std::int64_t head, std::int64_t i, std::int64_t j)> mask;
};
const Dense kUnmasked{[](auto, auto, auto) { return 1.0; }};

template <class S>
S dot(int count, View<S> a, View<S> b) {
  S sum(0);
  for (int d = 0; d < count; ++d) sum = sum + a[d] * b[d];
  return sum;
}
template <class S>
void add(int count, View<S> to, S factor, View<S> from) {
  for (int d = 0; d < count; ++d) to.store(d, to[d] + factor * from[d]);
}
template <class S>
void clear(std::int64_t count, View<S> to) {
  for (std::int64_t i = 0; i < count; ++i) to.store(i, S(0));
}

// f(head of a sequence, its number, the views of one row of it) for every row of every head.
template <class S, class F>
void each_row(const Attention<S>& a, F f) {
  for (std::int64_t h = 0; h < a.batch * a.heads; ++h)
    for (std::int64_t i = 0; i < a.time; ++i) f(attention::head(a, h), h, i);
}
// The probabilities of row i, made from nothing.
template <class S>
std::vector<S> probabilities(const Attention<S>& a, const attention::Head<S>& one, std::int64_t i, S& lse) {
  const int D = a.channels / a.heads, stride = 3 * a.channels;
  std::vector<S> score;
  for (std::int64_t j = 0; j <= i; ++j)
    score.push_back(dot(D, one.q.row(i, stride), one.k.row(j, stride)) * Number<S>(a.scale));
  S most = score[0], sum(0);
  for (const S& s : score) most = max(s, most);
  for (const S& s : score) sum = sum + exp(s - most);
  lse = most + log(sum);
  for (S& s : score) s = exp(s - lse);
  return score;
}

template <class S>
void forward(Dense& on, const Attention<S>& a) {
  const int D = a.channels / a.heads, stride = 3 * a.channels;
  clear(a.batch * a.time * a.channels, a.y);
  each_row(a, [&](const attention::Head<S>& one, std::int64_t h, std::int64_t i) {
    S lse;
    const auto p = probabilities(a, one, i, lse);
    one.lse.store(i, lse);
    for (std::int64_t j = 0; j <= i; ++j)
      add(D, one.y.row(i, a.channels), p[j] * Number<S>(on.mask(h, i, j)), one.v.row(j, stride));
  });
}

template <class S>
void backward(Dense& on, const Attention<S>& a) {
  const int D = a.channels / a.heads, stride = 3 * a.channels;
  clear(a.batch * a.time * stride, a.dqkv);
  each_row(a, [&](const attention::Head<S>& one, std::int64_t h, std::int64_t i) {
    S lse, mean(0);
    const auto p = probabilities(a, one, i, lse);
    const auto dy = one.dy.row(i, a.channels);
    std::vector<S> dp;
    for (std::int64_t j = 0; j <= i; ++j) {
      const Number<S> mask(on.mask(h, i, j));
      add(D, one.dv.row(j, stride), p[j] * mask, dy);
      dp.push_back(dot(D, dy, one.v.row(j, stride)) * mask);
      mean = mean + p[j] * dp[j];
    }
    for (std::int64_t j = 0; j <= i; ++j) {
      const S ds = p[j] * (dp[j] - mean) * Number<S>(a.scale);
      add(D, one.dq.row(i, stride), ds, one.k.row(j, stride));
      add(D, one.dk.row(j, stride), ds, one.q.row(i, stride));
    }
  });
}

void equal(const std::string& who, const law::Result& got, const law::Result& want, double tolerance) {
  check::expect(who + "y", law::error(got.y, want.y), tolerance);
  check::expect(who + "tangent of y", law::error(got.y_tangent.at("y"), want.y_tangent.at("y")), tolerance);
  check::expect(who + "dqkv", law::error(got.gradient.at("qkv"), want.gradient.at("qkv")), tolerance);
  check::expect(who + "tangent of dqkv", law::error(got.gradient_tangent.at("qkv"), want.gradient_tangent.at("qkv")),
                tolerance);
}

template <class T, class On>
law::Vector golden_lse(On& on) {
  const auto c = golden_case("attention");
  law::Bench<T> bench(c.at, c.along);
  forward(on, c.declare(bench));
  return bench.value("lse");
}

}  // namespace

TEST("Attention") {
  for (const auto& shape : {Shape{1, 1, 1, 4, 0.5},
                            {2, 7, 2, 5, 0.4},
                            {1, 70, 2, 8, 0.35},
                            {2, 35, 3, 16, 0.25, 0.3f},
                            {1, 130, 1, 19, 0.2, 0.3f},
                            {1, 64, 1, 32, 0.18},
                            {1, 20, 1, 256, 0.0625},
                            {1, 40, 1, 6, 3.0}}) {
    const auto c = random_case(shape);
    law::on_cpu(c);
    law::on_cpu_bf16(c, kReadsY);
  }
}

TEST("golden attention") {
  constexpr double kPeaky = 1e-4;  // scores so large that their rounding shows in the probabilities
  for (const auto& [layer, tolerance] : {std::pair{"attention", law::kTolerance}, {"attention_peaky", kPeaky}})
    law::in_both(golden_case(layer), tolerance, [&](const law::Result& got, const std::string& backend, double most) {
      law::equal_golden(layer, backend, as_golden(got), most);
    });
  Cpu<Isa> on(1);
  Cpu<Float64> reference(1);
  const auto lse = law::fixture("attention", "lse");
  check::expect("golden attention: lse in float32", law::error(golden_lse<float>(on), lse), law::kTolerance);
  check::expect("golden attention: lse in float64", law::error(golden_lse<double>(reference), lse), law::kStored);
}

// A drawn mask cannot be that of the fixture, so the dense form takes the fixture's and stands for it.
TEST("golden attention with dropout") {
  const auto given = law::fixture("attention_dropout", "mask");
  Dense dense{[&](std::int64_t head, std::int64_t i, std::int64_t j) { return given[(head * 7 + i) * 7 + j]; }};
  const auto c = golden_case("attention_dropout");
  law::equal_golden("attention_dropout", "the dense form", as_golden(law::run<Dual<double>>(dense, c, c.at, c.along)),
                    law::kStored);
}

TEST("Attention equals the dense form") {
  constexpr double kExact = 1e-12;
  for (const auto& shape : {Shape{2, 7, 2, 5, 0.4, 0.3f}, {2, 130, 2, 9, 0.3, 0.3f}, {1, 65, 1, 20, 0.2}}) {
    const auto c = random_case(shape);
    const double kept = 1 / (1 - static_cast<double>(shape.dropout));
    Dense dense = kUnmasked;
    if (shape.dropout > 0)
      dense.mask = [&](std::uint64_t head, std::uint64_t i, std::uint64_t j) {
        const std::uint64_t T = shape.time;
        return bits(law::kDropout, (head * T + i) * T + j) >= shape.dropout * 0x1p32 ? kept : 0.0;
      };
    const auto want = law::run<Dual<double>>(dense, c, c.at, c.along);
    law::in_both(c, law::kTolerance, [&](const law::Result& got, const std::string& backend, double most) {
      equal(shape.name() + " on " + backend + ", against the dense form: ", got, want,
            backend == Float64::kName ? kExact : most);
    });
  }
}

// Its probability is 1 whatever q and k are.
TEST("The first query of attention looks at itself alone") {
  const Shape shape{1, 70, 1, 24, 0.3};
  const auto c = random_case(shape);
  Cpu<Isa> on(1);
  const auto r = law::run<float>(on, c, c.at, c.along);
  const auto& dqkv = r.gradient.at("qkv");
  check::expect("Attention: y of the first query is its v, to the bit",
                std::equal(r.y.begin(), r.y.begin() + 24, c.at.at("qkv").begin() + 48));
  check::expect("Attention: dq of the first query is exactly 0",
                std::all_of(dqkv.begin(), dqkv.begin() + 24, [](double x) { return x == 0; }));
}

TEST("Attention forward needs no gradients") {
  const Shape shape{1, 70, 2, 8, 0.3};
  const auto c = random_case(shape);
  Cpu<Isa> on(1);
  law::Bench<float> bench(c.at, c.along), whole(c.at, c.along);
  auto layer = c.declare(bench);
  layer.dy = layer.dqkv = {};
  forward(on, layer);
  forward(on, c.declare(whole));
  check::expect("Attention forward without dy and dqkv", bench.value("y") == whole.value("y"));
}
