#include "checkpoint.h"
#include <algorithm>
#include <cmath>
#include "../core/field_json.h"
#include "../optimizers/registry.h"
#include "safetensors.h"

namespace sophia {

namespace {

// One arena of the run under the prefix its tensors have in the file.
struct Section {
  std::string prefix;
  ArenaName arena;
};

std::string slot_prefix(const std::string& slot) { return "optimizer." + slot + "."; }

std::vector<Section> sections(Run& run, bool with_slots) {
  std::vector<Section> all{{"", ArenaName::kParameters}};
  if (with_slots)
    for (const auto& name : run.slots())
      all.push_back({slot_prefix(name), {ArenaName::kSlot, static_cast<int>(all.size()) - 1}});
  return all;
}

std::vector<std::uint64_t> shape_of(const Parameter& p) { return {p.shape.begin(), p.shape.end()}; }

void save(const std::string& path, Run& run, bool with_slots, Metadata metadata) {
  metadata["format"] = "sophia";
  metadata["config"] = to_json<Config>(run.config(), kConfigFields).dump();
  std::vector<TensorSource> tensors;
  for (const auto& section : sections(run, with_slots))
    for (const auto& p : run.parameters().table) {
      const auto read = [&run, &p, arena = section.arena](void* to) {
        run.read(arena, p.offset, {static_cast<float*>(to), static_cast<std::size_t>(p.count)});
      };
      tensors.push_back({section.prefix + p.name, Dtype::kF32, shape_of(p), nullptr, read});
    }
  write_safetensors(path, tensors, metadata);
}

const Safetensors::Tensor& fitting(const Safetensors& file, const std::string& name, const Parameter& p) {
  const auto* tensor = file.find(name);
  require(tensor != nullptr, "Expected a checkpoint of this model, but ", file.path(), " has no tensor ", name);
  const auto print = [](const std::vector<std::uint64_t>& shape) {
    std::string sizes;
    for (const auto n : shape) sizes += text(sizes.empty() ? "" : "×", n);
    return sizes;
  };
  require(tensor->shape == shape_of(p), "Expected a checkpoint of this model: ", name, " is ", print(shape_of(p)),
          " here and ", print(tensor->shape), " in ", file.path());
  return *tensor;
}

// The arena whose tensors have this prefix in the file, every number of it checked.
std::vector<float> read_arena(const Safetensors& file, const std::string& prefix, const Parameters& parameters) {
  std::vector<float> arena(static_cast<std::size_t>(parameters.size));
  for (const auto& p : parameters.table) {
    const std::span<float> to(arena.data() + p.offset, static_cast<std::size_t>(p.count));
    file.read(fitting(file, prefix + p.name, p), to);
    for (const float x : to)
      if (!std::isfinite(x))
        fail(Code::kFormat, text("Expected finite numbers, but ", prefix, p.name, " in ", file.path(), " holds ", x));
  }
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
  run.write(ArenaName::kParameters, 0, read_arena(Safetensors(path), "", run.parameters()));
}

void save_checkpoint(const std::string& path, Run& run, const TrainingState& state) {
  save(path, run, true,
       {{"optimizer", state.optimizer},
        {"isa", state.progress.isa},
        {"training", state.training},
        {"progress", to_json<Progress>(state.progress, kProgressFields).dump()}});
}

SavedTraining::SavedTraining(const std::string& path, const Run& run, const std::string& optimizer,
                             std::uint64_t seed) {
  const Safetensors file(path);
  require(metadata(file, "optimizer") == optimizer, "Expected a checkpoint of ", optimizer, ", got one of ",
          metadata(file, "optimizer"), " in ", path);
  require(metadata(file, "config") == to_json<Config>(run.config(), kConfigFields).dump(),
          "Expected a checkpoint of this model, got one of ", metadata(file, "config"), " in ", path);
  from_json<Progress>(Json::parse(metadata(file, "progress")), kProgressFields, progress_);
  require(progress_.seed == seed, "Expected the checkpoint's seed ", progress_.seed, " to be the run's, got ", seed);
  arenas_.push_back(read_arena(file, "", run.parameters()));
  for (const auto& slot : slot_names(optimizer))
    arenas_.push_back(read_arena(file, slot_prefix(slot), run.parameters()));
}

void SavedTraining::restore(Run& run) const {
  const auto all = sections(run, true);
  for (std::size_t i = 0; i < all.size(); ++i) run.write(all[i].arena, 0, arenas_[i]);
}

}  // namespace sophia
