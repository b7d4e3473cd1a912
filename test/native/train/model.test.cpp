#include "../../../native/train/model.h"
#include <cmath>
#include <thread>
#include "../../../native/train/training.h"
#include "../check.h"
#include "../temporary.h"

namespace {

using namespace sophia;

ModelOptions model_options() {
  ModelOptions o;
  static_cast<Config&>(o) = {.layers = 1, .heads = 2, .width = 8, .context = 6, .vocabulary = 11};
  o.threads = 2;
  o.device = "cpu";
  return o;
}

}  // namespace

TEST("Model") {
  const check::Temporary folder;
  Model model(model_options());
  model.initialize(5);
  const auto wte = model.read("wte.weight");
  check::expect("a parameter is read", wte.size() == 88 && wte[0] != 0);

  model.save(folder / "model.safetensors");
  Model other(model_options());
  other.load(folder / "model.safetensors");
  check::expect("saved and loaded, the same numbers", other.read("wte.weight") == wte);

  std::vector<float> values(88, 0.5f);
  model.write("wte.weight", values);
  check::expect("a parameter is written", model.read("wte.weight") == values);
  values[3] = NAN;
  check::expect_error("NaN is refused", Code::kInvalidArgument, "finite", [&] { model.write("wte.weight", values); });
  check::expect_error("too few values are refused", Code::kInvalidArgument, "88",
                      [&] { model.write("wte.weight", std::span(values).first(5)); });
  check::expect_error("an unknown name is refused", Code::kInvalidArgument, "wte", [&] { model.read("wte"); });

  const std::vector<std::int32_t> prompt{1, 2, 3};
  const Generation how{.count = 20, .temperature = 0.9, .top_k = 5, .seed = 3};
  const auto first = other.generate(prompt, how);
  check::expect("text beyond the context", first.size() == 20);
  check::expect("the same seed, the same text", other.generate(prompt, how) == first);
  Generation another = how;
  another.seed = 4;
  check::expect("another seed, another text", other.generate(prompt, another) != first);
  check::expect_error("an empty prompt", Code::kInvalidArgument, "prompt", [&] { other.generate({}, how); });
  check::expect_error("a token outside the vocabulary", Code::kInvalidArgument, "11",
                      [&] { other.generate({11}, how); });

  write_tokens(folder / "shard.bin", std::vector<std::uint16_t>(50, 3));
  const Loss whole = other.evaluate(folder / "shard.bin", {.batch = 4, .length = 6, .format = "llm.c"});
  check::expect("a whole shard is evaluated once", whole.counted == 49);

  Model::Hold hold(other);
  check::expect_error("one call at a time", Code::kBusy, "busy", [&] { other.initialize(1); });
}

TEST("Model after dispose") {
  Model model(model_options());
  model.dispose();
  model.dispose();
  check::expect_error("every call is refused", Code::kDisposed, "disposed", [&] { model.initialize(1); });
}

TEST("Models that cannot be") {
  const auto refuse = [](const std::string& name, const std::string& words, auto change) {
    auto o = model_options();
    change(o);
    check::expect_error(name, Code::kInvalidArgument, words, [&] { Model model(o); });
  };
  refuse("heads that do not divide the width", "multiple of `heads`", [](auto& o) { o.heads = 3; });
  refuse("no layers", "layers", [](auto& o) { o.layers = 0; });
  refuse("a dropout of one", "dropout", [](auto& o) { o.dropout = 1; });
  refuse("a dropout that is one as a float", "dropout", [](auto& o) { o.dropout = 0.999999999; });
  refuse("sizes whose product would overflow", "parameters", [](auto& o) { o.width = 1 << 30, o.layers = 1 << 20; });
  refuse("an unknown GELU", "gelu", [](auto& o) { o.gelu = "relu"; });
  refuse("an unknown device", "device", [](auto& o) { o.device = "tpu"; });
  auto o = model_options();
  o.isa = "mmx";
  check::expect_error("an unknown instruction set", Code::kDevice, "mmx", [&] { Model model(o); });
}
