#include "residual_case.h"
#include "../../../native/cpu/team.h"
#include "../golden_layer.h"
#include "../law_bf16.h"

using namespace residual_case;

namespace {

// The mask that the layer drew: what it makes of a branch of ones.
std::vector<float> drawn_mask(std::int64_t count, float dropout, const Draw& draw) {
  std::vector<float> x(count), branch(count, 1.0f), y(count);
  Cpu<Isa> on(2);
  forward(on, Residual<float>{.count = count,
                              .dropout = dropout,
                              .draw = draw,
                              .x = {x.data()},
                              .branch = {branch.data()},
                              .y = {y.data()},
                              .dy = {},
                              .dbranch = {}});
  return y;
}

}  // namespace

TEST("Residual") {
  for (const auto& [count, dropout] : {std::pair{1, 0.0f}, {1000, 0.0f}, {16, 0.5f}, {1003, 0.1f}, {40001, 0.9f}}) {
    const auto c = random_case(count, dropout);
    law::on_cpu(c);
    law::on_cpu_bf16(c);
  }
}

TEST("Residual may be given dy as dbranch") {
  std::vector<float> dy(100, 2.0f), expected = drawn_mask(100, 0.5f, law::kDropout);
  Cpu<Isa> on(1);
  Residual<float> layer{.count = 100, .x = {}, .branch = {}, .y = {}, .dy = {dy.data()}, .dbranch = {dy.data()}};
  backward(on, layer);
  check::expect("Residual without dropout leaves a shared gradient", dy == std::vector<float>(100, 2.0f));
  layer.dropout = 0.5f;
  layer.draw = law::kDropout;
  backward(on, layer);
  for (auto& m : expected) m *= 2;
  check::expect("Residual with dropout masks a shared gradient", dy == expected);
}

// The formulas with the mask of the fixture in the place of a drawn one.
TEST("golden dropout") {
  const auto mask = law::fixture("dropout", "mask");
  law::Tensors at, along;
  for (const std::string name : {"x", "dy"}) {
    at[name] = law::fixture("dropout", name);
    along[name] = law::fixture("dropout", name + "_dot");
  }
  at["zero"] = along["zero"] = law::Vector(mask.size());
  const auto both = [&]<class T>(T, const char* backend, double tolerance) {
    law::Bench<Dual<T>> t(at, along);
    const Residual<Dual<T>> a{.count = static_cast<std::int64_t>(mask.size()),
                              .x = t.input("zero"),
                              .branch = t.input("x"),
                              .y = t.output("y", mask.size()),
                              .dy = t.input("dy"),
                              .dbranch = t.output("dx", mask.size())};
    Solo<4>{}.each(a.count, [&](auto i) {
      Pack<T, 4> m(0);
      for (std::ptrdiff_t lane = 0; lane < 4 && i.index + lane < a.count; ++lane) m.set(lane, mask[i.index + lane]);
      residual::forward_at(a, i, m);
      residual::backward_at(a, i, m);
    });
    law::equal_golden("dropout", backend,
                      {t.value("y"), {{"x", t.value("dx")}}, {{"y", t.tangent("y")}}, {{"x", t.tangent("dx")}}},
                      tolerance);
  };
  both(0.0f, "float32", law::kTolerance);
  both(0.0, "float64", law::kStored);
}

TEST("The mask") {
  const std::int64_t n = 1 << 20;
  for (const float p : {0.1f, 0.5f, 0.999f}) {
    const auto mask = drawn_mask(n, p, law::kDropout);
    const auto threshold = static_cast<std::uint32_t>(p * 0x1p32);
    std::int64_t dropped = 0, wrong = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      dropped += mask[i] == 0;
      wrong += mask[i] != (bits(law::kDropout, i) >= threshold ? 1 / (1 - p) : 0.0f);
    }
    check::expect(text("The mask at ", p, " is 1/(1 − p) where the position's bits reach p"), wrong == 0);
    check::expect(text("The mask at ", p, " drops the fraction p (in standard deviations)"),
                  std::abs(dropped - n * double(p)) / std::sqrt(n * double(p) * (1 - double(p))), 3.5);
  }
  Draw other = law::kDropout;
  ++other.site;
  check::expect("The mask of another site is another",
                drawn_mask(n, 0.5f, other) != drawn_mask(n, 0.5f, law::kDropout));
}

TEST("The mask does not depend on how positions are packed") {
  const auto whole = drawn_mask(64, 0.3f, law::kDropout);
  bool same = true;
  for (std::uint64_t position = 0; position < 48; ++position) {
    const auto m = mask<Pack<float, 8>>(0.3f, law::kDropout, position);
    for (int i = 0; i < 8; ++i) same &= m[i] == whole[position + i];
  }
  check::expect("The mask does not depend on how positions are packed", same);
}
