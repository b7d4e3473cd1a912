#include "tensors.h"
#include "convert_tensors.h"

namespace sophia::addon {

template <> const char* const Wrapped<DeviceHandle>::kNoun = "Device";
template <> const napi_type_tag Wrapped<DeviceHandle>::kTag = {0x736f70686961, 3};
template <> const char* const Wrapped<MemoryHandle>::kNoun = "Memory";
template <> const napi_type_tag Wrapped<MemoryHandle>::kTag = {0x736f70686961, 4};
template <> const char* const Wrapped<EventHandle>::kNoun = "Event";
template <> const napi_type_tag Wrapped<EventHandle>::kTag = {0x736f70686961, 5};
template <> const char* const Wrapped<OptimizerHandle>::kNoun = "Optimizer";
template <> const napi_type_tag Wrapped<OptimizerHandle>::kTag = {0x736f70686961, 6};

template <> std::shared_ptr<DeviceHandle> Wrapped<DeviceHandle>::create(const Napi::CallbackInfo& info) {
  const auto object = options_object(info[0], "device");
  return std::make_shared<DeviceHandle>(DeviceChoice{.device = field<std::string>(object, "device"),
                                                     .isa = field<std::string>(object, "isa"),
                                                     .threads = field<int>(object, "threads"),
                                                     .gpu = field<int>(object, "gpu"),
                                                     .stream = field<Address>(object, "stream").value});
}
template <> Napi::Function Wrapped<DeviceHandle>::define(Napi::Env env) {
  return DefineClass(env, "Device",
                     {
                         bind<&DeviceHandle::facts>("facts"),
                         bind<&DeviceHandle::use>("use"),
                         bind<&DeviceHandle::synchronize>("synchronize"),
                         bind<&DeviceHandle::upload>("upload"),
                         bind<&DeviceHandle::download>("download"),
                         bind<&DeviceHandle::copy>("copy"),
                         bind<&DeviceHandle::fill>("fill"),
                         bind<&DeviceHandle::sample_labels>("sampleLabels"),
                         bind<&DeviceHandle::draw_probe>("drawProbe"),
                         bind<&DeviceHandle::update_hessian>("updateHessian"),
                         bind<&DeviceHandle::run>("run"),
                         bind<&DeviceHandle::dispose>("dispose"),
                     });
}

// What f() makes in the device's memory; where none is left, the error says how JavaScript returns some.
template <class F>
static auto take(F f) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.code != Code::kOutOfMemory) throw;
    fail(error.code, text(error.what(), ". Return those that are not needed with dispose(), or declare them with ",
                          "`using`; the garbage collector returns none before the event loop turns"));
  }
}

// Of so many bytes; or over a typed array, which the caller keeps alive; or at an address, of so many bytes.
template <> std::shared_ptr<MemoryHandle> Wrapped<MemoryHandle>::create(const Napi::CallbackInfo& info) {
  const auto device = Convert<std::shared_ptr<Device>>::from_js(info[0], "device");
  std::shared_ptr<DeviceMemory> memory;
  if (info[1].IsTypedArray()) {
    require(device->host_is_device(), "Expected a device that uses the host's memory, got ", device->name());
    const auto host = Convert<HostBytes>::from_js(info[1], "array");
    memory = std::make_shared<DeviceMemory>(device, host.data, static_cast<std::int64_t>(host.size));
  } else {
    const auto bytes = Convert<std::int64_t>::from_js(info[1], "bytes");
    if (info[2].IsUndefined()) memory = take([&] { return std::make_shared<DeviceMemory>(device, bytes); });
    else memory = std::make_shared<DeviceMemory>(device, Convert<Address>::from_js(info[2], "address").value, bytes);
  }
  return std::make_shared<MemoryHandle>(std::move(memory));
}
template <> Napi::Function Wrapped<MemoryHandle>::define(Napi::Env env) {
  return DefineClass(env, "Memory",
                     {
                         bind<&MemoryHandle::address>("address"),
                         bind<&MemoryHandle::buffer>("buffer"),
                         bind<&MemoryHandle::dispose>("dispose"),
                     });
}

template <> std::shared_ptr<EventHandle> Wrapped<EventHandle>::create(const Napi::CallbackInfo& info) {
  return std::make_shared<EventHandle>(Convert<std::shared_ptr<Device>>::from_js(info[0], "device"));
}
template <> Napi::Function Wrapped<EventHandle>::define(Napi::Env env) {
  return DefineClass(env, "Event",
                     {
                         bind<&EventHandle::passed>("passed"),
                         bind<&EventHandle::wait>("wait"),
                         bind<&EventHandle::wait_on>("waitOn"),
                         bind<&EventHandle::milliseconds_since>("millisecondsSince"),
                         bind<&EventHandle::dispose>("dispose"),
                     });
}

