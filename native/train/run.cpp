#include "run.h"
#include <map>
#include "../cpu/isa.h"
#include "../cpu/pool.h"
#include "../cuda/probe.h"

namespace sophia {

Attachment attachment(const OptimizerChoice& choice, const Parameters& parameters) {
  const auto& table = parameters.table;
  require(choice.routes.empty() || choice.routes.size() == table.size(), "Expected a route for each of ", table.size(),
          " parameters, got ", choice.routes.size());
  Attachment to{.sets = {{choice.name, choice.hyper}}, .spans = {}, .divisions = {}, .size = parameters.size};
  for (const auto& rule : choice.others) to.sets.push_back(rule);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Parameter& p = table[i];
    const Route route = choice.routes.empty() ? Route{} : choice.routes[i];
    require(route.rule >= 0 && route.rule < std::ssize(to.sets), "Expected a rule from 0 to ", to.sets.size() - 1,
            ", got ", route.rule);
    to.spans.push_back({.offset = p.offset,
                        .count = p.count,
                        .decay = p.kind == Kind::kMatrix || (p.kind == Kind::kEmbedding && choice.decay_embeddings),
                        .set = route.rule});
    const std::int64_t rows = p.shape.size() > 1 ? p.shape.front() : 1;
    to.divisions.push_back({.rows = rows,
                            .columns = p.count / rows,
                            .parts = route.parts,
                            .out_last = true,
                            .block = route.block,
                            .widths = route.widths});
    to.spans.back().decay |= choice.decay_all;
  }
  return to;
}

#define SOPHIA_ENTRY(set) extern "C" Run* sophia_make_run_##set(const Config&, const Placement&)
SOPHIA_ENTRY(baseline);
SOPHIA_ENTRY(avx2);
SOPHIA_ENTRY(avx512);
SOPHIA_ENTRY(cuda);
#undef SOPHIA_ENTRY

namespace {

using MakeRun = Run* (*)(const Config&, const Placement&);

// The build says which sets it has.
const std::map<std::string, MakeRun> kRunMakers = {
#if defined(SOPHIA_HAVE_AVX512)
    {Avx512::kNameWithBf16, sophia_make_run_avx512},
    {Avx512::kName, sophia_make_run_avx512},
#endif
#if defined(SOPHIA_HAVE_AVX2)
    {Avx2::kName, sophia_make_run_avx2},
#endif
#if defined(SOPHIA_HAVE_BASELINE)
    {Baseline::kName, sophia_make_run_baseline},
#endif
};

void expect_known_dtype(const Placement& placement) {
  require(placement.dtype == "float32" || placement.dtype == "bfloat16",
          "Expected `dtype` to be float32 or bfloat16, got ", placement.dtype);
}

}  // namespace

std::unique_ptr<Run> make_cpu_run(const Config& config, const Placement& placement) {
  check(config);
  expect_known_dtype(placement);
  Placement settled = placement;
  settled.isa = choose_isa(placement.isa);
  if (settled.threads <= 0) settled.threads = default_threads();
  return std::unique_ptr<Run>(kRunMakers.at(settled.isa)(config, settled));
}

std::unique_ptr<Run> make_cuda_run(const Config& config, const Placement& placement) {
  check(config);
  expect_known_dtype(placement);
  expect_gpu(placement.gpu);
#if defined(SOPHIA_HAVE_CUDA)
  return std::unique_ptr<Run>(sophia_make_run_cuda(config, placement));
#else
  return nullptr;  // expect_gpu() has said that there is none
#endif
}

}  // namespace sophia
