// One conversion per C++ type, in each direction. Every binding is assembled from these.
#pragma once
#include <cmath>
#include <map>
#include <span>
#include <vector>
#include "../core/field.h"
#include "errors.h"

namespace sophia::addon {

template <class T>
struct Convert;  // from_js(value, what) and to_js(env, x)

template <>
struct Convert<double> {
  static double from_js(const Napi::Value& value, const std::string& what) {
    if (!value.IsNumber()) throw_argument(value.Env(), "Expected `" + what + "` to be a number");
    return value.As<Napi::Number>().DoubleValue();
  }
  static Napi::Value to_js(Napi::Env env, double x) { return Napi::Number::New(env, x); }
};

// Whole numbers that a double holds exactly.
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
struct Convert<T> {
  static T from_js(const Napi::Value& value, const std::string& what) {
    const double x = Convert<double>::from_js(value, what);
    const double most = std::min(9007199254740991.0, static_cast<double>(std::numeric_limits<T>::max()));
    const double least = std::is_signed_v<T> ? -most : 0;
    if (!(x >= least && x <= most) || x != std::trunc(x))
      throw_argument(value.Env(),
                     text("Expected `", what, "` to be a whole number from ", least, " to ", most, ", got ", x));
    return static_cast<T>(x);
  }
};

template <>
struct Convert<bool> {
  static bool from_js(const Napi::Value& value, const std::string& what) {
    if (!value.IsBoolean()) throw_argument(value.Env(), "Expected `" + what + "` to be true or false");
    return value.As<Napi::Boolean>();
  }
  static Napi::Value to_js(Napi::Env env, bool x) { return Napi::Boolean::New(env, x); }
};

template <>
struct Convert<std::string> {
  static std::string from_js(const Napi::Value& value, const std::string& what) {
    if (!value.IsString()) throw_argument(value.Env(), "Expected `" + what + "` to be a string");
    return value.As<Napi::String>();
  }
};

template <>
struct Convert<std::vector<std::int32_t>> {
  static std::vector<std::int32_t> from_js(const Napi::Value& value, const std::string& what) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int32_array)
      throw_argument(value.Env(), "Expected `" + what + "` to be an Int32Array");
    const auto array = value.As<Napi::Int32Array>();
    return {array.Data(), array.Data() + array.ElementLength()};
  }
  static Napi::Value to_js(Napi::Env env, const std::vector<std::int32_t>& x) {
    auto array = Napi::Int32Array::New(env, x.size());
    std::copy(x.begin(), x.end(), array.Data());
    return array;
  }
};

// The caller's own memory, for the time of the call.
template <>
struct Convert<std::span<const float>> {
  static std::span<const float> from_js(const Napi::Value& value, const std::string& what) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array)
      throw_argument(value.Env(), "Expected `" + what + "` to be a Float32Array");
    const auto array = value.As<Napi::Float32Array>();
    return {array.Data(), array.ElementLength()};
  }
};

template <>
struct Convert<std::vector<float>> {
  static std::vector<float> from_js(const Napi::Value& value, const std::string& what) {
    const auto memory = Convert<std::span<const float>>::from_js(value, what);
    return {memory.begin(), memory.end()};
  }
  static Napi::Value to_js(Napi::Env env, const std::vector<float>& x) {
    auto array = Napi::Float32Array::New(env, x.size());
    std::copy(x.begin(), x.end(), array.Data());
    return array;
  }
};

template <>
struct Convert<std::map<std::string, double>> {
  static std::map<std::string, double> from_js(const Napi::Value& value, const std::string& what) {
    if (!value.IsObject()) throw_argument(value.Env(), "Expected `" + what + "` to be an object");
    std::map<std::string, double> map;
    for (const auto& entry : value.As<Napi::Object>()) {
      const std::string name = entry.first.ToString();
      map[name] = Convert<double>::from_js(entry.second, what + "." + name);
    }
    return map;
  }
};

template <class Numbers>
Napi::Array to_array(Napi::Env env, const Numbers& numbers) {
  auto array = Napi::Array::New(env);
  for (const auto x : numbers) array[array.Length()] = Napi::Number::New(env, static_cast<double>(x));
  return array;
}

inline Napi::Array to_array(Napi::Env env, const std::vector<std::string>& words) {
  auto array = Napi::Array::New(env);
  for (const auto& word : words) array[array.Length()] = Napi::String::New(env, word);
  return array;
}

// Fills a struct from an object that has exactly the names of its table.
template <class T>
void read_fields(const Napi::Object& object, std::span<const Field<T>> fields, T& to) {
  for (const auto& field : fields) {
    const Napi::Value value = object.Get(field.name);
    std::visit(
        [&](auto member) { to.*member = Convert<std::decay_t<decltype(to.*member)>>::from_js(value, field.name); },
        field.member);
  }
}

inline std::vector<std::int64_t> to_longs(const std::vector<std::int32_t>& x) { return {x.begin(), x.end()}; }

inline Napi::Object options_object(const Napi::Value& value, const std::string& what) {
  if (!value.IsObject()) throw_argument(value.Env(), "Expected `" + what + "` to be an object");
  return value.As<Napi::Object>();
}

// What read(object) makes of every object of an array.
template <class F>
auto read_all(const Napi::Value& value, const std::string& what, F read) {
  if (!value.IsArray()) throw_argument(value.Env(), "Expected `" + what + "` to be an array");
  const auto array = value.As<Napi::Array>();
  std::vector<decltype(read(Napi::Object{}))> all;
  for (std::uint32_t i = 0; i < array.Length(); ++i) all.push_back(read(options_object(array.Get(i), what)));
  return all;
}

}  // namespace sophia::addon
