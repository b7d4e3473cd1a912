#include "../../../../native/layers/attention_tensor.h"
#include <algorithm>
#include "../emulated.h"
#include "attention_tiles.h"

using namespace attention_case;

namespace {

// Probabilities and the gradients with respect to scores are rounded before they are multiplied: half a unit of each.
constexpr double kRoundsProbabilities = 0x1p-8;

// lse and y as tensor cores give them, and as a GPU without gives them.
struct Forward {
  law::Vector lse, y;
};
template <class C>
Forward forward_of(const C& c, int capability) {
  emulator::set_machine({.capability = capability});
  law::Device device;
  law::DeviceBench<Bf16> bench(device, c.at);
  forward(device.on, c.declare(bench));
  emulator::set_machine({});
  return {bench.value("lse"), bench.value("y")};
}

}  // namespace

// Queries and keys that fill no tile, that end within a warp's rows or a tile's, and that take several blocks.
TEST("Attention on tensor cores") {
  for (const auto& shape : {Shape{1, 1, 1, 64, 0.125},
                            {2, 7, 2, 64, 0.125},
                            {1, 64, 1, 64, 0.125},
                            {1, 70, 2, 64, 0.125},
                            {1, 131, 3, 64, 0.125},
                            {1, 40, 1, 64, 0.5},
                            {1, 33, 1, 128, 0.09},
                            {2, 97, 2, 128, 0.09}}) {
    auto c = random_case(shape);
    c.tolerance = kRoundsProbabilities;
    law::on_cuda_bf16(c, kReadsY);
    if (!emulator::emulates("a GPU without tensor cores")) continue;
    const Forward tensor = forward_of(c, 80), plain = forward_of(c, 75);
    check::expect(c.name + " on tensor cores: lse", law::error(tensor.lse, plain.lse), law::kTolerance);
    check::expect(c.name + " on tensor cores: not the sums of floats", shape.time == 1 || tensor.y != plain.y);
  }
}

TEST("Attention goes to tensor cores where they serve") {
  Cuda on;
  const auto suits = [&](const Shape& shape, int shift) {
    const auto c = random_case(shape);
    law::Device device{Cuda(), shift};
    law::DeviceBench<Bf16> bench(device, c.at);
    return suits_tensor_cores(on, c.declare(bench));
  };
  check::expect("attention with heads of 64 or 128 goes to tensor cores",
                suits({1, 3, 2, 64, 0.1}, 0) && suits({1, 3, 2, 128, 0.1}, 0));
  check::expect("attention with heads of 80 does not", !suits({1, 3, 2, 80, 0.1}, 0));
  check::expect("attention with dropout does not", !suits({1, 3, 2, 64, 0.1, 0.1f}, 0));
  check::expect("attention at odd addresses does not", !suits({1, 3, 2, 64, 0.1}, 1));
}

TEST("The first query of attention on tensor cores looks at itself alone") {
  for (const int width : {64, 128}) {
    const auto c = random_case({1, 70, 1, width, 0.3});
    law::Device device;
    const auto r = law::run_bf16(device, c);
    const auto &y = r.at("y"), &dqkv = r.at("dqkv"), &v = c.at.at("qkv");
    check::expect(text("Attention on tensor cores, ", width, ": y of the first query is its v, to the bit"),
                  std::equal(y.begin(), y.begin() + width, v.begin() + 2 * width,
                             [](double got, double x) { return got == as_bf16(static_cast<float>(x)); }));
    check::expect(text("Attention on tensor cores, ", width, ": dq of the first query is exactly 0"),
                  std::all_of(dqkv.begin(), dqkv.begin() + width, [](double x) { return x == 0; }));
  }
}

TEST("Attention on tensor cores keeps NaN, and what no query may see does not matter") {
  auto c = random_case({1, 100, 1, 64, 0.3});
  law::Device device;
  const auto whole = law::run_bf16(device, c).at("y");
  const auto first = [](const law::Vector& y) { return law::Vector(y.begin(), y.begin() + 40 * 64); };
  std::fill(c.at["qkv"].begin() + 40 * 192, c.at["qkv"].end(), 7.0);
  check::expect("Attention on tensor cores: a query has the same bits whatever comes behind it",
                first(law::run_bf16(device, c).at("y")) == first(whole));
  c.at["qkv"][35 * 192 + 2] = NAN;  // of the 36th query
  const auto y = law::run_bf16(device, c).at("y");
  const auto nan = [&](int row) { return std::isnan(y[static_cast<size_t>(row) * 64]); };
  check::expect("Attention on tensor cores: a query that holds NaN gives NaN, and it alone",
                nan(35) && !nan(34) && !nan(36));
}

TEST("Attention on tensor cores, emulated") {
  const auto c = random_case({1, 100, 2, 64, 0.2});
  law::Device device;
  emulated::same_in_every_order("Attention on tensor cores", [&] { return law::run_bf16(device, c); });
}

// The count of the tiling: a block has 64 rows, and meets those of the other side that it may see or that may see it.
TEST("Attention on tensor cores: traffic") {
  constexpr std::uint64_t T = 256, H = 2, D = 64, half = sizeof(Bf16) * H, number = sizeof(float) * H;
  const auto c = random_case({1, T, H, D, 0.125});
  law::Device device;
  law::DeviceBench<Bf16> bench(device, c.at);
  const auto layer = c.declare(bench);
  const std::uint64_t seen = met(T, 64);
  emulated::expect_row(
      {"attention forward, tensor cores", "256 × 2 heads of 64",
       "q, y, the lse; k and v up to the end of every 64 queries", half * (2 * T * D + 2 * D * seen) + number * T},
      [&] { forward(device.on, layer); });
  emulated::expect_row({"attention backward, tensor cores", "256 × 2 heads of 64",
                        "every 64 queries with their keys, every 64 keys with their queries",
                        half * (8 * T * D + 4 * D * seen) + number * (2 * T + 2 * seen)},
                       [&] { backward(device.on, layer); });
  emulated::expect_requests("Attention on tensor cores forward", emulated::Requests{},
                            [&] { forward(device.on, layer); });
  emulated::expect_requests("Attention on tensor cores backward", emulated::Requests{},
                            [&] { backward(device.on, layer); });
}
