// A vector in device memory, some floats beyond an aligned address, for tests of kernels that are no layer.
#pragma once
#include <vector>
#include "../../../native/cuda/cuda.h"

namespace sophia {

template <class T>
class DeviceVector {
 public:
  DeviceVector(Cuda& on, const std::vector<T>& host, int shift = 0) : on_(on), size_(host.size()), shift_(shift) {
    memory_ = static_cast<T*>(on.allocate((size_ + static_cast<std::size_t>(shift)) * sizeof(T)));
    on.upload(data(), host.data(), static_cast<std::int64_t>(size_));
  }
  ~DeviceVector() { on_.free(memory_); }
  DeviceVector(const DeviceVector&) = delete;
  DeviceVector& operator=(const DeviceVector&) = delete;

  T* data() { return memory_ + shift_; }
  std::vector<T> read() {
    std::vector<T> host(size_);
    on_.download(host.data(), data(), static_cast<std::int64_t>(size_));
    return host;
  }

 private:
  Cuda& on_;
  std::size_t size_;
  int shift_;
  T* memory_;
};

}  // namespace sophia
