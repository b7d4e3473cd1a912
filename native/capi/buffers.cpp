#include <optional>
#include "../math/bf16.h"
#include "boundary.h"

using namespace sophia;
using namespace sophia::capi;

namespace {

constexpr Dtype kTypes[] = {Dtype::kF32, Dtype::kBf16, Dtype::kI32, Dtype::kU16};  // in the order of sophia_dtype

Dtype type_of(sophia_dtype dtype) {
  require(dtype >= 0 && dtype < std::ssize(kTypes), "Expected `dtype` to be one of SOPHIA_F32 and the like, got ",
          dtype);
  return kTypes[dtype];
}

std::shared_ptr<const Tensor> tensor(std::shared_ptr<DeviceMemory> memory, Dtype dtype, std::int64_t count) {
  return std::make_shared<const Tensor>(
      Tensor{.memory = std::move(memory), .offset = 0, .count = count, .dtype = dtype});
}

void expect_size(const Tensor& buffer, const void* host, const char* argument, std::int64_t bytes) {
  require(bytes == buffer.bytes(), "Expected `bytes` to be the size of the buffer, ", buffer.bytes(), ", got ", bytes);
  require(host != nullptr || bytes == 0, "Expected `", argument, "` to point somewhere, got NULL");
}

// f(device), which nobody else uses meanwhile.
template <class F>
void with_device_of(const Tensor& buffer, F f) {
  Device& device = *buffer.memory->device();
  const Device::Hold hold(device);
  f(device);
}

template <class T>
void fill(const Tensor& buffer, T value) {
  with_device_of(buffer, [&](Device& device) { device.fill(buffer, &value); });
}

template <class T>
T whole(double value) {
  require(
      value == std::trunc(value) && value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max(),
      "Expected `value` to be a whole number that the buffer's type holds, got ", value);
  return static_cast<T>(value);
}

}  // namespace

extern "C" {

sophia_status sophia_buffer_create(sophia_device* device, sophia_dtype dtype, int64_t count, sophia_buffer** buffer) {
  return created(buffer, "buffer", [&] {
    const Dtype type = type_of(dtype);
    const auto size = element_count(count) * static_cast<std::int64_t>(bytes(type));
    return tensor(std::make_shared<DeviceMemory>(get(device, "device"), size), type, count);
  });
}

sophia_status sophia_buffer_wrap(sophia_device* device, sophia_dtype dtype, int64_t count, void* data,
                                 sophia_buffer** buffer) {
  return created(buffer, "buffer", [&] {
    const Dtype type = type_of(dtype);
    expect_aligned(data, bytes(type), "data");
    const auto size = element_count(count) * static_cast<std::int64_t>(bytes(type));
    return tensor(std::make_shared<DeviceMemory>(get(device, "device"), data, size), type, count);
  });
}

sophia_status sophia_buffer_view(sophia_buffer* buffer, int64_t first, int64_t count, sophia_buffer** view) {
  return created(view, "view", [&] {
    Tensor part = *get(buffer, "buffer");
    require(first >= 0 && first <= part.count && count >= 0 && count <= part.count - first,
            "Expected a part of the buffer's ", part.count, " elements, got ", count, " from ", first, " on");
    part.offset += first * static_cast<std::int64_t>(bytes(part.dtype));
    part.count = count;
    return std::make_shared<const Tensor>(part);
  });
}

sophia_status sophia_buffer_destroy(sophia_buffer* buffer) { return destroyed(buffer, "buffer"); }

sophia_status sophia_buffer_upload(sophia_buffer* to, const void* from, int64_t bytes) {
  return guarded([&] {
    const auto buffer = get(to, "to");
    expect_size(*buffer, from, "from", bytes);
    with_device_of(*buffer, [&](Device& device) { device.upload(*buffer, from); });
  });
}

sophia_status sophia_buffer_download(sophia_buffer* from, void* to, int64_t bytes) {
  return guarded([&] {
    const auto buffer = get(from, "from");
    expect_size(*buffer, to, "to", bytes);
    with_device_of(*buffer, [&](Device& device) { device.download(*buffer, to); });
  });
}

sophia_status sophia_buffer_copy(sophia_buffer* from, sophia_buffer* to) {
  return guarded([&] {
    const auto source = get(from, "from"), target = get(to, "to");
    const Device& device = *target->memory->device();
    expect_tensor(device, "from", *source, target->dtype, target->count);
    with_device_of(*target, [&](Device& on) { on.copy(*source, *target); });
  });
}

sophia_status sophia_buffer_fill(sophia_buffer* buffer, double value) {
  return guarded([&] {
    const auto to = get(buffer, "buffer");
    switch (to->dtype) {
      case Dtype::kBf16: return fill(*to, Bf16(static_cast<float>(value)));
      case Dtype::kI32: return fill(*to, whole<std::int32_t>(value));
      case Dtype::kU16: return fill(*to, whole<std::uint16_t>(value));
      default: return fill(*to, static_cast<float>(value));
    }
  });
}

sophia_status sophia_buffer_data(sophia_buffer* buffer, void** data) {
  return guarded([&] { required(data, "data") = get(buffer, "buffer")->data(); });
}

sophia_status sophia_buffer_count(sophia_buffer* buffer, int64_t* count) {
  return guarded([&] { required(count, "count") = get(buffer, "buffer")->count; });
}

sophia_status sophia_buffer_bytes(sophia_buffer* buffer, int64_t* bytes) {
  return guarded([&] { required(bytes, "bytes") = get(buffer, "buffer")->bytes(); });
}

sophia_status sophia_buffer_dtype(sophia_buffer* buffer, sophia_dtype* dtype) {
  return guarded([&] {
    const auto* const type = std::find(std::begin(kTypes), std::end(kTypes), get(buffer, "buffer")->dtype);
    required(dtype, "dtype") = static_cast<sophia_dtype>(type - std::begin(kTypes));
  });
}
}
