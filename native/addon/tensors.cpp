#include "tensors.h"
#include "bind.h"
#include "handles.h"

namespace sophia::addon {

template <> const char* const Wrapped<DeviceHandle>::kNoun = "Device";
template <> const napi_type_tag Wrapped<DeviceHandle>::kTag = {0x736f70686961, 3};
template <> const char* const Wrapped<MemoryHandle>::kNoun = "Memory";
template <> const napi_type_tag Wrapped<MemoryHandle>::kTag = {0x736f70686961, 4};
template <> const char* const Wrapped<EventHandle>::kNoun = "Event";
template <> const napi_type_tag Wrapped<EventHandle>::kTag = {0x736f70686961, 5};
template <> const char* const Wrapped<OptimizerHandle>::kNoun = "Optimizer";
template <> const napi_type_tag Wrapped<OptimizerHandle>::kTag = {0x736f70686961, 6};

template <> struct Convert<HostBytes> {
  static HostBytes from_js(const Napi::Value& value, const std::string& what) {
    void* data = nullptr;
    std::size_t length = 0;
    napi_typedarray_type type{};
    const bool array = value.IsTypedArray();
    if (!array || napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok)
      throw_argument(value.Env(), "Expected `" + what + "` to be a typed array");
    return {static_cast<std::byte*>(data), length * value.As<Napi::TypedArray>().ElementSize()};
  }
};

template <> struct Convert<SharedBytes> {
  static Napi::Value to_js(Napi::Env env, const SharedBytes& bytes) {
    const auto& memory = bytes.memory;
    return Napi::ArrayBuffer::New(
        env, memory->data(), static_cast<std::size_t>(memory->size()),
        [](Napi::Env, void*, std::shared_ptr<DeviceMemory>* owner) { delete owner; },
        new std::shared_ptr<DeviceMemory>(memory));
  }
};

template <> struct Convert<Address> {
  static Address from_js(const Napi::Value& value, const std::string& what) {
    bool lossless = false;
    if (!value.IsBigInt()) throw_argument(value.Env(), "Expected `" + what + "` to be a bigint");
    return {reinterpret_cast<void*>(value.As<Napi::BigInt>().Uint64Value(&lossless))};
  }
  static Napi::Value to_js(Napi::Env env, const Address& address) {
    return Napi::BigInt::New(env, reinterpret_cast<std::uint64_t>(address.value));
  }
};
template <> struct Convert<std::vector<double>> {
  static std::vector<double> from_js(const Napi::Value& value, const std::string& what) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array)
      throw_argument(value.Env(), "Expected `" + what + "` to be a Float64Array");
    const auto array = value.As<Napi::Float64Array>();
    return {array.Data(), array.Data() + array.ElementLength()};
  }
};
template <> struct Convert<std::shared_ptr<Device>> {
  static std::shared_ptr<Device> from_js(const Napi::Value& value, const std::string& what) {
    return Wrapped<DeviceHandle>::unwrap(value, what)->get();
  }
};
template <> struct Convert<std::shared_ptr<Event>> {
  static std::shared_ptr<Event> from_js(const Napi::Value& value, const std::string& what) {
    return Wrapped<EventHandle>::unwrap(value, what)->get();
  }
};

template <> struct Convert<Tensor> {
  static Tensor from_js(const Napi::Value& value, const std::string& what) {
    if (value.IsUndefined()) return {};
    if (value.IsTypedArray()) return of_host(value, what);
    const auto object = options_object(value, what);
    const std::string name = Convert<std::string>::from_js(object.Get("dtype"), "dtype");
    const auto dtype = dtype_of(name);
    if (!dtype) throw_argument(value.Env(), "Expected `dtype` to be one of safetensors', got " + name);
    return {.memory = Wrapped<MemoryHandle>::unwrap(object.Get("memory"), what)->get(),
            .offset = Convert<std::int64_t>::from_js(object.Get("offset"), "offset"),
            .count = Convert<std::int64_t>::from_js(object.Get("count"), "count"),
            .dtype = *dtype};
  }

 private:
  // The caller's own memory, as long as the caller keeps it.
  static Tensor of_host(const Napi::Value& value, const std::string& what) {
    const auto type = value.As<Napi::TypedArray>().TypedArrayType();
    if (type != napi_float32_array && type != napi_int32_array)
      throw_argument(value.Env(), "Expected `" + what + "` to be a Float32Array or an Int32Array");
    const auto bytes = Convert<HostBytes>::from_js(value, what);
    const auto size = static_cast<std::int64_t>(bytes.size);
    return {.memory = std::make_shared<DeviceMemory>(nullptr, bytes.data, size),
            .offset = 0,
            .count = size / static_cast<std::int64_t>(sizeof(float)),
            .dtype = type == napi_float32_array ? Dtype::kF32 : Dtype::kI32};
  }
};
template <> struct Convert<std::vector<Tensor>> {
  static std::vector<Tensor> from_js(const Napi::Value& value, const std::string& what) {
    if (!value.IsArray()) throw_argument(value.Env(), "Expected `" + what + "` to be an array");
    const auto array = value.As<Napi::Array>();
    std::vector<Tensor> all;
    for (std::uint32_t i = 0; i < array.Length(); ++i) all.push_back(Convert<Tensor>::from_js(array.Get(i), what));
    return all;
  }
};

