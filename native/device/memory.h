// Memory of a device, owned once and shared by the tensors that lie in it.
#pragma once
#include <cstdint>
#include <memory>
#include "../core/dtype.h"
#include "../core/error.h"

namespace sophia {

class Device;

class DeviceMemory {
 public:
  // `bytes` of the device, zero at first. Error{kOutOfMemory} says what holds the rest.
  DeviceMemory(std::shared_ptr<Device> device, std::int64_t bytes);
  // The caller's own, where the device can reach it, or without a device the host's. It must outlive this.
  DeviceMemory(std::shared_ptr<Device> device, void* data, std::int64_t bytes);
  ~DeviceMemory();
  DeviceMemory(const DeviceMemory&) = delete;

  const std::shared_ptr<Device>& device() const { return device_; }
  void* data() const { return data_; }
  std::int64_t size() const { return size_; }
  bool owned() const { return owned_; }

 private:
  std::shared_ptr<Device> device_;
  void* data_;
  std::int64_t size_;
  bool owned_;
};

// A run of `count` elements of such memory, from `offset` bytes on.
struct Tensor {
  std::shared_ptr<DeviceMemory> memory;
  std::int64_t offset = 0, count = 0;
  Dtype dtype = Dtype::kF32;

  explicit operator bool() const { return memory != nullptr; }
  std::int64_t bytes() const { return count * static_cast<std::int64_t>(sophia::bytes(dtype)); }
  char* data() const { return static_cast<char*>(memory->data()) + offset; }
  // As elements of type T, which must be what the tensor holds.
  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data());
  }
};

// Fails unless the tensor lies on this device, within its memory, and holds `count` elements of that type.
void expect_tensor(const Device& device, const char* name, const Tensor& tensor, Dtype dtype, std::int64_t count);
// The same for floats of any count, of which there may be none.
void expect_floats(const Device& device, const char* name, const Tensor& tensor);

}  // namespace sophia
