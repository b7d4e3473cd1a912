#include "../../../../native/curvature/hessian.h"
#include <bit>
#include <cmath>
#include <random>
#include "../../../../native/cpu/cpu.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using check::expect;

namespace {

constexpr int kSums = static_cast<int>(HessianSum::kSums);

// Tensors with gaps, the second at an odd address.
const std::vector<Span> kOdd{
    {.offset = 4, .count = 10000}, {.offset = 10005, .count = 17}, {.offset = 10030, .count = 1}};

struct Refresh {
  Pieces pieces;
  std::vector<float> hessian, estimate, momentum;
  std::vector<HessianSums> totals;
  bool with_momentum = true;

  explicit Refresh(const std::vector<Span>& spans) : pieces(cut(spans)), totals(spans.size() + 1, HessianSums(0)) {
    std::mt19937 random(8);
    std::normal_distribution<float> normal;
    for (auto* x : {&hessian, &estimate, &momentum}) {
      x->resize(static_cast<std::size_t>(spans.back().offset + spans.back().count + 3));
      for (float& number : *x) number = normal(random);
    }
  }

  void on_host(const HessianNow<float>& now) {
    Cpu<Isa> on(1);
    std::vector<HessianSums> partial(pieces.pieces.size());
    update_hessian(on, HessianUpdate<float>{{hessian.data()},
                                            {estimate.data()},
                                            {momentum.data()},
                                            table(pieces),
                                            &now,
                                            totals.data(),
                                            partial.data()});
  }

  // Updates on the device; around(update) launches.
  template <class F>
  void on_device(const HessianNow<float>& now, int shift, F around) {
    Cuda on;
    DeviceVector<float> h(on, hessian, shift), e(on, estimate, shift), m(on, momentum, shift);
    DeviceVector<Span> spans(on, pieces.spans);
    DeviceVector<Group> groups(on, pieces.groups);
    DeviceVector<Piece> cut(on, pieces.pieces);
    DeviceVector<HessianNow<float>> constants(on, {now});
    DeviceVector<HessianSums> sums(on, totals), partial(on, std::vector<HessianSums>(pieces.pieces.size()));
    PieceTable where = table(pieces);
    where.spans = spans.data();
    where.groups = groups.data();
    where.pieces = cut.data();
    const View<float> read{with_momentum ? m.data() : nullptr};
    const HessianUpdate<float> a{{h.data()}, {e.data()}, read, where, constants.data(), sums.data(), partial.data()};
    around([&] { update_hessian(on, a); });
    hessian = h.read();
    totals = sums.read();
  }
  void on_device(const HessianNow<float>& now, int shift) {
    on_device(now, shift, [](auto update) { update(); });
  }

  std::vector<double> sums() const {
    std::vector<double> all;
    for (const auto& of : totals) all.insert(all.end(), std::begin(of.sum), std::end(of.sum));
    return all;
  }
};

HessianNow<float> constants(bool squared) {
  return {.average = MovingAverage<float>(0.9, 3),
          .clip = 0.5f,
          .threshold = 2,
          .floor = 0.1f,
          .squared = squared,
          .finite = true};
}

}  // namespace

TEST("The Hessian's moving average on cuda") {
  for (const bool squared : {true, false}) {
    for (const int shift : {0, 1}) {
      Refresh host(kOdd), device(kOdd);
      host.on_host(constants(squared));
      device.on_device(constants(squared), shift);
      const std::string who = text("a refresh on cuda, ", squared ? "squared" : "direct", ", at shift ", shift);
      expect(who + ": h of the CPU, bit for bit, and nothing in the gaps", device.hessian == host.hessian);
      bool counts = true;
      double worst = 0;
      for (std::size_t s = 0; s < host.totals.size(); ++s) {
        counts &= device.totals[s][HessianSum::kUnclipped] == host.totals[s][HessianSum::kUnclipped] &&
                  device.totals[s][HessianSum::kNegative] == host.totals[s][HessianSum::kNegative];
        for (const auto sum : {HessianSum::kL1, HessianSum::kL2})
          worst = std::max(worst, std::abs(device.totals[s][sum] / host.totals[s][sum] - 1));
      }
      expect(who + ": the counts of the CPU", counts);
      expect(who + ": the norms of the CPU", worst, 1e-13);
    }
  }
}

TEST("A refresh on cuda without a momentum") {
  for (const int shift : {0, 1}) {
    Refresh with(kOdd), without(kOdd);
    without.with_momentum = false;
    with.on_device(constants(true), shift);
    without.on_device(constants(true), shift);
    const std::string who = text("a refresh on cuda without a momentum, at shift ", shift);
    expect(who + ": the same h, bit for bit", with.hessian == without.hessian);
    bool same = true, none = true;
    for (std::size_t s = 0; s < with.totals.size(); ++s) {
      none = none && without.totals[s][HessianSum::kUnclipped] == 0;
      for (const auto sum : {HessianSum::kNegative, HessianSum::kL1, HessianSum::kL2})
        same = same && with.totals[s][sum] == without.totals[s][sum];
    }
    expect(who + ": nothing counts as unclipped", none);
    expect(who + ": the other sums", same);
  }
}

TEST("A refresh on cuda is gated") {
  Refresh r(kOdd);
  r.on_device(constants(true), 0);
  const auto kept = r.hessian;
  const auto sums = r.sums();
  r.estimate[100] = NAN;
  auto off = constants(true);
  off.finite = false;
  r.on_device(off, 0);
  expect("a gradient that is not finite leaves everything as it was on cuda", r.hessian == kept && r.sums() == sums);
  off.finite = true;
  r.on_device(off, 0);
  expect("a NaN that is let in shows on cuda, in h and in the norms",
         std::isnan(r.hessian[100]) && std::isnan(r.totals.back()[HessianSum::kL1]));
}

TEST("A refresh on cuda, emulated") {
  emulated::same_in_every_order("A refresh on cuda", [] {
    Refresh r(kOdd);
    r.on_device(constants(true), 0);
    return std::tuple(r.hessian, r.sums());
  });
}

// h and the estimate, h again as it is written; and the momentum where the win rate is wanted.
TEST("A refresh on cuda: traffic") {
  constexpr std::int64_t kCount = 16 * kPiece;
  const emulated::Row rows[] = {
      {"Hessian's average", "65536 parameters", "h, the estimate; h written", 12 * kCount, kCount},
      {"Hessian's average, win rate", "65536 parameters", "h, the estimate, the momentum; h written", 16 * kCount,
       kCount},
  };
  for (const bool win_rate : {false, true}) {
    Refresh r({{.offset = 0, .count = kCount}});
    r.with_momentum = win_rate;
    r.on_device(constants(true), 0, [&](auto update) { emulated::expect_row(rows[win_rate], update); });
  }
}
