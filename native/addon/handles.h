// What JavaScript holds of a device: the device, its memory, points of its work, and optimizers attached to tensors.
// Plain C++; bind.h makes the JavaScript classes of them.
#pragma once
#include <mutex>
#include <span>
#include "../device/device.h"

namespace sophia::addon {

// A native object that JavaScript may dispose of while a call of another thread is under way: that goes on with it.
template <class T>
class Held {
 public:
  Held(const char* noun, std::shared_ptr<T> object) : noun_(noun), object_(std::move(object)) {}
  std::shared_ptr<T> get() const {
    std::lock_guard lock(mutex_);
    if (!object_) fail(Code::kDisposed, text("The ", noun_, " was disposed"));
    return object_;
  }
  bool holds() const {
    std::lock_guard lock(mutex_);
    return object_ != nullptr;
  }
  void drop() {
    std::shared_ptr<T> last;  // freed outside of the lock
    std::lock_guard lock(mutex_);
    last.swap(object_);
  }

 private:
  const char* noun_;
  mutable std::mutex mutex_;
  std::shared_ptr<T> object_;
};

// Bytes of a typed array, for the time of the call.
struct HostBytes {
  std::byte* data;
  std::size_t size;
  Dtype dtype;
};
// Tensors of floats, wherever they lie.
struct Scattered {
  std::vector<Tensor> tensors;

  // Those that lie in a device's memory, of which only that is known: at these offsets, of so many numbers, which are
  // floats or, where the third is not 0, Bf16.
  std::vector<Tensor> at(const std::vector<double>& extents) {
    require(extents.size() == 3 * tensors.size(), "Expected an offset, a count and a type for each tensor");
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if (tensors[i].count >= 0) continue;
      tensors[i].offset = static_cast<std::int64_t>(extents[3 * i]);
      tensors[i].count = static_cast<std::int64_t>(extents[3 * i + 1]);
      if (extents[3 * i + 2] != 0) tensors[i].dtype = Dtype::kBf16;
    }
    return std::move(tensors);
  }
};
// What keeps memory alive for an ArrayBuffer over it: until that is collected, or loses the memory.
struct Lease {
  std::shared_ptr<DeviceMemory> memory;
};

// In the device's memory, or of a stream.
struct Address {
  void* value;
};

class DeviceHandle {
  // f(device), which nobody else uses meanwhile; the tensors must lie on it.
  template <class F, class... Tensors>
  auto with(F f, const Tensors&... tensors) {
    const auto device = get();
    (expect_tensor(*device, "tensor", tensors, tensors.dtype, tensors.count), ...);
    const Device::Hold hold(*device);
    return f(*device);
  }

 public:
  explicit DeviceHandle(const DeviceChoice& choice) : device_("device", make_device(choice)) {}
  std::shared_ptr<Device> get() const { return device_.get(); }

  struct Facts {
    std::string name, isa;
    int threads;
    Address stream;
  };
  Facts facts() {
    const auto device = get();
    return {device->name(), device->isa(), device->threads(), {device->stream()}};
  }
  DeviceUse use() { return get()->use(); }
  void synchronize() {
    with([](Device& d) { d.synchronize(); });
  }

  void upload(const Tensor& to, const HostBytes& from) {
    expect_bytes(to, from);
    with([&](Device& d) { d.upload(to, from.data); }, to);
  }
  void download(const Tensor& from, const HostBytes& to) {
    expect_bytes(from, to);
    with([&](Device& d) { d.download(from, to.data); }, from);
  }
  void copy(const Tensor& from, const Tensor& to) {
    require(from.dtype == to.dtype && from.count == to.count, "Expected tensors of one type and size to copy");
    with([&](Device& d) { d.copy(from, to); }, from, to);
  }
  void fill(const Tensor& to, const HostBytes& value) {
    require(value.size == bytes(to.dtype), "Expected one element to fill with, got ", value.size, " bytes");
    with([&](Device& d) { d.fill(to, value.data); }, to);
  }
  void sample_labels(const LabelDraw& draw) {
    with([&](Device& d) { d.sample_labels(draw); });
  }
  void draw_probe(const ProbeDraw& probe) {
    with([&](Device& d) { d.draw_probe(probe); });
  }
  HessianTotals update_hessian(const HessianRefresh& refresh) {
    return with([&](Device& d) { return d.update_hessian(refresh); });
  }

  void run(const LayerCall& call) {
    with([&](Device& d) { d.run(call); });
  }

  void dispose() { device_.drop(); }

 private:
  static void expect_bytes(const Tensor& tensor, const HostBytes& host) {
    require(static_cast<std::int64_t>(host.size) == tensor.bytes(), "Expected an array of ", tensor.bytes(),
            " bytes, got ", host.size);
  }

  Held<Device> device_;
};

class MemoryHandle {
 public:
  explicit MemoryHandle(std::shared_ptr<DeviceMemory> memory) : memory_("tensor", std::move(memory)) {}
  std::shared_ptr<DeviceMemory> get() const { return memory_.get(); }

