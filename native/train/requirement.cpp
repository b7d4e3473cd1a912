#include "requirement.h"
#include "../model/plan.h"

namespace sophia {

namespace {

constexpr std::int64_t kFloat = sizeof(float);

void check(const Config& config, const MemoryQuery& query) {
  sophia::check(config);
  require(query.batch > 0 && query.products >= 0 && query.products <= query.batch,
          "Expected `batch` to be positive and `products` to be at most that, got ", query.batch, " and ",
          query.products);
  require(query.length > 0 && query.length <= config.context, "Expected `length` to be in 1 to ", config.context,
          " (the model's context), got ", query.length);
  constexpr double kMostNumbers = 0x1p58;
  const double each = 64.0 * config.layers * config.width + config.vocabulary;  // numbers of a row, at most
  const double numbers = static_cast<double>(query.batch) * static_cast<double>(query.length) * each;
  require(numbers < kMostNumbers, "Expected activations of less than ", kMostNumbers, " numbers, got ", numbers);
}

}  // namespace

Requirement required_memory(const Config& config, const MemoryQuery& query) {
  check(config, query);
  const bool lower = query.dtype == "bfloat16";
  require(lower || query.dtype == "float32", "Expected `dtype` to be float32 or bfloat16, got ", query.dtype);
  const Keep keep = kept(query.recompute);
  const Plan plan = lower ? make_plan<Bf16>(config, query.batch, query.length, keep)
                          : make_plan<float>(config, query.batch, query.length, keep);
  const std::int64_t floats = list_parameters(config).size * kFloat;
  Requirement found;
  found.memory = {
      .parameters = lower ? floats + floats / 2 : floats, .gradient = floats, .activations = plan.size * kFloat};
  const auto to = attachment({query.optimizer, query.hyper, true, query.others, query.routes}, list_parameters(config));
  for (const auto& size : state_sizes(to)) {
    found.state[size.slot] += size.count * kFloat;
    found.memory.optimizer += size.count * kFloat;
  }
  found.memory.workspace = workspace_bytes(to);
  if (query.products > 0) {  // a direction, the product and tangents; in bf16 the values in float as well
    const auto in_float = lower ? 2 * make_plan<float>(config, query.products, query.length, keep).size : plan.size;
    found.memory.curvature = 2 * floats + in_float * kFloat;
  }
  for (int c = 0; c < static_cast<int>(Content::kContents); ++c)
    found.parts.emplace_back(kContentNames[c], plan.contents[c] * kFloat);
  return found;
}

}  // namespace sophia
