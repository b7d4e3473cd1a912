#include "model.h"
#include <algorithm>
#include <cmath>
#include "checkpoint.h"

namespace sophia {

Model::Model(const ModelOptions& options) : config_(options) {
  const bool cuda = options.device == "cuda";
  require(cuda || options.device == "cpu", "Expected `device` to be cpu or cuda, got ", options.device);
  require(options.threads >= 0, "Expected `threads` to be 0 or more, got ", options.threads);
  run_ = cuda ? make_cuda_run(config_, options) : make_cpu_run(config_, options);
  parameters_ = run_->parameters();
}

void Model::dispose() {
  turn_.look([&] {
    if (run_) run_->cancelled = true;
  });
  turn_.end();
}

std::int64_t Model::bytes() {
  return turn_.look([&] { return run_ ? parameters_.size * static_cast<std::int64_t>(sizeof(float)) : 0; });
}

void Model::initialize(std::uint64_t seed) { Hold(*this).run()->initialize(seed); }

void Model::load(const std::string& path) {
  const Hold hold(*this);
  load_parameters(path, *hold.run());
}

void Model::save(const std::string& path) {
  const Hold hold(*this);
  save_parameters(path, *hold.run());
}

const Parameter& Model::find(const std::string& name) const {
  const auto found = std::find_if(parameters_.table.begin(), parameters_.table.end(),
                                  [&](const Parameter& p) { return p.name == name; });
  require(found != parameters_.table.end(), "Expected the name of a parameter, got ", name);
  return *found;
}

std::vector<float> Model::read(const std::string& name) {
  const Hold hold(*this, Hold::kShort);
  const Parameter& p = find(name);
  std::vector<float> values(static_cast<std::size_t>(p.count));
  hold.run()->read(ArenaName::kParameters, p.offset, values);
  return values;
}

void Model::write(const std::string& name, std::span<const float> values) {
  const Hold hold(*this, Hold::kShort);
  const Parameter& p = find(name);
  require(static_cast<std::int64_t>(values.size()) == p.count, "Expected ", p.count, " values for ", name, ", got ",
          values.size());
  require(std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); }),
          "Expected finite values for ", name);
  hold.run()->write(ArenaName::kParameters, p.offset, values);
}

Loss Model::evaluate(const std::string& shard, const Evaluation& how) {
  const Hold hold(*this);
  return sophia::evaluate(*hold.run(), Tokens(shard, config_.vocabulary, shard_format(how.format)), how);
}

Examples Model::draw_examples(const std::string& shard, const ExampleChoice& choice) {
  const Hold hold(*this);
  return sophia::draw_examples(Tokens(shard, config_.vocabulary, shard_format(choice.format)), choice);
}

Derivative Model::gradient(const Examples& examples) {
  const Hold hold(*this);
  return sophia::gradient(*hold.run(), examples);
}

Derivative Model::hessian_vector_product(const Examples& examples, const std::vector<float>& direction) {
  const Hold hold(*this);
  return multiply(*hold.run(), examples, direction, Curvature::kHessian);
}

Derivative Model::gauss_newton_vector_product(const Examples& examples, const std::vector<float>& direction) {
  const Hold hold(*this);
  return multiply(*hold.run(), examples, direction, Curvature::kGaussNewton);
}

Diagonal Model::hessian_diagonal(const Examples& examples, const DiagonalChoice& choice) {
  const Hold hold(*this);
  return estimate_diagonal(*hold.run(), examples, choice);
}

std::vector<float> Model::draw_probe(const std::string& distribution, std::uint64_t seed, std::uint64_t step) {
  const Hold hold(*this);
  const auto kind = distribution == "gaussian" ? Distribution::kGaussian : Distribution::kRademacher;
  hold.run()->draw_direction({.seed = seed, .step = static_cast<std::uint32_t>(step)}, {.distribution = kind});
  return dense(*hold.run(), ArenaName::kDirection);
}

void Model::release_curvature() { Hold(*this, Hold::kShort).run()->release_curvature(); }

Memory Model::memory() { return Hold(*this, Hold::kShort).run()->memory(); }

std::vector<std::int32_t> Model::generate(const std::vector<std::int32_t>& prompt, const Generation& how) {
  const Hold hold(*this);
  return sophia::generate(*hold.run(), prompt, how);
}

}  // namespace sophia