  std::int64_t bytes() const { return memory_.holds() && get()->owned() ? get()->size() : 0; }
  Address address() { return {get()->data()}; }
  std::shared_ptr<Lease> buffer() {
    const auto memory = get();
    require(memory->device()->host_is_device(), "Expected a tensor on the CPU, got one on ", memory->device()->name());
    return lease_ = std::make_shared<Lease>(memory);
  }
  // Nobody sees the memory through the ArrayBuffer any more.
  void end_lease() {
    if (lease_) lease_->memory.reset();
  }
  void dispose() { memory_.drop(); }

 private:
  Held<DeviceMemory> memory_;
  std::shared_ptr<Lease> lease_;
};

class EventHandle {
 public:
  explicit EventHandle(const std::shared_ptr<Device>& device) : event_("event", record(*device)) {}
  std::shared_ptr<Event> get() const { return event_.get(); }

  bool passed() { return get()->passed(); }
  void wait() { get()->wait(); }
  double milliseconds_since(const std::shared_ptr<Event>& earlier) { return get()->milliseconds_since(*earlier); }
  void wait_on(const std::shared_ptr<Device>& device) {
    const Device::Hold hold(*device);
    device->wait(*get());
  }
  void dispose() { event_.drop(); }

 private:
  static std::shared_ptr<Event> record(Device& device) {
    const Device::Hold hold(device);
    return device.record();
  }
  Held<Event> event_;
};

class OptimizerHandle {
 public:
  OptimizerHandle(std::shared_ptr<Device> device, const OptimizerPlan& plan)
      : device_(std::move(device)), state_("optimizer's state", attach(*device_, plan)) {}

  std::int64_t bytes() const { return state_.holds() ? state_.get()->bytes() : 0; }
  void place(Scattered tensors, const std::vector<double>& extents) { held()->place(tensors.at(extents)); }
  void place_gradients(Scattered tensors, const std::vector<double>& extents) {
    held()->place_gradients(tensors.at(extents));
  }
  void set_rates(int set, double learning_rate, double weight_decay) {
    held()->set_rates(set, learning_rate, weight_decay);
  }
  StepResult step(double factor, double scale, double clip, bool checked) {
    return held()->step({factor, scale, clip, checked});
  }
  RefreshResult update_hessian(double tokens, double scale, double clip, bool squared) {
    return held()->update_hessian({tokens, scale, clip, squared});
  }
  // The same on a thread of their own.
  StepResult step_apart(double factor, double scale, double clip, bool checked) {
    return booked()->step({factor, scale, clip, checked});
  }
  RefreshResult update_hessian_apart(double tokens, double scale, double clip, bool squared) {
    return booked()->update_hessian({tokens, scale, clip, squared});
  }
  std::vector<StateSize> state() { return held()->state(); }
  double state_bytes() { return static_cast<double>(held()->bytes()); }
  double workspace() { return static_cast<double>(held()->workspace()); }
  void read(std::int64_t entry, const HostBytes& to) {
    const Use state = held();
    state->read(expect(*state.state, entry, to), reinterpret_cast<float*>(to.data));
  }
  void write(std::int64_t entry, const HostBytes& from) {
    const Use state = held();
    state->write(expect(*state.state, entry, from), reinterpret_cast<const float*>(from.data));
  }
  OptimizerState::Counters counters() { return held()->counters; }
  void set_counters(std::int64_t steps, double tokens, double scale) {
    held()->counters = {.steps = steps, .tokens = tokens, .scale = scale};
  }
  // The call that is about to start has the state, whoever disposes of it meanwhile.
  void reserve() {
    auto state = state_.get();
    device_->reserve();
    booked_ = std::move(state);
  }
  void free_reservation() {
    booked_.reset();
    device_->free_reservation();
  }
  void dispose() { state_.drop(); }

 private:
  // The state, and the device as long as the call lasts.
  struct Use {
    Device::Hold hold;
    std::shared_ptr<OptimizerState> state;
    OptimizerState* operator->() const { return state.get(); }
  };
  Use held() { return {Device::Hold(*device_), state_.get()}; }
  Use booked() { return {Device::Hold(*device_, Device::Hold::kLong), std::move(booked_)}; }
  static std::size_t expect(const OptimizerState& state, std::int64_t entry, const HostBytes& host) {
    const auto& entries = state.state();
    require(entry >= 0 && entry < std::ssize(entries), "Expected an entry from 0 to ", entries.size(), ", got ", entry);
    const auto size = entries[static_cast<std::size_t>(entry)].count * static_cast<std::int64_t>(sizeof(float));
    require(static_cast<std::int64_t>(host.size) == size, "Expected an array of ", size, " bytes, got ", host.size);
    return static_cast<std::size_t>(entry);
  }
  static std::shared_ptr<OptimizerState> attach(Device& device, const OptimizerPlan& plan) {
    const Device::Hold hold(device);
    return device.attach(plan);
  }

  std::shared_ptr<Device> device_;
  Held<OptimizerState> state_;
  std::shared_ptr<OptimizerState> booked_;
};

}  // namespace sophia::addon
