#include "../../layers/layernorm_case.h"
#include "../../golden_layer.h"
#include "../emulated.h"
#include "../law_bf16.h"

using namespace layernorm_case;

TEST("LayerNorm on cuda") {
  for (const auto& [rows, channels, bias] : {std::tuple{1, 8, true},
                                             {6, 64, true},
                                             {5, 768, true},
                                             {7, 10, false},
                                             {33, 17, true},
                                             {3, 1, true},
                                             {70, 132, true},
                                             {40, 136, false}}) {
    const auto c = layernorm_case::random_case(rows, channels, bias);
    law::on_cuda(c);
    law::on_cuda_bf16(c);
  }
}

TEST("golden LayerNorm on cuda") {
  constexpr double kLowVariance = 1e-4;  // a variance of the size of ε: the differences from the mean cancel
  law::Device device;
  const auto golden = [&](const std::string& name, const std::vector<std::string>& inputs, double tolerance) {
    const auto c = law::golden_case(name, inputs, declare(14, 10, "weight"));
    law::equal_golden(name, "cuda", law::run<Dual<float>>(device, c, c.at, c.along), tolerance);
  };
  golden("layernorm", {"x", "weight", "bias"}, law::kTolerance);
  golden("layernorm_nobias", {"x", "weight"}, law::kTolerance);
  golden("layernorm_lowvar", {"x", "weight", "bias"}, kLowVariance);
}

TEST("LayerNorm on cuda, emulated") {
  const auto c = layernorm_case::random_case(70, 132);
  law::Device device;
  emulated::same_in_every_order("LayerNorm on cuda", [&] {
    return std::pair(law::run<Dual<float>>(device, c, c.at, c.along), law::run_bf16(device, c));
  });
}

namespace {

template <class S>
void expect_rows(const std::string& type) {
  constexpr std::uint64_t R = 64, C = 768, number = sizeof(S);
  const auto c = layernorm_case::random_case(R, C);
  law::Device device;
  law::DeviceBench<S> bench(device, c.at, c.along);
  const auto layer = c.declare(bench);
  emulated::expect_row({"LayerNorm forward" + type, "64 × 768", "x, y", number * 2 * R * C},
                       [&] { forward(device.on, layer); });
  const std::uint64_t least = number * 4 * R * C + sizeof(float) * 4 * C;
  emulated::expect_row(
      {"LayerNorm backward" + type, "64 × 768", "x, dy; dx and the gradients of gain and bias, twice", least},
      [&] { backward(device.on, layer); });
}

}  // namespace

// A float read or written once is 4 bytes. One block has all rows; its sums over them are written, and read once more.
TEST("LayerNorm on cuda: traffic") {
  constexpr std::uint64_t R = 64, C = 768, number = sizeof(float);
  const auto c = layernorm_case::random_case(R, C);
  law::Device device;
  law::DeviceBench<float> bench(device, c.at, c.along);
  const auto layer = c.declare(bench);
  emulated::expect_traffic("LayerNorm forward", {number * (R * C + 2 * C), number * (R * C + 2 * R)},
                           [&] { forward(device.on, layer); });
  emulated::expect_traffic("LayerNorm backward",
                           {number * (3 * R * C + C + 2 * R + 2 * C + 2 * C), number * (R * C + 2 * C + 2 * C)},
                           [&] { backward(device.on, layer); });
  expect_rows<float>("");
  expect_rows<Bf16>(", bf16");
}

// Rows of which fewer and fewer fit into a block's memory, and at last none.
TEST("LayerNorm on cuda, wide") {
  for (const auto& [rows, channels] : {std::pair{67, 1600}, {5, 3000}, {3, 6000}, {3, 20000}, {2, 20001}}) {
    const auto c = layernorm_case::random_case(rows, channels);
    law::on_cuda(c);
    law::on_cuda_bf16(c);
  }
}
