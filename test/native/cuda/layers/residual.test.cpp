#include "../../layers/residual_case.h"
#include "../emulated.h"
#include "../law_bf16.h"

using namespace residual_case;

TEST("Residual on cuda") {
  for (const auto& [count, dropout] : {std::pair{1, 0.0f}, {1000, 0.0f}, {16, 0.5f}, {1003, 0.1f}, {40001, 0.9f}}) {
    const auto c = random_case(count, dropout);
    law::on_cuda(c);
    law::on_cuda_bf16(c);
    Cpu<Isa> cpu(1);
    const auto want = law::run<Dual<float>>(cpu, c, c.at, c.along);
    for (const int shift : {0, 1}) {
      law::Device device{Cuda(), shift};
      check::expect(c.name + " on cuda: the masks and the bits of the CPU",
                    law::run<Dual<float>>(device, c, c.at, c.along) == want);
    }
  }
}

TEST("Residual on cuda may be given dy as dbranch") {
  const auto c = random_case(100, 0.5f);
  law::Device device;
  law::DeviceBench<float> bench(device, c.at, c.along);
  auto layer = c.declare(bench);
  backward(device.on, layer);
  const auto separate = bench.value("dbranch"), dy = bench.value("dy");
  layer.dbranch = layer.dy;
  layer.dropout = 0;
  backward(device.on, layer);
  check::expect("Residual on cuda without dropout leaves a shared gradient", bench.value("dy") == dy);
  layer.dropout = 0.5f;
  backward(device.on, layer);
  check::expect("Residual on cuda with dropout masks a shared gradient", bench.value("dy") == separate);
}

TEST("Residual on cuda, emulated") {
  const auto c = random_case(1003, 0.1f);
  law::Device device;
  emulated::same_in_every_order("Residual on cuda", [&] {
    return std::pair(law::run<Dual<float>>(device, c, c.at, c.along), law::run_bf16(device, c));
  });
}

namespace {

template <class S>
void residual_traffic(const std::string& type) {
  constexpr std::uint64_t kCount = 128 * 768, kBytes = kCount * sizeof(S);
  for (const float dropout : {0.0f, 0.1f}) {
    const auto c = random_case(kCount, dropout);
    law::Device device;
    law::DeviceBench<S> bench(device, c.at, c.along);
    const auto layer = c.declare(bench);
    const std::string form = (dropout > 0 ? ", dropout" : "") + type;
    emulated::expect_row({"residual forward" + form, "128 × 768", "x, the branch, y", 3 * kBytes},
                         [&] { forward(device.on, layer); });
    emulated::expect_row({"residual backward" + form, "128 × 768", "dy, the branch's gradient", 2 * kBytes},
                         [&] { backward(device.on, layer); });
  }
}

}  // namespace

TEST("Residual on cuda: traffic") {
  residual_traffic<float>("");
  residual_traffic<Bf16>(", bf16");
}
