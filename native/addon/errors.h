// How a native error reaches JavaScript: an Error with a `code`, a TypeError where an argument is wrong.
#pragma once
#include <napi.h>
#include <exception>
#include <new>
#include "../core/error.h"

namespace sophia::addon {

inline Napi::Error coded(Napi::Error error, Code code) {
  error.Set("code", Napi::String::New(error.Env(), name(code)));
  return error;
}

// The JavaScript error for a C++ exception.
inline Napi::Error to_js(Napi::Env env, const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Napi::Error& error) {
    return error;
  } catch (const Error& error) {
    if (error.code == Code::kInvalidArgument) return coded(Napi::TypeError::New(env, error.what()), error.code);
    return coded(Napi::Error::New(env, error.what()), error.code);
  } catch (const std::bad_alloc&) {
    return coded(Napi::Error::New(env, "There is not enough memory"), Code::kOutOfMemory);
  } catch (const std::exception& error) {
    return coded(Napi::Error::New(env, error.what()), Code::kDevice);
  } catch (...) {
    return coded(Napi::Error::New(env, "The call was given up"), Code::kDisposed);
  }
}

[[noreturn]] inline void throw_argument(Napi::Env env, const std::string& message) {
  throw coded(Napi::TypeError::New(env, message), Code::kInvalidArgument);
}

}  // namespace sophia::addon