template <> struct Convert<DeviceHandle::Facts> {
  static Napi::Value to_js(Napi::Env env, const DeviceHandle::Facts& facts) {
    auto object = Napi::Object::New(env);
    object["name"] = Napi::String::New(env, facts.name);
    object["isa"] = Napi::String::New(env, facts.isa);
    object["threads"] = Napi::Number::New(env, facts.threads);
    object["stream"] = Convert<Address>::to_js(env, facts.stream);
    return object;
  }
};
template <> struct Convert<DeviceUse> {
  static Napi::Value to_js(Napi::Env env, const DeviceUse& use) {
    auto object = Napi::Object::New(env);
    object["used"] = Napi::Number::New(env, static_cast<double>(use.used));
    object["peak"] = Napi::Number::New(env, static_cast<double>(use.peak));
    object["limit"] = Napi::Number::New(env, static_cast<double>(use.limit));
    object["blocks"] = Napi::Number::New(env, static_cast<double>(use.blocks));
    return object;
  }
};
template <> struct Convert<HessianTotals> {
  static Napi::Value to_js(Napi::Env env, const HessianTotals& totals) {
    auto object = Napi::Object::New(env);
    object["winRate"] = Napi::Number::New(env, totals.win_rate);
    object["negativeRate"] = Napi::Number::New(env, totals.negative_rate);
    object["l1"] = Napi::Number::New(env, totals.l1);
    object["l2"] = Napi::Number::New(env, totals.l2);
    object["ratios"] = to_array(env, totals.ratios);
    return object;
  }
};
template <> struct Convert<StepResult> {
  static Napi::Value to_js(Napi::Env env, const StepResult& result) {
    auto object = Napi::Object::New(env);
    object["finite"] = Napi::Boolean::New(env, result.finite);
    object["gradientNorm"] = Napi::Number::New(env, result.gradient_norm);
    object["coefficient"] = Napi::Number::New(env, result.coefficient);
    object["unclipped"] = Napi::Number::New(env, result.totals.unclipped);
    object["parameterNorm"] = Napi::Number::New(env, result.totals.parameter_norm);
    object["momentumNorm"] = Napi::Number::New(env, result.totals.momentum_norm);
    return object;
  }
};
template <> struct Convert<RefreshResult> {
  static Napi::Value to_js(Napi::Env env, const RefreshResult& result) {
    auto object = Convert<HessianTotals>::to_js(env, result.totals).As<Napi::Object>();
    object["finite"] = Napi::Boolean::New(env, result.finite);
    object["gradientNorm"] = Napi::Number::New(env, result.gradient_norm);
    return object;
  }
};
template <> struct Convert<OptimizerState::Counters> {
  static Napi::Value to_js(Napi::Env env, const OptimizerState::Counters& counters) {
    auto object = Napi::Object::New(env);
    object["steps"] = Napi::Number::New(env, static_cast<double>(counters.steps));
    object["tokens"] = Napi::Number::New(env, counters.tokens);
    object["scale"] = Napi::Number::New(env, counters.scale);
    return object;
  }
};

// A number of an object.
template <class T>
T field(const Napi::Object& object, const char* name) {
  return Convert<T>::from_js(object.Get(name), name);
}

