#include "memory.h"
#include "device.h"

namespace sophia {

DeviceMemory::DeviceMemory(std::shared_ptr<Device> device, std::int64_t bytes)
    : device_(std::move(device)), data_(device_->allocate(bytes)), size_(bytes), owned_(true) {}

DeviceMemory::DeviceMemory(std::shared_ptr<Device> device, void* data, std::int64_t bytes)
    : device_(std::move(device)), data_(data), size_(bytes), owned_(false) {
  require(data != nullptr || bytes == 0, "Expected an address, got none");
  require(bytes >= 0, "Expected `bytes` to be 0 or more, got ", bytes);
}

DeviceMemory::~DeviceMemory() {
  if (owned_) device_->free(data_, size_);
}

void expect_floats(const Device& device, const char* name, const Tensor& tensor) {
  expect_tensor(device, name, tensor, Dtype::kF32, tensor.count);
}

void expect_tensor(const Device& device, const char* name, const Tensor& tensor, Dtype dtype, std::int64_t count) {
  require(static_cast<bool>(tensor), "Expected `", name, "` to be a tensor, got none");
  const Device* const owner = tensor.memory->device().get();
  require(owner ? device.reaches(*owner) : device.host_is_device(), "Expected `", name, "` to be on ", device.name(),
          ", got one on ", owner ? owner->name() : "the host");
  require(tensor.dtype == dtype, "Expected `", name, "` to hold ", sophia::name(dtype), ", got ",
          sophia::name(tensor.dtype));
  require(tensor.count == count, "Expected `", name, "` to have ", count, " elements, got ", tensor.count);
  const std::int64_t size = tensor.memory->size(), each = static_cast<std::int64_t>(bytes(dtype));
  require(count >= 0 && tensor.offset >= 0 && tensor.offset % each == 0 && tensor.offset <= size &&
              count <= (size - tensor.offset) / each,
          "Expected `", name, "` to lie within its memory of ", size, " bytes, got ", count, " elements from byte ",
          tensor.offset, " on");
  require(reinterpret_cast<std::uintptr_t>(tensor.data()) % static_cast<std::uintptr_t>(each) == 0, "Expected `", name,
          "` to begin at a multiple of ", each, " bytes");
}

}  // namespace sophia
