#include "../../../../native/curvature/ratios.h"
#include <random>
#include "../../../../native/cpu/cpu.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using check::expect;

namespace {

// Tensors with gaps, which are counted nowhere.
const std::vector<Span> kOddSpans{
    {.offset = 4, .count = 30000}, {.offset = 30005, .count = 17}, {.offset = 30030, .count = 1}};

const HessianNow<float> kNow{.average = {}, .clip = 1, .threshold = 0.3f, .floor = 0, .squared = true, .finite = true};

struct Case {
  Pieces pieces;
  std::vector<float> momentum, hessian;
  std::int64_t parts;

  Case(const std::vector<Span>& spans, std::int64_t parts) : pieces(cut(spans)), parts(parts) {
    std::mt19937 random(8);
    std::normal_distribution<float> normal;
    for (auto* x : {&momentum, &hessian}) {
      x->resize(static_cast<std::size_t>(spans.back().offset + spans.back().count + 3));
      for (float& number : *x) number = normal(random);
    }
  }

  std::vector<std::uint64_t> on_host() {
    Cpu<Isa> on(1);
    std::vector<std::uint32_t> partial(static_cast<std::size_t>(parts * kRatioBins));
    std::vector<std::uint64_t> counts(kRatioBins);
    count_ratios(
        on,
        Ratios<float>{{momentum.data()}, {hessian.data()}, table(pieces), &kNow, parts, partial.data(), counts.data()});
    return counts;
  }

  // around(count) launches.
  template <class F>
  std::vector<std::uint64_t> on_device(F around) {
    Cuda on;
    DeviceVector<float> m(on, momentum), h(on, hessian);
    DeviceVector<Span> spans(on, pieces.spans);
    DeviceVector<Group> groups(on, pieces.groups);
    DeviceVector<Piece> cut(on, pieces.pieces);
    DeviceVector<std::uint32_t> partial(on, std::vector<std::uint32_t>(static_cast<std::size_t>(parts * kRatioBins)));
    DeviceVector<std::uint64_t> counts(on, std::vector<std::uint64_t>(kRatioBins));
    DeviceVector<HessianNow<float>> now(on, std::vector{kNow});
    PieceTable where = table(pieces);
    where.spans = spans.data();
    where.groups = groups.data();
    where.pieces = cut.data();
    const Ratios<float> a{{m.data()}, {h.data()}, where, now.data(), parts, partial.data(), counts.data()};
    around([&] { count_ratios(on, a); });
    return counts.read();
  }
  std::vector<std::uint64_t> on_device() {
    return on_device([](auto count) { count(); });
  }
};

}  // namespace

TEST("Ratios on cuda are counted as on the CPU") {
  for (const std::int64_t parts : {1, 3, 10}) {
    Case c(kOddSpans, parts);
    expect(text("Ratios on cuda in ", parts, " parts"), c.on_device() == c.on_host());
  }
  emulated::expect_no_faults("Ratios on cuda");
}

TEST("Ratios on cuda, emulated") {
  Case c(kOddSpans, 5);
  emulated::same_in_every_order("Ratios on cuda", [&] { return c.on_device(); });
}

TEST("Ratios on cuda: traffic") {
  constexpr std::uint64_t kCount = 1 << 20;
  Case c({{.offset = 0, .count = kCount}}, ratios::parts(kCount / kPiece));
  c.on_device([&](auto count) {
    emulated::expect_row({"ratios of momentum to Hessian", "1048576", "both, and the counts of a part of 4096",
                          2 * kCount * sizeof(float) + 2 * kCount / kPiece * kRatioBins * sizeof(std::uint32_t)},
                         count);
  });
}
