#include <algorithm>
#include "../emulated.h"
#include "attention_tiles.h"

using namespace attention_case;

// The dropped probabilities are those of the reference, on the CPU: another mask would break every law.
TEST("Attention on cuda") {
  for (const auto& shape : {Shape{1, 1, 1, 4, 0.5},
                            {2, 7, 2, 5, 0.4},
                            {1, 70, 2, 8, 0.35},
                            {2, 35, 3, 16, 0.25, 0.3f},
                            {1, 130, 1, 19, 0.2, 0.3f},
                            {1, 64, 1, 32, 0.18},
                            {1, 66, 2, 33, 0.18, 0.1f},
                            {1, 65, 1, 64, 0.125},
                            {1, 40, 2, 80, 0.11},
                            {1, 33, 1, 96, 0.1, 0.2f},
                            {1, 47, 1, 128, 0.09, 0.2f},
                            {1, 20, 1, 256, 0.0625},
                            {1, 40, 1, 6, 3.0}}) {
    const auto c = random_case(shape);
    law::on_cuda(c);
    if (!emulator::emulates("a GPU without tensor cores")) continue;
    emulator::set_machine({.capability = 75});
    law::on_cuda_bf16(c, kReadsY);
    emulator::set_machine({});
  }
}

TEST("golden attention on cuda") {
  constexpr double kPeaky = 1e-4;  // scores so large that their rounding shows in the probabilities
  law::Device device;
  for (const auto& [layer, tolerance] : {std::pair{"attention", law::kTolerance}, {"attention_peaky", kPeaky}}) {
    const auto c = golden_case(layer);
    law::equal_golden(layer, "cuda", as_golden(law::run<Dual<float>>(device, c, c.at, c.along)), tolerance);
  }
  const auto c = golden_case("attention");
  law::DeviceBench<float> bench(device, c.at, c.along);
  forward(device.on, c.declare(bench));
  check::expect("golden attention on cuda: lse", law::error(bench.value("lse"), law::fixture("attention", "lse")),
                law::kTolerance);
}

// Its probability is 1 whatever q and k are.
TEST("The first query of attention on cuda looks at itself alone") {
  const auto c = random_case({1, 70, 1, 24, 0.3});
  law::Device device;
  const auto r = law::run<float>(device, c, c.at, c.along);
  const auto& dqkv = r.gradient.at("qkv");
  check::expect("Attention on cuda: y of the first query is its v, to the bit",
                std::equal(r.y.begin(), r.y.begin() + 24, c.at.at("qkv").begin() + 48));
  check::expect("Attention on cuda: dq of the first query is exactly 0",
                std::all_of(dqkv.begin(), dqkv.begin() + 24, [](double x) { return x == 0; }));

  const auto bf16 = law::run_bf16(device, c);
  const auto& dq = bf16.at("dqkv");
  const auto& v = c.at.at("qkv");
  check::expect("Attention on cuda in bf16: y of the first query is its v, to the bit",
                std::equal(v.begin() + 48, v.begin() + 72, bf16.at("y").begin(),
                           [](double x, double y) { return as_bf16(static_cast<float>(x)) == y; }));
  check::expect("Attention on cuda in bf16: dq of the first query is exactly 0",
                std::all_of(dq.begin(), dq.begin() + 24, [](double x) { return x == 0; }));
}

TEST("Attention on cuda: forward needs no gradients, and what no query may see does not matter") {
  auto c = random_case({1, 70, 2, 8, 0.3});
  law::Device device;
  law::DeviceBench<float> bench(device, c.at, c.along), whole(device, c.at, c.along);
  auto layer = c.declare(bench);
  layer.dy = layer.dqkv = {};
  forward(device.on, layer);
  forward(device.on, c.declare(whole));
  check::expect("Attention on cuda forward without dy and dqkv", bench.value("y") == whole.value("y"));

  const auto first = [](const law::Vector& y) { return law::Vector(y.begin(), y.begin() + 40 * 16); };
  std::fill(c.at["qkv"].begin() + 40 * 48, c.at["qkv"].end(), 7.0);
  law::DeviceBench<float> other(device, c.at, c.along);
  forward(device.on, c.declare(other));
  check::expect("Attention on cuda: a query has the same bits whatever comes behind it",
                first(other.value("y")) == first(whole.value("y")) && other.value("y") != whole.value("y"));
}

