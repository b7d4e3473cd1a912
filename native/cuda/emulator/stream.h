// Streams and events: work runs at once, or, when lazy, in some legal order at synchronisation points.
#pragma once
#include <functional>
#include "runtime_api.h"

namespace sophia::emulator {

cudaError_t enqueue(cudaStream_t stream, std::function<void()> work);
void drain_all();
cudaError_t settle();  // drains, and returns the sticky error

}  // namespace sophia::emulator
