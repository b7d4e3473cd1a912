#include "../../../../native/layers/embedding.h"
#include <set>
#include "../../golden_layer.h"
#include "../emulated.h"
#include "../law_bf16.h"
#include "../memory.h"

using namespace sophia;

namespace {

struct Shape {
  int batch, time, channels, vocabulary, context;
  float dropout;
  size_t rows() const { return static_cast<size_t>(batch) * time; }
};

using Tokens = std::vector<std::int32_t>;

// The tokens lie where the backend reads them: `device` on the GPU, `host` for the references.
auto declare(const Shape& s, const Tokens& host, const std::int32_t* device) {
  return [=]<template <class> class B, class S>(B<S>& t) {
    constexpr bool on_device = std::is_same_v<B<S>, law::DeviceBench<S>>;
    return Embedding<S>{.batch = s.batch,
                        .time = s.time,
                        .channels = s.channels,
                        .vocabulary = s.vocabulary,
                        .tokens = on_device ? device : host.data(),
                        .wte = t.input("wte"),
                        .wpe = t.input("wpe"),
                        .y = t.output("y", s.rows() * s.channels),
                        .dropout = s.dropout,
                        .draw = Draw{.seed = 5, .step = 1, .purpose = Purpose::kDropout},
                        .dy = t.input("dy"),
                        .dwte = t.zeros("dwte", s.vocabulary * s.channels),
                        .dwpe = t.zeros("dwpe", s.context * s.channels)};
  };
}

// A few tokens come often, most never.
Tokens tokens_of(const Shape& s) {
  std::mt19937 random(1);
  Tokens tokens(s.rows());
  for (auto& token : tokens) token = random() % 3 ? random() % s.vocabulary : 0;
  return tokens;
}

// f(case) for a random layer whose tokens lie on the host and on the device.
template <class F>
void with_layer(const Shape& s, F f) {
  const Tokens tokens = tokens_of(s);
  Cuda on;
  DeviceVector<std::int32_t> on_device(on, tokens);
  f(law::random_case(text("Embedding ", s.batch, "×", s.time, "×", s.channels, " with dropout ", s.dropout),
                     {{"wte", s.vocabulary * s.channels}, {"wpe", s.context * s.channels}}, s.rows() * s.channels,
                     declare(s, tokens, on_device.data())));
}

auto everything(const law::Result& r) { return std::tuple(r.y, r.y_tangent, r.gradient, r.gradient_tangent); }

}  // namespace

// Runs of tokens that fit into a warp's 32 rows, that cross from one into the next, and that fill several.
TEST("Embedding on cuda") {
  for (const Shape& s : {Shape{1, 1, 1, 1, 1, 0},
                         {2, 7, 10, 13, 9, 0},
                         {3, 11, 64, 101, 11, 0.1f},
                         {2, 33, 200, 5, 40, 0.5f},
                         {2, 5, 37, 11, 5, 0.3f},
                         {4, 16, 384, 256, 16, 0},
                         {5, 67, 12, 70, 67, 0.2f},
                         {2, 64, 4, 1, 64, 0}}) {
    with_layer(s, [](const auto& c) {
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
    });
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
  with_layer({3, 40, 12, 7, 40, 0.1f}, [](const auto& c) {
    law::Device device;
    const auto want = law::run<Dual<float>>(device, c, c.at, c.along);
    law::DeviceBench<Dual<float>> bench(device, c.at, c.along);
    auto layer = c.declare(bench);
    layer.dwte.value = layer.dwpe.value = nullptr;
    backward(device.on, layer);
    check::expect("Embedding on cuda without value halves",
                  bench.tangent("dwte") == want.gradient_tangent.at("wte") &&
                      bench.tangent("dwpe") == want.gradient_tangent.at("wpe"));
  });
}

TEST("golden embedding on cuda") {
  const auto tokens = golden::tensor<std::int32_t>(law::layers(), "embedding/tokens");
  law::Device device;
  DeviceVector<std::int32_t> on_device(device.on, tokens);
  const auto c = law::golden_case("embedding", {"wte", "wpe"}, declare({2, 7, 10, 13, 9, 0}, tokens, on_device.data()));
  law::equal_golden("embedding", "cuda", law::run<Dual<float>>(device, c, c.at, c.along), law::kTolerance);
}

TEST("Embedding on cuda, emulated") {
  with_layer({5, 67, 12, 70, 67, 0.2f}, [](const auto& c) {
    law::Device device;
    emulated::same_in_every_order("Embedding on cuda", [&] {
      return std::tuple(everything(law::run<Dual<float>>(device, c, c.at, c.along)), law::run_bf16(device, c));
    });
  });
}

namespace {

// Backward reads dy twice, in the order of positions and in that of tokens; a table's row that is met is read and
// written once.
template <class S>
void traffic(const std::string& type) {
  const Shape s{2, 256, 768, 300, 256, 0.1f};
  const auto tokens = tokens_of(s);
  const std::uint64_t row = sizeof(S) * s.channels, float_row = sizeof(float) * s.channels, rows = s.rows(),
                      time = s.time;
  const std::uint64_t seen = std::set(tokens.begin(), tokens.end()).size();
  with_layer(s, [&](const auto& c) {
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
  });
}

}  // namespace

TEST("Embedding on cuda: traffic") {
  traffic<float>("");
  traffic<Bf16>(", bf16");
}
