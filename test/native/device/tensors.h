// Tensors of a device, their numbers written and read.
#pragma once
#include "../../../native/device/device.h"

namespace attached {

using namespace sophia;

// `shift` floats beyond the beginning of its memory, with a number behind it that nobody may touch.
inline Tensor make_tensor(const std::shared_ptr<Device>& device, std::int64_t count, int shift) {
  const auto bytes = (count + shift + 1) * static_cast<std::int64_t>(sizeof(float));
  return {std::make_shared<DeviceMemory>(device, bytes), shift * static_cast<std::int64_t>(sizeof(float)), count};
}

inline void put(Device& device, const Tensor& to, std::span<const double> numbers) {
  const std::vector<float> floats(numbers.begin(), numbers.end());
  device.upload(to, floats.data());
}
inline std::vector<float> get(Device& device, const Tensor& from) {
  std::vector<float> floats(static_cast<std::size_t>(from.count));
  device.download(from, floats.data());
  return floats;
}

}  // namespace attached
