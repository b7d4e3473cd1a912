// The classes of a device: Device, Memory, Event and Optimizer.
#pragma once
#include <napi.h>

namespace sophia::addon {

void define_tensors(Napi::Env env, Napi::Object exports);

}  // namespace sophia::addon
