#include "../../layers/embedding_case.h"
#include <set>
#include "../../golden_layer.h"
#include "../emulated.h"
#include "../law_bf16.h"
#include "../memory.h"

using namespace embedding_case;

// Runs of tokens that fit into a warp's 32 rows, that cross from one into the next, and that fill several.
TEST("Embedding on cuda") {
  for (const auto& s : {embedding_case::Shape{1, 1, 1, 1, 1, 0},
                        {2, 7, 10, 13, 9, 0},
                        {3, 11, 64, 101, 11, 0.1f},
                        {2, 33, 200, 5, 40, 0.5f},
                        {2, 5, 37, 11, 5, 0.3f},
                        {4, 16, 384, 256, 16, 0},
                        {5, 67, 12, 70, 67, 0.2f},
                        {2, 64, 4, 1, 64, 0}}) {
    const auto c = embedding_case::random_case(s);
    law::on_cuda(c);
    law::on_cuda_bf16(c);
    Cpu<Isa> cpu(1);
    for (const int shift : {0, 1}) {
      law::Device device{Cuda(), shift};
      const auto want = law::run<Dual<float>>(cpu, c, c.at, c.along),
                 got = law::run<Dual<float>>(device, c, c.at, c.along);
      check::expect(c.name + " on cuda: the masks and the bits of the CPU, forward",
                    got.y == want.y && got.y_tangent == want.y_tangent);
    }
  }
}

TEST("Embedding on cuda adds to the gradients and leaves unseen rows alone") {
  Cuda on;
  DeviceVector<std::int32_t> tokens(on, {2, 2});
  DeviceVector<float> dy(on, {1, 2, 3, 4, 5, 6}), dwte(on, std::vector<float>(12, 1)),
      dwpe(on, std::vector<float>(15, 1));
  const Embedding<float> layer{.batch = 1,
                               .time = 2,
                               .channels = 3,
                               .vocabulary = 4,
                               .tokens = tokens.data(),
                               .wte = {},
                               .wpe = {},
                               .y = {},
                               .dy = {dy.data()},
                               .dwte = {dwte.data()},
                               .dwpe = {dwpe.data()}};
  backward(on, layer);
  check::expect("Embedding on cuda adds to the gradient of a token",
                dwte.read() == std::vector<float>{1, 1, 1, 1, 1, 1, 6, 8, 10, 1, 1, 1});
  check::expect("Embedding on cuda adds to the gradient of a position",
                dwpe.read() == std::vector<float>{2, 3, 4, 5, 6, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1});
}

TEST("Embedding on cuda adds tangents alone where value halves are absent") {
  const auto c = embedding_case::random_case({3, 40, 12, 7, 40, 0.1f});
  law::Device device;
  const auto want = law::run<Dual<float>>(device, c, c.at, c.along);
  law::DeviceBench<Dual<float>> bench(device, c.at, c.along);
  auto layer = c.declare(bench);
  layer.dwte.value = layer.dwpe.value = nullptr;
  backward(device.on, layer);
  check::expect("Embedding on cuda without value halves", bench.tangent("dwte") == want.gradient_tangent.at("wte") &&
                                                              bench.tangent("dwpe") == want.gradient_tangent.at("wpe"));
}

TEST("golden embedding on cuda") {
  const auto tokens = golden::tensor<std::int32_t>(law::layers(), "embedding/tokens");
  law::Device device;
  const auto c = law::golden_case("embedding", {"wte", "wpe"}, declare({2, 7, 10, 13, 9, 0}, tokens));
  law::equal_golden("embedding", "cuda", law::run<Dual<float>>(device, c, c.at, c.along), law::kTolerance);
}

TEST("Embedding on cuda, emulated") {
  const auto c = embedding_case::random_case({5, 67, 12, 70, 67, 0.2f});
  law::Device device;
  emulated::same_in_every_order("Embedding on cuda", [&] {
    return std::pair(law::run<Dual<float>>(device, c, c.at, c.along), law::run_bf16(device, c));
  });
}

namespace {

// Backward reads dy twice, in the order of positions and in that of tokens; a table's row that is met is read and
// written once.
template <class S>
void embedding_traffic(const std::string& type) {
  const embedding_case::Shape s{2, 256, 768, 300, 256, 0.1f};
  const auto tokens = tokens_of(s);
  const std::uint64_t row = sizeof(S) * s.channels, float_row = sizeof(float) * s.channels, rows = s.rows(),
                      time = s.time;
  const std::uint64_t seen = std::set(tokens.begin(), tokens.end()).size();
  const auto c = embedding_case::random_case(s);
  law::Device device;
  law::DeviceBench<S> bench(device, c.at, c.along);
  const auto layer = c.declare(bench);
  emulated::expect_row({"embedding forward" + type, "2 × 256 tokens × 768",
                        "a row of each table and of y for each token", 3 * rows * row},
                       [&] { forward(device.on, layer); });
  emulated::expect_row({"embedding backward" + type, "2 × 256 tokens × 768",
                        "dy by position and dy by token; the rows of the tables that are met, twice",
                        2 * rows * row + (2 * time + 2 * seen) * float_row},
                       [&] { backward(device.on, layer); });
}

}  // namespace

TEST("Embedding on cuda: traffic") {
  embedding_traffic<float>("");
  embedding_traffic<Bf16>(", bf16");
}
