#include "../../../native/train/generate.h"
#include <cmath>
#include "../check.h"

using namespace sophia;

TEST("Generation from weights that are broken") {
  const Config c{.layers = 1, .heads = 1, .width = 4, .context = 4, .vocabulary = 5};
  const auto run = make_cpu_run(c, {"", 1});
  run->initialize(1);
  const Generation how{.count = 3};
  check::expect("whole ones give tokens", generate(*run, {1}, how).size() == 3);
  // The final gain and bias end in the logits: a huge one overflows them.
  for (const float broken : {NAN, 3e38f}) {
    for (const auto& p : run->parameters().table)
      if (p.name == "ln_f.weight" || p.name == "wte.weight")
        run->write(ArenaName::kParameters, p.offset, std::vector<float>(static_cast<std::size_t>(p.count), broken));
    check::expect_error(text("weights of ", broken, " are an error"), Code::kDiverged, "not finite",
                        [&] { generate(*run, {1}, how); });
  }
}