TEST("Attention on cuda keeps NaN") {
  auto c = random_case({1, 40, 1, 8, 0.3});
  c.at["qkv"][35 * 24 + 2] = NAN;  // of the 36th query
  law::Device device;
  const auto y = law::run<float>(device, c, c.at, c.along).y;
  const auto nan = [&](int row) {
    return std::all_of(y.begin() + row * 8, y.begin() + row * 8 + 8, [](double x) { return std::isnan(x); });
  };
  check::expect("Attention on cuda: a query that holds NaN gives NaN, and it alone", nan(35) && !nan(34) && !nan(36));
}

TEST("Attention on cuda of heads that are too wide") {
  law::Device device;
  Attention<float> layer{};
  layer.batch = layer.time = layer.heads = 1;
  layer.channels = 257;
  check::expect_error("Attention on cuda rejects heads of 257 channels", Code::kInvalidArgument, "at most 256",
                      [&] { forward(device.on, layer); });
}

// Shared memory is 64 KB on the oldest GPU, and 99 KB on most.
TEST("Attention on cuda fits every GPU") {
  if (!emulator::emulates("GPUs with little shared memory")) return;
  const auto wide = random_case({1, 20, 1, 128, 0.1}), wider = random_case({1, 20, 1, 256, 0.1});
  emulator::set_machine({.capability = 75});
  law::on_cuda(wide);
  law::Device oldest;
  law::run<float>(oldest, wider, wider.at, wider.along);
  check::expect_error("tangents of heads of 256 channels do not fit the oldest GPU", Code::kDevice, "shared memory",
                      [&] { law::run<Dual<float>>(oldest, wider, wider.at, wider.along); });
  emulator::set_machine({.capability = 86});
  law::on_cuda(wider);
  emulator::set_machine({});
}

TEST("Attention on cuda, emulated") {
  const auto c = random_case({1, 70, 2, 36, 0.2, 0.3f});
  law::Device device;
  emulated::same_in_every_order("Attention on cuda", [&] {
    return std::pair(law::run<Dual<float>>(device, c, c.at, c.along), law::run_bf16(device, c));
  });
}

namespace {

// The count of the tiling. Forward, a block has 64 queries and meets every key up to its last one; backward, a block
// has 32 queries and meets the keys up to those, or 32 keys and meets the queries from those on: of these q goes by
// twice.
template <class S>
void attention_traffic(const std::string& type) {
  constexpr std::uint64_t T = 256, H = 2, D = 64, number = sizeof(float) * H, act = sizeof(S) * H;
  const auto c = random_case({1, T, H, D, 0.125});
  law::Device device;
  law::DeviceBench<S> bench(device, c.at, c.along);
  const auto layer = c.declare(bench);
  const std::uint64_t forward_keys = 2 * D * met(T, 64), backward_keys = met(T, 32);
  emulated::expect_requests("Attention forward" + type, {act * (T * D + forward_keys), act * T * D + number * T},
                            [&] { forward(device.on, layer); });
  emulated::expect_row(
      {"attention forward" + type, "256 × 2 heads of 64", "q, y, the lse; k and v up to the end of every 64 queries",
       act * (2 * T * D + forward_keys) + number * T},
      [&] { forward(device.on, layer); });
  // Each of a block's eight warps reads the lse and dy·y of the queries that go by its keys.
  const std::uint64_t read = act * 5 * D * (T + backward_keys) + number * (T + 2 * backward_keys);
  const bool half = sizeof(S) < sizeof(float);
  emulated::expect_row(
      {"attention backward" + type, "256 × 2 heads of 64",
       "every 32 queries with their keys, every 32 keys with their queries, of these q twice",
       read + act * 3 * T * D + number * T, 0,
       half ? "8 warps read the lse and dy·y, beside half as many bytes of all else" : "", half ? 1.08 : 1.05},
      [&] { backward(device.on, layer); });
}

}  // namespace

TEST("Attention on cuda: traffic") {
  attention_traffic<float>("");
  if (!emulator::emulates("a GPU without tensor cores")) return;
  emulator::set_machine({.capability = 75});
  attention_traffic<Bf16>(", bf16, without tensor cores");
  emulator::set_machine({});
}