ParameterSet read_set(const Napi::Object& object) {
  return {.hyper = field<std::map<std::string, double>>(object, "hyper"),
          .learning_rate = field<double>(object, "learningRate"),
          .weight_decay = field<double>(object, "weightDecay"),
          .optimizer = field<std::string>(object, "optimizer")};
}

Division read_division(const Napi::Object& object) {
  return {.rows = field<std::int64_t>(object, "rows"),
          .columns = field<std::int64_t>(object, "columns"),
          .parts = field<std::int64_t>(object, "parts"),
          .out_last = field<bool>(object, "outLast"),
          .block = field<std::int64_t>(object, "block"),
          .widths = to_longs(field<std::vector<std::int32_t>>(object, "widths"))};
}

template <> std::shared_ptr<OptimizerHandle> Wrapped<OptimizerHandle>::create(const Napi::CallbackInfo& info) {
  const auto device = Convert<std::shared_ptr<Device>>::from_js(info[0], "device");
  const auto object = options_object(info[1], "plan");
  OptimizerPlan plan{.optimizer = field<std::string>(object, "optimizer"),
                     .sets = read_all(object.Get("sets"), "sets", read_set),
                     .tensors = {},
                     .win_rate = field<double>(object, "targetWinRate")};
  const auto tensors = Convert<std::vector<std::int32_t>>::from_js(object.Get("setOf"), "setOf");
  const auto counts = field<std::vector<double>>(object, "counts");
  const auto divisions = read_all(object.Get("divisions"), "divisions", read_division);
  const auto sites = Convert<std::vector<std::int32_t>>::from_js(object.Get("sites"), "sites");
  require(counts.size() == tensors.size() && divisions.size() == tensors.size() && sites.size() == tensors.size(),
          "Expected as many `counts`, `divisions` and `sites` as tensors");
  for (std::size_t i = 0; i < tensors.size(); ++i)
    plan.tensors.push_back(
        {.count = static_cast<std::int64_t>(counts[i]), .set = tensors[i], .division = divisions[i], .site = sites[i]});
  return take([&] { return std::make_shared<OptimizerHandle>(device, plan); });
}
template <> Napi::Function Wrapped<OptimizerHandle>::define(Napi::Env env) {
  return DefineClass(env, "Optimizer",
                     {
                         bind<&OptimizerHandle::place>("place"),
                         bind<&OptimizerHandle::place_gradients>("placeGradients"),
                         bind<&OptimizerHandle::set_rates>("setRates"),
                         bind<&OptimizerHandle::step>("step"),
                         bind_async<&OptimizerHandle::step_apart>("stepAsync"),
                         bind<&OptimizerHandle::update_hessian>("updateHessian"),
                         bind_async<&OptimizerHandle::update_hessian_apart>("updateHessianAsync"),
                         bind<&OptimizerHandle::state>("state"),
                         bind<&OptimizerHandle::state_bytes>("stateBytes"),
                         bind<&OptimizerHandle::workspace>("workspace"),
                         bind<&OptimizerHandle::read>("read"),
                         bind<&OptimizerHandle::write>("write"),
                         bind<&OptimizerHandle::counters>("counters"),
                         bind<&OptimizerHandle::set_counters>("setCounters"),
                         bind<&OptimizerHandle::dispose>("dispose"),
                     });
}

// The ArrayBuffer over this memory loses it: what is left of it in JavaScript has the length 0.
static void detach(const Napi::CallbackInfo& info) {
  try {
    if (!info[1].IsArrayBuffer()) throw_argument(info.Env(), "Expected `buffer` to be an ArrayBuffer");
    const auto& memory = Wrapped<MemoryHandle>::unwrap(info[0], "memory");
    info[1].As<Napi::ArrayBuffer>().Detach();
    memory->end_lease();
  } catch (...) {
    throw to_js(info.Env(), std::current_exception());
  }
}

void define_tensors(Napi::Env env, Napi::Object exports) {
  exports["Device"] = Wrapped<DeviceHandle>::define(env);
  exports["Memory"] = Wrapped<MemoryHandle>::define(env);
  exports["Event"] = Wrapped<EventHandle>::define(env);
  exports["Optimizer"] = Wrapped<OptimizerHandle>::define(env);
  exports["detach"] = Napi::Function::New(env, detach, "detach");
}

}  // namespace sophia::addon
