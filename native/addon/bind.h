// bind<&T::method>("name", "argument"...): the one wrapper behind every method of the addon. It reads the method's
// signature, converts the arguments, calls it and converts the result. bind_async runs the call as a Job and gives a
// promise; a parameter of type Report receives the caller's function.
#pragma once
#include <array>
#include <tuple>
#include <utility>
#include "convert.h"
#include "job.h"

namespace sophia::addon {

template <class Method> struct Signature;
template <class R, class T, class... A>
struct Signature<R (T::*)(A...)> {
  using Result = R;
  using Arguments = std::tuple<std::decay_t<A>...>;
};
template <class R, class T, class... A> struct Signature<R (T::*)(A...) const> : Signature<R (T::*)(A...)> {};

template <> struct Convert<Job::Report> {};  // what JavaScript passes for it is the job's own

// A native object held by a JavaScript one. T is plain C++, knows nothing of JavaScript and has dispose().
template <class T>
class Wrapped : public Napi::ObjectWrap<Wrapped<T>> {
 public:
  static Napi::Function define(Napi::Env env);                       // the table of its methods
  static std::shared_ptr<T> create(const Napi::CallbackInfo& info);  // from the constructor's arguments

  // The object that a JavaScript value wraps, which must be one of this class.
  static const std::shared_ptr<T>& unwrap(const Napi::Value& value, const std::string& what) {
    bool tagged = false;
    if (value.IsObject()) napi_check_object_type_tag(value.Env(), value, &kTag, &tagged);
    if (!tagged) throw_argument(value.Env(), "Expected `" + what + "` to be a " + kNoun);
    return Wrapped::Unwrap(value.As<Napi::Object>())->object_;
  }

  explicit Wrapped(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Wrapped<T>>(info) {
    try {
      object_ = create(info);
      napi_type_tag_object(info.Env(), info.This(), &kTag);
      report_memory(info.Env());
    } catch (...) {
      throw to_js(info.Env(), std::current_exception());
    }
  }
  // The net for those who forget dispose(): it frees when the garbage collector gets to it.
  void Finalize(Napi::Env env) override {
    if (object_) object_->dispose();
    report_memory(env);
  }

  static const char* const kNoun;   // what errors call it
  static const napi_type_tag kTag;  // so that nothing else is taken for it

 protected:
  using Property = Napi::ClassPropertyDescriptor<Wrapped>;

  template <auto method>
  static Property bind(const char* name) {
    return Napi::InstanceWrap<Wrapped>::template InstanceMethod<&Wrapped::template call<method>>(name);
  }
  template <auto method>
  static Property bind_async(const char* name) {
    return Napi::InstanceWrap<Wrapped>::template InstanceMethod<&Wrapped::template start<method>>(name);
  }

  template <auto method>
  Napi::Value call(const Napi::CallbackInfo& info) {
    try {
      auto arguments = convert<method>(info);
      const auto result = invoke<method>(*object_, arguments);
      report_memory(info.Env());
      return result(info.Env());
    } catch (...) {
      throw to_js(info.Env(), std::current_exception());
    }
  }

  template <auto method>
  Napi::Value start(const Napi::CallbackInfo& info) {
    try {
      auto arguments = convert<method>(info);
      const auto last = info.Length() > 0 ? info[info.Length() - 1] : info.Env().Undefined();
      const auto on_report = last.IsFunction() ? last.As<Napi::Function>() : Napi::Function::New(info.Env(), ignore);
      object_->reserve();
      try {
        return Job::start(
            info.Env(), on_report,
            [object = object_, arguments = std::move(arguments)](const Job::Report& report) mutable {
              hand_over(arguments, report);
              return invoke<method>(*object, arguments);
            },
            [object = object_] { object->dispose(); });
      } catch (...) {
        object_->free_reservation();
        throw;
      }
    } catch (...) {
      throw to_js(info.Env(), std::current_exception());
    }
  }

 private:
  // The garbage collector does not see native memory: it is told, so that it hurries where there is much.
  void report_memory(Napi::Env env) {
    if constexpr (requires(T& object) { object.bytes(); }) {
      const std::int64_t bytes = object_ ? object_->bytes() : 0;
      Napi::MemoryManagement::AdjustExternalMemory(env, bytes - std::exchange(reported_, bytes));
    }
  }

  static void ignore(const Napi::CallbackInfo&) {}

  template <auto method>
  static auto convert(const Napi::CallbackInfo& info) {
    using Arguments = typename Signature<decltype(method)>::Arguments;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return Arguments{convert_one<std::tuple_element_t<I, Arguments>>(info, I)...};
    }(std::make_index_sequence<std::tuple_size_v<Arguments>>{});
  }
  template <class A>
  static A convert_one(const Napi::CallbackInfo& info, std::size_t i) {
    if constexpr (std::is_same_v<A, Job::Report>) return {};
    else return Convert<A>::from_js(info[i], "argument " + std::to_string(i + 1));
  }

  template <class Arguments>
  static void hand_over(Arguments& arguments, const Job::Report& report) {
    if constexpr (std::tuple_size_v<Arguments> > 0) {
      auto& last = std::get<std::tuple_size_v<Arguments> - 1>(arguments);
      if constexpr (std::is_same_v<std::decay_t<decltype(last)>, Job::Report>) last = report;
    }
  }

  // Calls, and gives what makes the JavaScript result.
  template <auto method, class Arguments>
  static Job::Result invoke(T& object, Arguments& arguments) {
    using R = std::decay_t<typename Signature<decltype(method)>::Result>;
    return std::apply(
        [&](auto&... argument) -> Job::Result {
          if constexpr (std::is_void_v<R>) {
            (object.*method)(argument...);
            return [](Napi::Env env) { return env.Undefined(); };
          } else {
            return [result = (object.*method)(argument...)](Napi::Env env) { return Convert<R>::to_js(env, result); };
          }
        },
        arguments);
  }

  std::shared_ptr<T> object_;
  std::int64_t reported_ = 0;
};

}  // namespace sophia::addon
