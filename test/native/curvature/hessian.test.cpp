#include "../../../native/curvature/hessian.h"
#include <bit>
#include <cmath>
#include <random>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

// Three tensors with gaps, at odd addresses; the gradient doubles as the estimate.
struct Refreshed {
  Pieces pieces = cut({{.offset = 2, .count = 10000}, {.offset = 10005, .count = 17}, {.offset = 10030, .count = 1}});
  std::vector<float> hessian = std::vector<float>(10041, 7.0f), estimate = hessian, momentum = hessian;
  std::vector<HessianSums> totals{4, HessianSums(0)};

  Refreshed() {
    std::mt19937 random(8);
    std::normal_distribution<float> normal;
    for (const auto& span : pieces.spans) {
      for (auto i = span.offset + 1; i <= span.offset + span.count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        hessian[at] = std::abs(normal(random));
        estimate[at] = normal(random);
        momentum[at] = normal(random);
      }
    }
  }
  View<float> of_momentum() { return {momentum.data() + 1}; }
  void update(const HessianNow<float>& now, int threads = 1) { update(now, threads, of_momentum()); }
  void update(const HessianNow<float>& now, int threads, View<float> with) {
    Cpu<Isa> on(threads);
    std::vector<HessianSums> partial(pieces.pieces.size());
    update_hessian(
        on, HessianUpdate<float>{
                {hessian.data() + 1}, {estimate.data() + 1}, with, table(pieces), &now, totals.data(), partial.data()});
  }
  template <class F>
  void each(F f) const {
    for (std::size_t s = 0; s < pieces.spans.size(); ++s)
      for (auto i = pieces.spans[s].offset + 1; i <= pieces.spans[s].offset + pieces.spans[s].count; ++i)
        f(s, static_cast<std::size_t>(i));
  }
};

HessianNow<float> squares(double scale = 1) {
  return {.average = MovingAverage<float>(0.9, scale),
          .clip = 0.5f,
          .threshold = 2,
          .floor = 0,
          .squared = true,
          .finite = true};
}

}  // namespace

TEST("The Hessian's moving average") {
  const Refreshed before;
  Refreshed after;
  after.update(squares(3));
  double worst = 0;
  before.each([&](std::size_t, std::size_t i) {
    const double g = 0.5 * before.estimate[i], want = 0.9 * before.hessian[i] + 0.1 * 3 * g * g;
    worst = std::max(worst, std::abs(after.hessian[i] - want) / want);
  });
  expect("h <- beta2 h + (1 - beta2) scale (clip g)^2", worst, 3e-7);

  Refreshed direct;
  auto estimate = squares();
  estimate.squared = false;
  direct.update(estimate);
  worst = 0;
  before.each([&](std::size_t, std::size_t i) {
    const double want = 0.9 * before.hessian[i] + 0.1 * 0.5 * before.estimate[i];
    worst = std::max(worst, std::abs(direct.hessian[i] - want));
  });
  expect("h <- beta2 h + (1 - beta2) clip e, for an estimate of the diagonal itself", worst, 3e-7);
  double negative = 0;
  direct.each([&](std::size_t, std::size_t i) { negative += direct.hessian[i] < 0; });
  expect("those with h < 0 are counted", negative > 0 && direct.totals[3][HessianSum::kNegative] == negative);
  expect("the estimate and the momentum are only read",
         after.estimate == before.estimate && after.momentum == before.momentum);
  expect("gaps between tensors stay as they were",
         after.hessian[0] == 7 && after.hessian[10004] == 7 && after.hessian[10040] == 7);
}

TEST("What a refresh reports") {
  Refreshed r;
  r.momentum[4] = 0;  // |m| < max(2h, floor) is strict
  r.hessian[4] = 0;
  r.estimate[4] = 0;
  for (const float floor : {0.0f, 0.5f}) {
    auto now = squares();
    now.floor = floor;
    r.update(now, 2);
    double want[4][3] = {};
    r.each([&](std::size_t s, std::size_t i) {
      const double h = r.hessian[i];
      const float threshold = std::max(r.hessian[i] * 2, floor);
      for (const std::size_t to : {s, std::size_t{3}}) {
        want[to][0] += std::abs(r.momentum[i]) < threshold;
        want[to][1] += std::abs(h);
        want[to][2] += h * h;
      }
    });
    bool counts = true;
    double worst = 0;
    for (std::size_t s = 0; s < 4; ++s) {
      counts &= r.totals[s][HessianSum::kUnclipped] == want[s][0];
      worst = std::max({worst, std::abs(r.totals[s][HessianSum::kL1] / want[s][1] - 1),
                        std::abs(r.totals[s][HessianSum::kL2] / want[s][2] - 1)});
    }
    expect(text("the unclipped are those with |m| < max(2h, ", floor, ") for the new h"), counts);
    expect("the norms are those of the new h", worst, 1e-13);
  }
}

TEST("A refresh without a momentum") {
  Refreshed with, without;
  with.update(squares());
  without.update(squares(), 1, {});
  expect("h is the same without a momentum, bit for bit", with.hessian == without.hessian);
  bool same = true, none = true;
  for (std::size_t s = 0; s < with.totals.size(); ++s) {
    none = none && without.totals[s][HessianSum::kUnclipped] == 0;
    for (const auto sum : {HessianSum::kNegative, HessianSum::kL1, HessianSum::kL2})
      same = same && with.totals[s][sum] == without.totals[s][sum];
  }
  expect("nothing counts as unclipped without a momentum, but with one",
         none && with.totals[3][HessianSum::kUnclipped] > 0);
  expect("the other sums are the same without a momentum", same);
}

TEST("A refresh is gated, and the same for any threads") {
  const auto after = [](int threads) {
    Refreshed r;
    r.update(squares(), threads);
    return std::tuple(r.hessian, r.totals[3][HessianSum::kUnclipped], r.totals[3][HessianSum::kL1],
                      r.totals[3][HessianSum::kL2]);
  };
  const auto one = after(1);
  expect("1, 2 and 3 threads give the same bits", one == after(2) && one == after(3));

  Refreshed r;
  r.update(squares());
  const auto kept = r.hessian;
  const double norm = r.totals[3][HessianSum::kL1];
  r.estimate[100] = NAN;
  auto off = squares();
  off.finite = false;
  r.update(off);
  expect("a gradient that is not finite leaves everything as it was",
         r.hessian == kept && r.totals[3][HessianSum::kL1] == norm);
  off.finite = true;
  r.update(off);
  expect("a NaN that is let in shows, in h and in the norms",
         std::isnan(r.hessian[100]) && std::isnan(r.totals[3][HessianSum::kL1]));
}
