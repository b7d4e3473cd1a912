#include "../../../native/train/requirement.h"
#include <numeric>
#include "../check.h"

using namespace sophia;

namespace {

constexpr Config kOdd{.layers = 3, .heads = 3, .width = 21, .context = 16, .vocabulary = 61, .dropout = 0.1};

// What a run holds after a step, and after a product where there are any.
Memory held(const Config& config, const MemoryQuery& query) {
  Placement placement;
  placement.recompute = query.recompute;
  placement.dtype = query.dtype;
  const auto run = make_cpu_run(config, placement);
  run->initialize(1);
  std::map<std::string, double> hyper{{"beta1", 0.9}, {"beta2", 0.95}};
  if (query.optimizer == "adamw") hyper["epsilon"] = 1e-8;
  run->attach({query.optimizer, hyper});
  const std::vector<std::int32_t> tokens(static_cast<std::size_t>(query.batch * query.length), 3);
  const Batch batch{query.batch, query.length, tokens.data(), tokens.data()};
  run->train({.batches = {&batch, 1}, .seed = 1, .number = 0, .step = {.number = 1}, .clip = 1});
  if (query.products > 0) run->estimate_diagonal(batch, {}, 1, {});
  return run->memory();
}

}  // namespace

TEST("The memory that a training requires is what a run holds") {
  Config plain = kOdd;
  plain.dropout = 0;
  plain.bias = false;
  for (const Config& config : {kOdd, plain})
    for (const char* recompute : {"none", "cheap", "all"})
      for (const char* optimizer : {"adamw", "lion"})
        for (const auto& [dtype, products] :
             {std::pair{"float32", 0}, {"float32", 5}, {"bfloat16", 0}, {"bfloat16", 5}}) {
          const MemoryQuery query{.batch = 5,
                                  .length = 13,
                                  .optimizer = optimizer,
                                  .dtype = dtype,
                                  .recompute = recompute,
                                  .products = products};
          const Requirement required = required_memory(config, query);
          const Memory is = held(config, query), said = required.memory;
          const std::string who = text("dropout ", config.dropout, ", recompute ", recompute, ", ", optimizer, ", ",
                                       dtype, ", ", products, " products: ");
          check::expect(who + "parameters, gradient and state", is.parameters == said.parameters &&
                                                                    is.gradient == said.gradient &&
                                                                    is.optimizer == said.optimizer);
          check::expect(who + "activations", is.activations == said.activations);
          check::expect(who + "curvature", is.curvature == said.curvature);
          check::expect(who + "the parts are the whole",
                        std::accumulate(required.parts.begin(), required.parts.end(), std::int64_t{0},
                                        [](std::int64_t sum, const auto& part) { return sum + part.second; }) ==
                            said.activations);
        }
}

TEST("What recomputing saves of GPT-2's blocks") {
  const Config config{.layers = 12, .heads = 12, .width = 768, .context = 1024, .vocabulary = 50257};
  const auto blocks = [&](const char* recompute) {
    double sum = 0;
    for (const auto& [name, bytes] : required_memory(config, {4, 1024, "adamw", "float32", recompute}).parts)
      if (name != "logits" && name != "gradients" && name != "losses") sum += static_cast<double>(bytes);
    return sum;
  };
  check::expect("the cheap ones are three eighths, but for a block", std::abs(blocks("cheap") / blocks("none") - 0.66),
                0.01);
  check::expect("all of them leave little", blocks("all") < 0.2 * blocks("none"));
}

TEST("What no training could be") {
  const auto refused = [](const char* who, const char* message, const MemoryQuery& query) {
    check::expect_error(who, Code::kInvalidArgument, message, [&] { required_memory(kOdd, query); });
  };
  refused("no sequences", "`batch`", {0, 8, "adamw", "float32", "none"});
  refused("a batch beyond counting", "numbers", {std::int64_t{1} << 52, 8, "adamw", "float32", "none"});
  refused("more than the context", "context", {1, 17, "adamw", "float32", "none"});
  refused("another optimizer", "optimizer", {1, 8, "adam", "float32", "none"});
  refused("another dtype", "`dtype`", {1, 8, "adamw", "float16", "none"});
  refused("another part", "`recompute`", {1, 8, "adamw", "float32", "some"});
  refused("more products than sequences", "`products`", {1, 8, "adamw", "float32", "none", 2});
}
