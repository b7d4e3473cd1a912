// The addon's table of contents: every name that JavaScript can reach. lib/native.ts declares the same names.
#include "../cpu/pool.h"
#include "../cuda/probe.h"
#include "../optimizers/registry.h"
#include "../train/requirement.h"
#include "../train/safetensors.h"
#include "../train/training.h"
#include "bind.h"
#include "convert_model.h"
#include "read_optimizer.h"
#include "tensors.h"

namespace sophia::addon {

template <> struct Convert<Evaluation> {
  static Evaluation from_js(const Napi::Value& value, const std::string& what) {
    Evaluation evaluation;
    read_fields<Evaluation>(options_object(value, what), kEvaluationFields, evaluation);
    return evaluation;
  }
};

template <> struct Convert<Generation> {
  static Generation from_js(const Napi::Value& value, const std::string& what) {
    Generation generation;
    read_fields<Generation>(options_object(value, what), kGenerationFields, generation);
    return generation;
  }
};

template <> struct Convert<Loss> {
  static Napi::Value to_js(Napi::Env env, const Loss& loss) {
    auto object = Napi::Object::New(env);
    object["loss"] = Napi::Number::New(env, loss.mean());
    object["tokens"] = Napi::Number::New(env, static_cast<double>(loss.counted));
    return object;
  }
};

template <> struct Convert<Examples> {
  static Examples from_js(const Napi::Value& value, const std::string& what) {
    const auto object = options_object(value, what);
    Examples examples;
    read_fields<Examples>(object, kExampleFields, examples);
    examples.tokens = Convert<std::vector<std::int32_t>>::from_js(object.Get("tokens"), "tokens");
    examples.targets = Convert<std::vector<std::int32_t>>::from_js(object.Get("targets"), "targets");
    return examples;
  }
  static Napi::Value to_js(Napi::Env env, const Examples& examples) {
    auto object = Napi::Object::New(env);
    object["tokens"] = Convert<std::vector<std::int32_t>>::to_js(env, examples.tokens);
    object["targets"] = Convert<std::vector<std::int32_t>>::to_js(env, examples.targets);
    return object;
  }
};

template <> struct Convert<ExampleChoice> {
  static ExampleChoice from_js(const Napi::Value& value, const std::string& what) {
    ExampleChoice choice;
    read_fields<ExampleChoice>(options_object(value, what), kExampleChoiceFields, choice);
    return choice;
  }
};

template <> struct Convert<Derivative> {
  static Napi::Value to_js(Napi::Env env, const Derivative& found) {
    auto object = Napi::Object::New(env);
    object["vector"] = Convert<std::vector<float>>::to_js(env, found.vector);
    object["loss"] = Napi::Number::New(env, found.loss.mean());
    object["slope"] = Napi::Number::New(env, found.loss.slope());
    object["quadratic"] = Napi::Number::New(env, found.quadratic);
    return object;
  }
};

template <> struct Convert<DiagonalChoice> {
  static DiagonalChoice from_js(const Napi::Value& value, const std::string& what) {
    DiagonalChoice choice;
    read_fields<DiagonalChoice>(options_object(value, what), kDiagonalFields, choice);
    return choice;
  }
};

template <> struct Convert<Diagonal> {
  static Napi::Value to_js(Napi::Env env, const Diagonal& found) {
    auto object = Napi::Object::New(env);
    object["mean"] = Convert<std::vector<float>>::to_js(env, found.mean);
    object["traces"] = to_array(env, found.traces);
    return object;
  }
};

template <> const char* const Wrapped<Model>::kNoun = "Gpt2";
template <> const napi_type_tag Wrapped<Model>::kTag = {0x736f70686961, 1};
template <> std::shared_ptr<Model> Wrapped<Model>::create(const Napi::CallbackInfo& info) {
  const auto object = options_object(info[0], "config");
  ModelOptions options;
  read_fields<Config>(object, kConfigFields, options);
  options.threads = Convert<int>::from_js(object.Get("threads"), "threads");
  options.isa = Convert<std::string>::from_js(object.Get("isa"), "isa");
  options.gpu = Convert<int>::from_js(object.Get("gpu"), "gpu");
  options.dtype = Convert<std::string>::from_js(object.Get("dtype"), "dtype");
  options.recompute = Convert<std::string>::from_js(object.Get("recompute"), "recompute");
  options.device = Convert<std::string>::from_js(object.Get("device"), "device");
  return std::make_shared<Model>(options);
}

template <> Napi::Function Wrapped<Model>::define(Napi::Env env) {
  return DefineClass(env, "Gpt2",
                     {
                         bind_async<&Model::initialize>("initialize"),
                         bind_async<&Model::load>("load"),
                         bind_async<&Model::save>("save"),
                         bind<&Model::parameters>("parameters"),
                         bind<&Model::read>("read"),
                         bind<&Model::write>("write"),
                         bind_async<&Model::evaluate>("evaluate"),
                         bind_async<&Model::generate>("generate"),
                         bind_async<&Model::draw_examples>("drawExamples"),
                         bind_async<&Model::gradient>("gradient"),
                         bind_async<&Model::hessian_vector_product>("hessianVectorProduct"),
                         bind_async<&Model::gauss_newton_vector_product>("gaussNewtonVectorProduct"),
                         bind_async<&Model::hessian_diagonal>("hessianDiagonal"),
                         bind_async<&Model::draw_probe>("drawProbe"),
                         bind<&Model::release_curvature>("releaseCurvature"),
                         bind<&Model::memory>("memory"),
                         bind<&Model::dispose>("dispose"),
                     });
}

template <> const char* const Wrapped<Training>::kNoun = "Trainer";
template <> const napi_type_tag Wrapped<Training>::kTag = {0x736f70686961, 2};
template <> std::shared_ptr<Training> Wrapped<Training>::create(const Napi::CallbackInfo& info) {
  const auto model = Wrapped<Model>::unwrap(info[0], "model");
  const auto object = options_object(info[1], "config");
  TrainerOptions options;
  read_fields<TrainerOptions>(object, kTrainerFields, options);
  read_optimizer(object, options);
  return std::make_shared<Training>(model, options);
}

template <> Napi::Function Wrapped<Training>::define(Napi::Env env) {
  return DefineClass(env, "Trainer",
                     {
                         bind_async<&Training::run>("run"),
                         bind<&Training::acknowledge>("acknowledge"),
                         bind<&Training::stop>("stop"),
                         bind<&Training::dispose>("dispose"),
                     });
}

Napi::Value cpu(const Napi::CallbackInfo& info) {
  auto object = Napi::Object::New(info.Env());
  const auto isas = usable_isas();
  object["isa"] = Napi::String::New(info.Env(), default_isa());
  object["isas"] = to_array(info.Env(), isas);
  object["threads"] = Napi::Number::New(info.Env(), default_threads());
  return object;
}

Napi::Value cuda(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const CudaProbe probe = probe_cuda();
  auto object = Napi::Object::New(env);
  object["compiled"] = Napi::Boolean::New(env, probe.compiled);
  object["available"] = Napi::Boolean::New(env, probe.available);
  auto gpus = Napi::Array::New(env);
  for (const auto& gpu : probe.gpus) {
    auto item = Napi::Object::New(env);
    item["name"] = Napi::String::New(env, gpu.name);
    item["capability"] = Napi::Number::New(env, gpu.capability);
    item["memory"] = Napi::Number::New(env, static_cast<double>(gpu.memory));
    item["usable"] = Napi::Boolean::New(env, gpu.usable);
    item["reason"] = Napi::String::New(env, gpu.reason);
    gpus[gpus.Length()] = item;
  }
  object["gpus"] = gpus;
  object["status"] = Napi::String::New(env, probe.status);
  object["reason"] = Napi::String::New(env, probe.reason);
  object["runtimeVersion"] = Napi::Number::New(env, probe.runtime_version);
  object["driverVersion"] = Napi::Number::New(env, probe.driver_version);
  return object;
}

// The tensors that a model of this shape has, without the model.
Napi::Value parameters_of(const Napi::CallbackInfo& info) {
  try {
    Config config;
    read_fields<Config>(options_object(info[0], "config"), kConfigFields, config);
    check(config);
    return Convert<std::vector<Parameter>>::to_js(info.Env(), list_parameters(config).table);
  } catch (...) {
    throw to_js(info.Env(), std::current_exception());
  }
}

// What memory a training takes, without one.
Napi::Value memory_required(const Napi::CallbackInfo& info) {
  try {
    Config config;
    read_fields<Config>(options_object(info[0], "config"), kConfigFields, config);
    MemoryQuery query;
    read_fields<MemoryQuery>(options_object(info[1], "query"), kMemoryQueryFields, query);
    read_optimizer(options_object(info[1], "query"), query);
    const Requirement found = required_memory(config, query);
    auto object = Convert<Memory>::to_js(info.Env(), found.memory).As<Napi::Object>();
    auto parts = Napi::Object::New(info.Env());
    for (const auto& [name, bytes] : found.parts)
      parts[name] = Napi::Number::New(info.Env(), static_cast<double>(bytes));
    object["parts"] = parts;
    auto state = Napi::Object::New(info.Env());
    for (const auto& [slot, bytes] : found.state)
      state[slot] = Napi::Number::New(info.Env(), static_cast<double>(bytes));
    object["state"] = state;
    return object;
  } catch (...) {
    throw to_js(info.Env(), std::current_exception());
  }
}

Napi::Value read_checkpoint(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  try {
    const Safetensors file(Convert<std::string>::from_js(info[0], "path"));
    auto metadata = Napi::Object::New(env);
    for (const auto& [name, value] : file.metadata()) metadata[name] = Napi::String::New(env, value);
    auto tensors = Napi::Array::New(env);
    for (const auto& tensor : file.tensors()) {
      auto object = Napi::Object::New(env);
      object["name"] = Napi::String::New(env, tensor.name);
      object["dtype"] = Napi::String::New(env, name(tensor.dtype));
      object["shape"] = to_array(env, tensor.shape);
      object["position"] = Napi::Number::New(env, static_cast<double>(tensor.position));
      tensors[tensors.Length()] = object;
    }
    auto object = Napi::Object::New(env);
    object["metadata"] = metadata;
    object["tensors"] = tensors;
    return object;
  } catch (...) {
    throw to_js(env, std::current_exception());
  }
}

Napi::Array optimizers(Napi::Env env) {
  auto array = Napi::Array::New(env);
  for_each_optimizer([&]<class O>() {
    std::vector<std::string> fields;
    for (const auto& field : O::kFields) fields.emplace_back(field.name);
    auto object = Napi::Object::New(env);
    object["name"] = Napi::String::New(env, O::kName);
    object["fields"] = to_array(env, fields);
    object["slots"] = to_array(env, slot_names(O::kName));
    array[array.Length()] = object;
  });
  return array;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  std::vector<std::string> codes;
  for (const Code code : kCodes) codes.emplace_back(name(code));
  define_tensors(env, exports);
  exports["version"] = Napi::String::New(env, SOPHIA_VERSION);
  exports["Gpt2"] = Wrapped<Model>::define(env);
  exports["Trainer"] = Wrapped<Training>::define(env);
  exports["errorCodes"] = to_array(env, codes);
  exports["optimizers"] = optimizers(env);
  exports["cpu"] = Napi::Function::New(env, cpu, "cpu");
  exports["cuda"] = Napi::Function::New(env, cuda, "cuda");
  exports["parametersOf"] = Napi::Function::New(env, parameters_of, "parametersOf");
  exports["requiredMemory"] = Napi::Function::New(env, memory_required, "requiredMemory");
  exports["readCheckpoint"] = Napi::Function::New(env, read_checkpoint, "readCheckpoint");
  return exports;
}

}  // namespace sophia::addon

static Napi::Object Init(Napi::Env env, Napi::Object exports) { return sophia::addon::init(env, exports); }
NODE_API_MODULE(sophia_native, Init)
