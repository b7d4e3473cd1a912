#include "../../../native/math/functions.h"
#include <string>
#include <vector>
#include "../check.h"
#include "ulp.h"

namespace {

using check::expect;
using sophia::Dual, sophia::Pack;

constexpr std::uint32_t kStride = 1009;  // about four million floats
constexpr float kInfinity = INFINITY, kLargest = 3.4028235e38f, kSmallest = 1e-45f;

template <class F, class G>
void expect_close(const std::string& name, float low, float high, double tolerance, F f, G exact) {
  double worst = 0;
  ulp::each_float(low, high, kStride,
                  [&](float x) { worst = std::max(worst, ulp::error(f(x), exact(static_cast<double>(x)))); });
  expect(name + ": error in units of the last place", worst, tolerance);
}

// f on packs of N has, lane by lane, the bits of f on numbers.
template <int N, class F>
bool lanes_agree(F f, float low, float high) {
  bool agree = true;
  int lane = 0;
  Pack<float, N> x;
  ulp::each_float(low, high, 64997, [&](float number) {
    x.set(lane, number);
    if (++lane < N) return;
    lane = 0;
    const auto y = f(x);
    for (int i = 0; i < N; ++i) agree &= ulp::same(y[i], f(x[i]));
  });
  return agree;
}
template <class F>
void expect_lanes(const std::string& name, F f, float low = -kInfinity, float high = kInfinity) {
  expect(name + ": a lane has the bits of a number",
         lanes_agree<4>(f, low, high) && lanes_agree<8>(f, low, high) && lanes_agree<16>(f, low, high));
}

// The tangent of f at Dual<double> against a central difference.
template <class F>
void expect_tangent(const std::string& name, F f) {
  constexpr double h = 1e-5;
  double worst = 0;
  for (double x = 0.25; x < 4; x += 0.13) {
    const double slope = (f(x + h) - f(x - h)) / (2 * h), got = f(Dual<double>(x, 1.7)).tangent / 1.7;
    worst = std::max(worst, std::abs(got - slope) / std::max(std::abs(slope), 1e-3));
  }
  expect(name + ": tangent", worst, 1e-8);
}

const auto exp_of = [](auto x) { return sophia::exp(x); };
const auto log_of = [](auto x) { return sophia::log(x); };
const auto sigmoid_of = [](auto x) { return sophia::sigmoid(x).value; };
const auto complement_of = [](auto x) { return sophia::sigmoid(x).complement; };
const auto cdf_of = [](auto x) { return sophia::normal_distribution(x).cdf; };
const auto density_of = [](auto x) { return sophia::normal_distribution(x).density; };
const auto sin_of = [](auto x) { return sophia::circle(x).sin; };
const auto cos_of = [](auto x) { return sophia::circle(x).cos; };

}  // namespace

TEST("functions are close to the real ones") {
  expect_close("exp", -kInfinity, kInfinity, 1.1, exp_of, [](double x) { return std::exp(x); });
  expect_close("log", 0, kInfinity, 0.9, log_of, [](double x) { return std::log(x); });
  expect_close("sigmoid", -kInfinity, kInfinity, 2.9, sigmoid_of, [](double x) { return 1 / (1 + std::exp(-x)); });
  expect_close("1 - sigmoid", -kInfinity, kInfinity, 2.9, complement_of,
               [](double x) { return 1 / (1 + std::exp(x)); });
  expect_close("cdf", -kInfinity, kInfinity, 5.6, cdf_of, [](double x) { return 0.5 * std::erfc(-x * M_SQRT1_2); });
  expect_close("density", -kInfinity, kInfinity, 2.8, density_of,
               [](double x) { return std::exp(-0.5 * x * x) * 0.5 * M_2_SQRTPI * M_SQRT1_2; });
  double worst = 0, radius = 0;
  ulp::each_float(0, 0x1.fffffep-1f, kStride, [&](float u) {
    const auto point = sophia::circle(u);
    // In turns an eighth of a circle is exact, so that the double references are exact enough near their zeros.
    const double r = u - std::round(4.0 * u) / 4, s = std::sin(2 * M_PI * r), c = std::cos(2 * M_PI * r);
    const double sines[] = {s, c, -s, -c}, cosines[] = {c, -s, -c, s};
    const int quarter = static_cast<int>(std::round(4.0 * u)) % 4;
    worst = std::max({worst, ulp::error(point.sin, sines[quarter]), ulp::error(point.cos, cosines[quarter])});
    radius = std::max(radius, std::abs(std::hypot(double{point.sin}, double{point.cos}) - 1));
  });
  expect("circle: error in units of the last place", worst, 1.7);
  expect("circle: sin^2 + cos^2 = 1", radius, 2e-7);
}