template <> struct Convert<LabelDraw> {
  static LabelDraw from_js(const Napi::Value& value, const std::string& what) {
    const auto object = options_object(value, what);
    return {.logits = field<Tensor>(object, "logits"),
            .targets = field<Tensor>(object, "targets"),
            .labels = field<Tensor>(object, "labels"),
            .rows = field<std::int64_t>(object, "rows"),
            .vocabulary = field<int>(object, "vocabulary"),
            .seed = static_cast<std::uint64_t>(field<std::int64_t>(object, "seed")),
            .step = static_cast<std::uint64_t>(field<std::int64_t>(object, "step")),
            .first = field<std::int64_t>(object, "first")};
  }
};
template <> struct Convert<ProbeDraw> {
  static ProbeDraw from_js(const Napi::Value& value, const std::string& what) {
    const auto object = options_object(value, what);
    return {.to = field<Tensor>(object, "to"),
            .distribution = field<std::string>(object, "distribution"),
            .seed = static_cast<std::uint64_t>(field<std::int64_t>(object, "seed")),
            .step = static_cast<std::uint64_t>(field<std::int64_t>(object, "step")),
            .number = field<std::int64_t>(object, "number")};
  }
};
template <> struct Convert<HessianRefresh> {
  static HessianRefresh from_js(const Napi::Value& value, const std::string& what) {
    const auto object = options_object(value, what);
    return {.hessian = field<Tensor>(object, "hessian"),
            .estimate = field<Tensor>(object, "estimate"),
            .direction = field<Tensor>(object, "direction"),
            .beta2 = field<double>(object, "beta2"),
            .scale = field<double>(object, "scale"),
            .squared = field<bool>(object, "squared")};
  }
};

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
                         bind<&DeviceHandle::dispose>("dispose"),
                     });
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
    if (info[2].IsUndefined()) memory = std::make_shared<DeviceMemory>(device, bytes);
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

std::vector<ParameterSet> read_sets(const Napi::Array& array) {
  std::vector<ParameterSet> sets;
  for (std::uint32_t i = 0; i < array.Length(); ++i) {
    const auto object = options_object(array.Get(i), "sets");
    sets.push_back({.hyper = field<std::map<std::string, double>>(object, "hyper"),
                    .learning_rate = field<double>(object, "learningRate"),
                    .weight_decay = field<double>(object, "weightDecay")});
  }
  return sets;
}

template <> std::shared_ptr<OptimizerHandle> Wrapped<OptimizerHandle>::create(const Napi::CallbackInfo& info) {
  const auto device = Convert<std::shared_ptr<Device>>::from_js(info[0], "device");
  const auto object = options_object(info[1], "plan");
  const Napi::Value sets = object.Get("sets");
  if (!sets.IsArray()) throw_argument(info.Env(), "Expected `sets` to be an array");
  OptimizerPlan plan{.optimizer = field<std::string>(object, "optimizer"),
                     .sets = read_sets(sets.As<Napi::Array>()),
                     .tensors = {},
                     .win_rate = field<double>(object, "targetWinRate")};
  const auto tensors = Convert<std::vector<std::int32_t>>::from_js(object.Get("setOf"), "setOf");
  const auto counts = field<std::vector<double>>(object, "counts");
  require(counts.size() == tensors.size(), "Expected as many `counts` as tensors");
  for (std::size_t i = 0; i < tensors.size(); ++i)
    plan.tensors.push_back({.count = static_cast<std::int64_t>(counts[i]), .set = tensors[i]});
  return std::make_shared<OptimizerHandle>(device, plan);
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
                         bind<&OptimizerHandle::read>("read"),
                         bind<&OptimizerHandle::write>("write"),
                         bind<&OptimizerHandle::counters>("counters"),
                         bind<&OptimizerHandle::set_counters>("setCounters"),
                         bind<&OptimizerHandle::dispose>("dispose"),
                     });
}

// The ArrayBuffer loses its memory: what is left of it in JavaScript has the length 0.
static void detach(const Napi::CallbackInfo& info) {
  if (!info[0].IsArrayBuffer()) throw_argument(info.Env(), "Expected `buffer` to be an ArrayBuffer");
  info[0].As<Napi::ArrayBuffer>().Detach();
}

void define_tensors(Napi::Env env, Napi::Object exports) {
  exports["Device"] = Wrapped<DeviceHandle>::define(env);
  exports["Memory"] = Wrapped<MemoryHandle>::define(env);
  exports["Event"] = Wrapped<EventHandle>::define(env);
  exports["Optimizer"] = Wrapped<OptimizerHandle>::define(env);
  exports["detach"] = Napi::Function::New(env, detach, "detach");
}

}  // namespace sophia::addon
