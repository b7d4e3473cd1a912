#include "checkpoint.h"
#include <algorithm>
#include <cmath>
#include "../core/field_json.h"
#include "safetensors.h"

namespace sophia {

namespace {

constexpr const char* kStateVersion = "2";  // 1, which nobody wrote down: every slot has its tensor's shape

std::vector<std::uint64_t> shape_of(const Parameter& p) { return {p.shape.begin(), p.shape.end()}; }

// What a file holds of a state: its tensor's shape where it is as large, and else a list.
std::string name_of(const StateSize& size, const Parameters& parameters) {
  return "optimizer." + size.slot + "." + parameters.table[static_cast<std::size_t>(size.tensor)].name;
}
std::vector<std::uint64_t> shape_of(const StateSize& size, const Parameters& parameters) {
  const Parameter& p = parameters.table[static_cast<std::size_t>(size.tensor)];
  return size.count == p.count ? shape_of(p) : std::vector{static_cast<std::uint64_t>(size.count)};
}

void save(const std::string& path, Run& run, bool with_slots, Metadata metadata) {
  metadata["format"] = "sophia";
  metadata["config"] = to_json<Config>(run.config(), kConfigFields).dump();
  std::vector<TensorSource> tensors;
  for (const auto& p : run.parameters().table) {
    const auto read = [&run, &p](void* to) {
      run.read(ArenaName::kParameters, p.offset, {static_cast<float*>(to), static_cast<std::size_t>(p.count)});
    };
    tensors.push_back({p.name, Dtype::kF32, shape_of(p), nullptr, read});
  }
  const auto state = with_slots ? run.state() : std::vector<StateSize>{};
  for (std::size_t entry = 0; entry < state.size(); ++entry) {
    const auto read = [&run, entry, count = static_cast<std::size_t>(state[entry].count)](void* to) {
      run.read_state(entry, {static_cast<float*>(to), count});
    };
    tensors.push_back({name_of(state[entry], run.parameters()), Dtype::kF32, shape_of(state[entry], run.parameters()),
                       nullptr, read});
  }
  write_safetensors(path, tensors, metadata);
}

using Sizes = std::vector<std::uint64_t>;

const Safetensors::Tensor& fitting(const Safetensors& file, const std::string& name, const Sizes& shape) {
  const auto* tensor = file.find(name);
  require(tensor != nullptr, "Expected a checkpoint of this model, but ", file.path(), " has no tensor ", name);
  const auto print = [](const Sizes& shape) {
    std::string sizes;
    for (const auto n : shape) sizes += text(sizes.empty() ? "" : "×", n);
    return sizes;
  };
  require(tensor->shape == shape, "Expected a checkpoint of this model: ", name, " is ", print(shape), " here and ",
          print(tensor->shape), " in ", file.path());
  return *tensor;
}

// The tensor of that name and shape, every number of it checked.
void read_tensor(const Safetensors& file, const std::string& name, const Sizes& shape, std::span<float> to) {
  file.read(fitting(file, name, shape), to);
  for (const float x : to)
    if (!std::isfinite(x))
      fail(Code::kFormat, text("Expected finite numbers, but ", name, " in ", file.path(), " holds ", x));
}

std::vector<float> read_parameters(const Safetensors& file, const Parameters& parameters) {
  std::vector<float> arena(static_cast<std::size_t>(parameters.size));
  for (const auto& p : parameters.table)
    read_tensor(file, p.name, shape_of(p), {arena.data() + p.offset, static_cast<std::size_t>(p.count)});
  return arena;
}

const std::string& metadata(const Safetensors& file, const std::string& name) {
  const auto entry = file.metadata().find(name);
  require(entry != file.metadata().end(), "Expected the checkpoint of a training run, but ", file.path(), " has no ",
          name);
  return entry->second;
}

}  // namespace

void save_parameters(const std::string& path, Run& run) { save(path, run, false, {}); }

void load_parameters(const std::string& path, Run& run) {
  run.write(ArenaName::kParameters, 0, read_parameters(Safetensors(path), run.parameters()));
}

void save_checkpoint(const std::string& path, Run& run, const TrainingState& state) {
  save(path, run, true,
       {{"optimizer", state.optimizer},
        {"state", kStateVersion},
        {"isa", state.progress.isa},
        {"training", state.training},
        {"progress", to_json<Progress>(state.progress, kProgressFields).dump()}});
}

SavedTraining::SavedTraining(const std::string& path, const Run& run, const OptimizerChoice& optimizer,
                             std::uint64_t seed) {
  const Safetensors file(path);
  require(metadata(file, "optimizer") == optimizer.name, "Expected a checkpoint of ", optimizer.name, ", got one of ",
          metadata(file, "optimizer"), " in ", path);
  require(metadata(file, "config") == to_json<Config>(run.config(), kConfigFields).dump(),
          "Expected a checkpoint of this model, got one of ", metadata(file, "config"), " in ", path);
  from_json<Progress>(Json::parse(metadata(file, "progress")), kProgressFields, progress_);
  require(progress_.seed == seed, "Expected the checkpoint's seed ", progress_.seed, " to be the run's, got ", seed);
  if (const auto version = file.metadata().find("state"); version != file.metadata().end())
    require(version->second == kStateVersion, "Expected a state of version ", kStateVersion, ", got one of version ",
            version->second, " in ", path);
  parameters_ = read_parameters(file, run.parameters());
  for (const auto& size : state_sizes(attachment(optimizer, run.parameters()))) {
    auto& numbers = state_.emplace_back(static_cast<std::size_t>(size.count));
    read_tensor(file, name_of(size, run.parameters()), shape_of(size, run.parameters()), numbers);
  }
}

void SavedTraining::restore(Run& run) const {
  run.write(ArenaName::kParameters, 0, parameters_);
  for (std::size_t entry = 0; entry < state_.size(); ++entry) run.write_state(entry, state_[entry]);
}

}  // namespace sophia
