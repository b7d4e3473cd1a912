// Every layer called by name on tensors of a device, each in memory of its own that no pass may leave.
#pragma once
#include <cmath>
#include <random>
#include <set>
#include "../../../native/device/device.h"
#include "../check.h"

namespace calls {

using namespace sophia;
using Numbers = std::vector<float>;
using Tensors = std::map<std::string, Numbers>;
using Sizes = std::map<std::string, std::int64_t>;

struct Case {
  std::string layer;
  std::map<std::string, double> numbers;
  Sizes inputs;   // floats that forward reads; of each but the residual's x there is a gradient
  Sizes outputs;  // of forward
  std::string y;  // the output that dy belongs to
  std::map<std::string, std::vector<std::int32_t>> indices = {};
  std::set<std::string> again = {};   // what backward reads of all these
  std::set<std::string> halves = {};  // what may be bf16, with the gradients of activations
};

inline std::vector<Case> cases() {
  const std::map<std::string, double> drop{{"dropout", 0.25}, {"seed", 7}, {"step", 3}, {"micro", 2}, {"site", 5}};
  const auto with = [&](std::map<std::string, double> numbers) {
    numbers.insert(drop.begin(), drop.end());
    return numbers;
  };
  const std::vector<std::int32_t> tokens{3, 0, 1, 3, 3, 2};
  const std::map<std::string, double> rows{{"batch", 2}, {"time", 3}, {"channels", 10}, {"vocabulary", 4}};
  auto placed = with(rows), unplaced = with(rows);
  placed["positions"] = 5;
  unplaced["positions"] = 0;
  return {
      {.layer = "embedding",
       .numbers = placed,
       .inputs = {{"wte", 40}, {"wpe", 50}},
       .outputs = {{"y", 60}},
       .y = "y",
       .indices = {{"tokens", tokens}},
       .again = {"tokens"},
       .halves = {"wte", "wpe", "y", "dy"}},
      {.layer = "embedding",
       .numbers = unplaced,
       .inputs = {{"wte", 40}},
       .outputs = {{"y", 60}},
       .y = "y",
       .indices = {{"tokens", tokens}},
       .again = {"tokens"},
       .halves = {"wte", "y", "dy"}},
      {.layer = "layernorm",
       .numbers = {{"rows", 5}, {"channels", 19}},
       .inputs = {{"x", 95}, {"gain", 19}, {"bias", 19}},
       .outputs = {{"y", 95}, {"mean", 5}, {"rstd", 5}},
       .y = "y",
       .again = {"x", "gain", "bias", "mean", "rstd"},
       .halves = {"x", "gain", "bias", "y", "dy", "dx"}},
      {.layer = "linear",
       .numbers = {{"rows", 7}, {"in", 6}, {"out", 9}},
       .inputs = {{"x", 42}, {"weight", 54}, {"bias", 9}},
       .outputs = {{"y", 63}},
       .y = "y",
       .again = {"x", "weight", "bias"},
       .halves = {"x", "weight", "bias", "y", "dy", "dx"}},
      {.layer = "attention",
       .numbers = with({{"batch", 2}, {"time", 11}, {"heads", 2}, {"channels", 8}, {"scale", 0.5}}),
       .inputs = {{"qkv", 528}},
       .outputs = {{"y", 176}, {"lse", 44}},
       .y = "y",
       .again = {"qkv", "y", "lse"},
       .halves = {"qkv", "y", "dy", "dqkv"}},
      {.layer = "gelu",
       .numbers = {{"count", 37}, {"erf", 0}},
       .inputs = {{"x", 37}},
       .outputs = {{"y", 37}},
       .y = "y",
       .again = {"x"},
       .halves = {"x", "y", "dy", "dx"}},
      {.layer = "gelu",
       .numbers = {{"count", 37}, {"erf", 1}},
       .inputs = {{"x", 37}},
       .outputs = {{"y", 37}},
       .y = "y",
       .again = {"x"},
       .halves = {"x", "y", "dy", "dx"}},
      {.layer = "residual",
       .numbers = with({{"count", 37}}),
       .inputs = {{"x", 37}, {"branch", 37}},
       .outputs = {{"y", 37}},
       .y = "y",
       .halves = {"x", "branch", "y", "dy", "dbranch"}},
      {.layer = "crossentropy",
       .numbers = {{"rows", 4}, {"vocabulary", 13}},
       .inputs = {{"logits", 52}},
       .outputs = {{"losses", 4}, {"peak", 4}, {"lse", 4}},
       .y = "losses",
       .indices = {{"targets", {12, 0, -1, 5}}},
       .again = {"logits", "targets", "peak", "lse"},
       .halves = {"dlogits"}},
  };
}

// What the tensors hold.
enum class As { kFloat, kDual, kBf16 };

inline float rounded(float x) { return as_float(as_bf16(x)); }

// One call after the other: the tensors of a layer, by name.
class Bench {
 public:
  Bench(std::shared_ptr<Device> device, const Case& of, As as, int shift = 1)
      : device_(std::move(device)), case_(of), as_(as), shift_(shift) {}

