#include "embedding_case.h"
#include "../golden_layer.h"
#include "../law_bf16.h"

using namespace embedding_case;

TEST("Embedding") {
  for (const auto& s : {embedding_case::Shape{1, 1, 1, 1, 1, 0},
                        {2, 7, 10, 13, 9, 0},
                        {3, 11, 64, 101, 11, 0.1f},
                        {2, 33, 200, 5, 40, 0.5f},
                        {2, 5, 37, 11, 5, 0.3f},
                        {4, 16, 384, 256, 16, 0}}) {
    const auto c = random_case(s);
    law::on_cpu(c);
    law::on_cpu_bf16(c);
  }
}

TEST("Embedding adds to the gradients and leaves unseen rows alone") {
  const std::vector<std::int32_t> tokens{2, 2};
  std::vector<float> dy{1, 2, 3, 4, 5, 6}, dwte(12, 1), dwpe(15, 1);
  Cpu<Isa> on(2);
  backward(on, Embedding<float>{.batch = 1,
                                .time = 2,
                                .channels = 3,
                                .vocabulary = 4,
                                .tokens = tokens.data(),
                                .wte = {},
                                .wpe = {},
                                .y = {},
                                .dy = {dy.data()},
                                .dwte = {dwte.data()},
                                .dwpe = {dwpe.data()}});
  check::expect("Embedding adds to the gradient of a token",
                dwte == std::vector<float>{1, 1, 1, 1, 1, 1, 6, 8, 10, 1, 1, 1});
  check::expect("Embedding adds to the gradient of a position",
                dwpe == std::vector<float>{2, 3, 4, 5, 6, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1});
}

TEST("Embedding drops by the place in y") {
  const int rows = 6, channels = 77;
  const Draw draw{.seed = 5, .step = 1, .purpose = Purpose::kDropout};
  const std::vector<std::int32_t> tokens(rows, 0);
  std::vector<float> wte(channels, 1), wpe(3 * channels), y(rows * channels);
  Cpu<Isa> on(2);
  forward(on, Embedding<float>{.batch = 2,
                               .time = 3,
                               .channels = channels,
                               .vocabulary = 1,
                               .tokens = tokens.data(),
                               .wte = {wte.data()},
                               .wpe = {wpe.data()},
                               .y = {y.data()},
                               .dropout = 0.5f,
                               .draw = draw,
                               .dy = {},
                               .dwte = {},
                               .dwpe = {}});
  bool same = true;
  for (int i = 0; i < rows * channels; ++i) same &= y[i] == (bits(draw, i) >= 1u << 31 ? 2.0f : 0.0f);
  check::expect("Embedding drops by the place in y", same);
}

TEST("golden embedding") {
  law::golden_layer("embedding", {"wte", "wpe"},
                    declare({2, 7, 10, 13, 9, 0}, golden::tensor<std::int32_t>(law::layers(), "embedding/tokens")));
}
