// The law of a layer at Bf16, test/native/law_bf16.h, on the CUDA backend.
#pragma once
#include "../law_bf16.h"
#include "law.h"
#include "memory.h"

namespace law {

template <>
class DeviceBench<Bf16> : public HalfBench<DeviceVector, Device> {
  using HalfBench::HalfBench;
};

template <class C>
Tensors run_bf16(Device& device, const C& c) {
  return run_bf16<DeviceBench>(device, c);
}

// The law at aligned and at odd addresses.
template <class C>
void on_cuda_bf16(const C& c, double between = 0) {
  for (const int shift : {0, 1}) {
    Device device{Cuda(), shift};
    obey_bf16<DeviceBench>(device, "cuda", c, between);
  }
}

}  // namespace law