  // Draws them: the same numbers on every device.
  void draw() {
    for (const auto& [name, size] : case_.inputs) put(name, random(size), random(size));
    for (const auto& [name, size] : case_.outputs) put(name, Numbers(at(size)), Numbers(at(size)));
    for (const auto& [name, list] : case_.indices) indices(name, list);
    const auto size = case_.outputs.at(case_.y);
    put("d" + case_.y, random(size), random(size));
    for (const auto& [name, count] : case_.inputs)
      if (case_.layer != "residual" || name != "x") put("d" + name, Numbers(at(count)), Numbers(at(count)));
  }
  void put(const std::string& name, const Numbers& value, const Numbers& tangent) {
    tensors_[name] = {.value = make(name, value), .tangent = as_ == As::kDual ? make(name, tangent) : Tensor{}};
  }
  void indices(const std::string& name, const std::vector<std::int32_t>& list) {
    const auto count = static_cast<std::int64_t>(list.size());
    const auto memory =
        std::make_shared<DeviceMemory>(device_, count * static_cast<std::int64_t>(sizeof(std::int32_t)));
    tensors_[name] = {.value = {memory, 0, count, Dtype::kI32}, .tangent = {}};
    device_->upload(tensors_[name].value, list.data());
  }

  LayerCall call(bool backward) const {
    LayerCall call{.layer = case_.layer, .backward = backward, .tensors = {}, .numbers = case_.numbers};
    const auto add = [&](const std::string& name) { call.tensors[name] = tensors_.at(name); };
    for (const auto& [name, tensor] : tensors_) {
      const bool gradient = name[0] == 'd';
      if (gradient == backward || case_.again.count(name) > 0) add(name);
    }
    return call;
  }
  void run() {
    device_->run(call(false));
    device_->run(call(true));
  }

  Numbers value(const std::string& name) const { return read(tensors_.at(name).value); }
  Numbers tangent(const std::string& name) const { return read(tensors_.at(name).tangent); }
  // All that was written, by name.
  Tensors written() const {
    Tensors all;
    for (const auto& [name, tensor] : tensors_) {
      if (tensor.value.dtype == Dtype::kI32 || case_.inputs.count(name) > 0) continue;
      all[name] = value(name);
      if (as_ == As::kDual) all[name + ".tangent"] = tangent(name);
    }
    return all;
  }

 private:
  static std::size_t at(std::int64_t size) { return static_cast<std::size_t>(size); }
  bool half(const std::string& name) const { return as_ == As::kBf16 && case_.halves.count(name) > 0; }
  Numbers random(std::int64_t size) {
    Numbers numbers(at(size));
    for (auto& x : numbers) x = rounded(normal_(engine_));
    return numbers;
  }
  Tensor make(const std::string& name, const Numbers& from) const {
    const auto dtype = half(name) ? Dtype::kBf16 : Dtype::kF32;
    const auto count = static_cast<std::int64_t>(from.size()), each = static_cast<std::int64_t>(bytes(dtype));
    const Tensor tensor{std::make_shared<DeviceMemory>(device_, (count + shift_) * each), shift_ * each, count, dtype};
    if (dtype == Dtype::kF32) device_->upload(tensor, from.data());
    else {
      std::vector<Bf16> halves;
      for (const float x : from) halves.push_back(as_bf16(x));
      device_->upload(tensor, halves.data());
    }
    return tensor;
  }
  Numbers read(const Tensor& from) const {
    Numbers numbers(at(from.count));
    if (from.dtype == Dtype::kF32) device_->download(from, numbers.data());
    else {
      std::vector<Bf16> halves(at(from.count));
      device_->download(from, halves.data());
      std::transform(halves.begin(), halves.end(), numbers.begin(), [](Bf16 x) { return as_float(x); });
    }
    return numbers;
  }

  std::shared_ptr<Device> device_;
  const Case& case_;
  As as_;
  int shift_;
  std::mt19937 engine_{42};
  std::normal_distribution<float> normal_;
  std::map<std::string, LayerTensor> tensors_;
};

inline Tensors follow(const std::shared_ptr<Device>& device, const Case& of, As as, int shift = 1) {
  Bench bench(device, of, as, shift);
  bench.draw();
  bench.run();
  return bench.written();
}

inline double dot(const Numbers& a, const Numbers& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}
// ‖got − want‖ / ‖want‖
inline double error(const Numbers& got, const Numbers& want) {
  Numbers difference = want;
  for (std::size_t i = 0; i < want.size(); ++i) difference[i] -= got.at(i);
  return std::sqrt(dot(difference, difference) / std::max(dot(want, want), 1e-30));
}

inline constexpr double kHalfTolerance = 4e-3;  // of bf16, whose numbers have 8 bits

inline void expect_close(const std::string& who, const Tensors& got, const Tensors& want, double tolerance) {
  check::expect(who + ": as many tensors", got.size() == want.size());
  for (const auto& [name, numbers] : want)
    check::expect(text(who, ": ", name), error(got.at(name), numbers), tolerance);
}

}  // namespace calls
