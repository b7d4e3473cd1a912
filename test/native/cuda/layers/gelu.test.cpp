#include "../../layers/gelu_case.h"
#include "../../golden_layer.h"
#include "../emulated.h"
#include "../law_bf16.h"

using namespace gelu_case;

TEST("Gelu on cuda") {
  for (const bool erf : {false, true})
    for (const int count : {1, 16, 1003, 20001}) {
      const auto c = random_case(count, erf);
      law::on_cuda(c);
      law::on_cuda_bf16(c);
    }
}

TEST("golden Gelu on cuda") {
  law::Device device;
  const auto golden = [&](const std::string& name, bool erf) {
    const auto c = law::golden_case(name, {"x"}, declare(84, erf));
    law::equal_golden(name, "cuda", law::run<Dual<float>>(device, c, c.at, c.along), law::kTolerance);
  };
  golden("gelu_new", false);
  golden("gelu_erf", true);
}

TEST("Gelu on cuda may be given dy as dx") {
  for (const bool erf : {false, true}) {
    const auto c = random_case(100, erf);
    law::Device device;
    law::DeviceBench<float> bench(device, c.at, c.along);
    auto layer = c.declare(bench);
    backward(device.on, layer);
    layer.dx = layer.dy;
    backward(device.on, layer);
    check::expect(text("Gelu ", erf ? "erf" : "tanh", " on cuda in place"), bench.value("dx") == bench.value("dy"));
  }
}

TEST("Gelu on cuda, emulated") {
  for (const bool erf : {false, true}) {
    const auto c = random_case(1003, erf);
    law::Device device;
    emulated::same_in_every_order(text("Gelu ", erf ? "erf" : "tanh", " on cuda"), [&] {
      return std::pair(law::run<Dual<float>>(device, c, c.at, c.along), law::run_bf16(device, c));
    });
  }
}

namespace {

template <class S>
void gelu_traffic(const std::string& type) {
  constexpr std::uint64_t kCount = 64 * 3072, kBytes = kCount * sizeof(S);
  for (const bool erf : {false, true}) {
    const auto c = random_case(kCount, erf);
    law::Device device;
    law::DeviceBench<S> bench(device, c.at, c.along);
    const auto layer = c.declare(bench);
    const std::string form = (erf ? ", erf" : ", tanh") + type;
    emulated::expect_row({"GELU forward" + form, "64 × 3072", "x, y", 2 * kBytes}, [&] { forward(device.on, layer); });
    emulated::expect_row({"GELU backward" + form, "64 × 3072", "x, dy, dx", 3 * kBytes},
                         [&] { backward(device.on, layer); });
  }
}

}  // namespace

TEST("Gelu on cuda: traffic") {
  gelu_traffic<float>("");
  gelu_traffic<Bf16>(", bf16");
}