TEST("functions at the ends") {
  using namespace sophia;
  expect("exp of the zeros is 1", sophia::exp(0.0f) == 1 && sophia::exp(-0.0f) == 1);
  expect("exp overflows to infinity", sophia::exp(88.72284f) == kInfinity && sophia::exp(kInfinity) == kInfinity);
  expect("exp is finite just before", sophia::exp(88.72283f) < kInfinity);
  expect("exp underflows through the subnormals to 0",
         sophia::exp(-103.97f) == kSmallest && sophia::exp(-103.98f) == 0 && sophia::exp(-kInfinity) == 0);
  expect("log of the zeros is -infinity", sophia::log(0.0f) == -kInfinity && sophia::log(-0.0f) == -kInfinity);
  expect("log of 1 is 0, of infinity infinity", sophia::log(1.0f) == 0 && sophia::log(kInfinity) == kInfinity);
  expect("log of what is negative is NaN",
         std::isnan(sophia::log(-kSmallest)) && std::isnan(sophia::log(-1.0f)) && std::isnan(sophia::log(-kInfinity)));
  expect("log of the smallest and the largest",
         std::abs(sophia::log(kSmallest) + 103.27893f) < 1e-5f && std::abs(sophia::log(kLargest) - 88.72284f) < 1e-5f);
  for (const float x : {kInfinity, kLargest}) {
    const auto high = sigmoid(x), low = sigmoid(-x);
    expect("sigmoid saturates at " + text(x),
           high.value == 1 && high.complement == 0 && low.value == 0 && low.complement == 1);
    const auto far = normal_distribution(x), near = normal_distribution(-x);
    expect("the normal distribution saturates at " + text(x),
           far.cdf == 1 && far.density == 0 && near.cdf == 0 && near.density == 0);
  }
  expect("the negative tail is not cut off", normal_distribution(-13.0f).cdf > 0 && sigmoid(-100.0f).value > 0);
  bool kept = true;
  for (const auto f :
       {+[](float x) { return exp_of(x); }, +[](float x) { return log_of(x); }, +[](float x) { return sigmoid_of(x); },
        +[](float x) { return complement_of(x); }, +[](float x) { return cdf_of(x); },
        +[](float x) { return density_of(x); }, +[](float x) { return sin_of(x); }, +[](float x) { return cos_of(x); }})
    kept &= std::isnan(f(NAN)) && std::isnan(f(-NAN));
  expect("NaN stays NaN", kept);
}

TEST("functions of packs and duals") {
  expect_lanes("exp", exp_of);
  expect_lanes("log", log_of);
  expect_lanes("sigmoid", sigmoid_of);
  expect_lanes("1 - sigmoid", complement_of);
  expect_lanes("cdf", cdf_of);
  expect_lanes("density", density_of);
  expect_lanes("sin", sin_of, 0, 1);
  expect_lanes("cos", cos_of, 0, 1);
  expect_tangent("exp", exp_of);
  expect_tangent("log", log_of);
  expect_tangent("sigmoid", sigmoid_of);
  expect_tangent("1 - sigmoid", complement_of);
  expect_tangent("cdf", cdf_of);
  expect_tangent("density", density_of);
  Pack<double, 4> x(0.3);
  expect("doubles go to the C library",
         sophia::exp(x)[3] == std::exp(0.3) && sophia::log(x)[0] == std::log(0.3) && cdf_of(x)[1] == cdf_of(0.3));
}
