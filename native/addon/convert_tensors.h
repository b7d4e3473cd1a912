// Conversions of tensors, and of what is asked of a device and answered.
#pragma once
#include "bind.h"
#include "handles.h"

namespace sophia::addon {

inline std::size_t element_bytes(napi_typedarray_type type) {
  switch (type) {
    case napi_float32_array:
    case napi_int32_array: return 4;
    case napi_uint16_array: return 2;
    default: return 0;
  }
}

// A Float32Array, an Int32Array or a Uint16Array.
template <> struct Convert<HostBytes> {
  static HostBytes from_js(const Napi::Value& value, const std::string& what) {
    void* data = nullptr;
    std::size_t length = 0, each = 0;
    napi_typedarray_type type{};
    if (napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) == napi_ok)
      each = element_bytes(type);
    if (each == 0) throw_argument(value.Env(), "Expected `" + what + "` to be an array of floats or integers");
    return {static_cast<std::byte*>(data), length * each, type == napi_float32_array ? Dtype::kF32 : Dtype::kI32};
  }
};

template <> struct Convert<std::shared_ptr<Lease>> {
  static Napi::Value to_js(Napi::Env env, const std::shared_ptr<Lease>& lease) {
    const auto& memory = *lease->memory;
    return Napi::ArrayBuffer::New(
        env, memory.data(), static_cast<std::size_t>(memory.size()),
        [](Napi::Env, void*, std::shared_ptr<Lease>* held) { delete held; }, new std::shared_ptr<Lease>(lease));
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
    const auto object = options_object(value, what);
    const std::string name = Convert<std::string>::from_js(object.Get("dtype"), "dtype");
    const auto dtype = dtype_of(name);
    if (!dtype) throw_argument(value.Env(), "Expected `dtype` to be one of safetensors', got " + name);
    return {.memory = Wrapped<MemoryHandle>::unwrap(object.Get("memory"), what)->get(),
            .offset = Convert<std::int64_t>::from_js(object.Get("offset"), "offset"),
            .count = Convert<std::int64_t>::from_js(object.Get("count"), "count"),
            .dtype = *dtype};
  }
};

// Tensors of floats: the memory of each, or the caller's array as long as the caller keeps it.
template <> struct Convert<Scattered> {
  static Scattered from_js(const Napi::Value& value, const std::string& what) {
    if (!value.IsArray()) throw_argument(value.Env(), "Expected `" + what + "` to be an array");
    const auto array = value.As<Napi::Array>();
    const std::uint32_t count = array.Length();
    Scattered all;
    all.tensors.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) all.tensors.push_back(one(array[i], what));
    return all;
  }

 private:
  static Tensor one(const Napi::Value& value, const std::string& what) {
    bool array = false;
    napi_is_typedarray(value.Env(), value, &array);
    if (!array) return {.memory = Wrapped<MemoryHandle>::unwrap(value, what)->get(), .count = -1};
    const auto host = Convert<HostBytes>::from_js(value, what);
    const auto size = static_cast<std::int64_t>(host.size);
    const auto floats = size / static_cast<std::int64_t>(sizeof(float));
    return {.memory = std::make_shared<DeviceMemory>(nullptr, host.data, size), .count = floats, .dtype = host.dtype};
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
template <> struct Convert<std::vector<StateSize>> {
  static Napi::Value to_js(Napi::Env env, const std::vector<StateSize>& state) {
    auto array = Napi::Array::New(env);
    for (const auto& size : state) {
      auto object = Napi::Object::New(env);
      object["tensor"] = Napi::Number::New(env, size.tensor);
      object["slot"] = Napi::String::New(env, size.slot);
      object["count"] = Napi::Number::New(env, static_cast<double>(size.count));
      array[array.Length()] = object;
    }
    return array;
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
template <> struct Convert<LayerCall> {
  static LayerCall from_js(const Napi::Value& value, const std::string& what) {
    const auto object = options_object(value, what);
    LayerCall call{.layer = field<std::string>(object, "layer"),
                   .backward = field<bool>(object, "backward"),
                   .tensors = {},
                   .numbers = field<std::map<std::string, double>>(object, "numbers")};
    for (const auto& entry : options_object(object.Get("tensors"), "tensors")) {
      const std::string name = entry.first.ToString();
      const auto tensor = options_object(entry.second, name);
      call.tensors[name] = {.value = field<Tensor>(tensor, "value"), .tangent = field<Tensor>(tensor, "tangent")};
    }
    return call;
  }
};

}  // namespace sophia::addon
