// Conversions of what a model has: its tensors and its memory.
#pragma once
#include "../train/run.h"
#include "convert.h"

namespace sophia::addon {

template <> struct Convert<Memory> {
  static Napi::Value to_js(Napi::Env env, const Memory& memory) {
    auto object = Napi::Object::New(env);
    object["parameters"] = Napi::Number::New(env, static_cast<double>(memory.parameters));
    object["gradient"] = Napi::Number::New(env, static_cast<double>(memory.gradient));
    object["activations"] = Napi::Number::New(env, static_cast<double>(memory.activations));
    object["optimizer"] = Napi::Number::New(env, static_cast<double>(memory.optimizer));
    object["curvature"] = Napi::Number::New(env, static_cast<double>(memory.curvature));
    object["workspace"] = Napi::Number::New(env, static_cast<double>(memory.workspace));
    return object;
  }
};

template <> struct Convert<std::vector<Parameter>> {
  static Napi::Value to_js(Napi::Env env, const std::vector<Parameter>& parameters) {
    auto array = Napi::Array::New(env);
    for (const auto& p : parameters) {
      auto object = Napi::Object::New(env);
      object["name"] = Napi::String::New(env, p.name);
      object["shape"] = to_array(env, p.shape);
      object["kind"] = Napi::String::New(env, name(p.kind));
      array[array.Length()] = object;
    }
    return array;
  }
};

}  // namespace sophia::addon
