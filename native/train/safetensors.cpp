#include "safetensors.h"
#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>
#include "../core/error.h"
#include "../core/json.h"

static_assert(std::endian::native == std::endian::little, "safetensors are read and written as they lie in memory");

namespace sophia {
namespace {

constexpr uint64_t kLargestHeader = 100'000'000;  // bytes, the limit of the reference implementation
constexpr char kMetadata[] = "__metadata__";
constexpr size_t kConvertedBytes = 1 << 16;  // bytes read at a time while converting

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  fail(Code::kFormat, text(parts...));
}

// The product of a shape, times the size of an element; false when it is 2^64 or more.
bool multiply(const std::vector<uint64_t>& shape, uint64_t size, uint64_t& product) {
  product = size;
  for (const uint64_t dimension : shape)
    if (__builtin_mul_overflow(product, dimension, &product)) return false;
  return true;
}

// One entry of the header; `data` is the position of the data in the file.
Safetensors::Tensor tensor_of(const Json::Member& member, uint64_t data) {
  const Json &dtype = member.value.at("dtype"), &shape = member.value.at("shape"),
             &offsets = member.value.at("data_offsets");
  const std::optional<Dtype> known = dtype_of(dtype.string());
  if (!known) refuse("expected a dtype such as F32, got ", dtype.dump());
  Safetensors::Tensor tensor{member.name, *known, {}, 0, 0};
  for (const Json& dimension : shape.array()) tensor.shape.push_back(dimension.integer());
  if (offsets.array().size() != 2) refuse("expected two data_offsets, got ", offsets.dump());
  const uint64_t begin = offsets.array()[0].integer(), end = offsets.array()[1].integer();
  uint64_t size, last;
  if (!multiply(tensor.shape, bytes(*known), size) || begin > end || end - begin != size)
    refuse("expected data_offsets that span ", name(*known), " ", shape.dump(), ", got ", offsets.dump());
  if (__builtin_add_overflow(data, end, &last)) refuse("expected data_offsets within the file, got ", offsets.dump());
  tensor.count = size / bytes(*known);
  tensor.position = data + begin;
  return tensor;
}

template <class T, class From>
constexpr bool holds(From value) {
  if constexpr (std::is_integral_v<T>) return std::in_range<T>(value);
  return true;
}

// Reads elements of type From in chunks and converts them; false when T cannot hold one of them.
template <class From, class T>
bool convert(const InputFile& file, uint64_t position, std::span<T> to) {
  From buffer[kConvertedBytes / sizeof(From)];
  for (size_t done = 0; done < to.size();) {
    const size_t count = std::min(std::size(buffer), to.size() - done);
    file.read(position + done * sizeof(From), buffer, count * sizeof(From));
    for (size_t i = 0; i < count; ++i) {
      if (!holds<T>(buffer[i])) return false;
      to[done + i] = static_cast<T>(buffer[i]);
    }
    done += count;
  }
  return true;
}

// Wide types first, so that each tensor is aligned to its elements.
std::vector<const TensorSource*> ordered(std::span<const TensorSource> tensors) {
  std::vector<const TensorSource*> order;
  for (const TensorSource& tensor : tensors) order.push_back(&tensor);
  std::stable_sort(order.begin(), order.end(), [](auto* a, auto* b) { return bytes(a->dtype) > bytes(b->dtype); });
  return order;
}

uint64_t size_of(const TensorSource& tensor) {
  uint64_t size;
  require(multiply(tensor.shape, bytes(tensor.dtype), size), tensor.name, ": shape is too large");
  return size;
}

std::string header_of(const std::vector<const TensorSource*>& order, const Metadata& metadata) {
  Json::Object header, strings;
  for (const auto& [key, value] : metadata) strings.push_back({key, value});
  if (!strings.empty()) header.push_back({kMetadata, std::move(strings)});
  std::set<std::string_view> names = {kMetadata};
  uint64_t begin = 0;
  for (const TensorSource* tensor : order) {
    require(names.insert(tensor->name).second, "expected one tensor of each name, got another \"", tensor->name, "\"");
    const uint64_t end = begin + size_of(*tensor);
    header.push_back({tensor->name, Json::Object{{"dtype", name(tensor->dtype)},
                                                 {"shape", Json::Array(tensor->shape.begin(), tensor->shape.end())},
                                                 {"data_offsets", Json::Array{begin, end}}}});
    begin = end;
  }
  std::string text = Json(std::move(header)).dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the data is aligned
  require(text.size() <= kLargestHeader, "expected a header of ", kLargestHeader, " bytes or fewer, got ", text.size());
  return text;
}

}  // namespace

Safetensors::Safetensors(const std::string& path) : file_(path) {
  try {
    uint64_t length;
    if (file_.size() < sizeof length) refuse("expected 8 bytes or more, got ", file_.size());
    file_.read(0, &length, sizeof length);
    const uint64_t largest = std::min(kLargestHeader, file_.size() - sizeof length);
    if (length > largest) refuse("expected a header of ", largest, " bytes or fewer, got ", length);
    std::string header(length, '\0');
    file_.read(sizeof length, header.data(), length);
    data_ = sizeof length + length;
    parse(header);
    check_layout();
  } catch (const Error& error) {
    if (error.code != Code::kFormat) throw;
    refuse("not a safetensors file: ", path, ": ", error.what());
  }
}

void Safetensors::parse(std::string_view header) {
  if (!header.starts_with('{')) refuse("expected a header that begins with '{'");
  const Json root = Json::parse(header);
  for (const Json::Member& member : root.object()) {
    try {
      if (member.name != kMetadata) {
        tensors_.push_back(tensor_of(member, data_));
      } else {
        for (const auto& [key, value] : member.value.object()) metadata_[key] = value.string();
      }
    } catch (const Error& error) {
      refuse("\"", member.name, "\": ", error.what());
    }
  }
  std::stable_sort(tensors_.begin(), tensors_.end(), [](const Tensor& a, const Tensor& b) {
    return std::pair(a.position, a.count) < std::pair(b.position, b.count);  // an empty tensor before its neighbour
  });
}

// Back to back from the header to the end of the file: nothing overlaps, nothing is left over.
void Safetensors::check_layout() const {
  uint64_t next = data_;
  for (const Tensor& tensor : tensors_) {
    if (tensor.position != next) {
      refuse("\"", tensor.name, "\": expected offset ", next - data_, ", without hole or overlap, got ",
             tensor.position - data_);
    }
    next += tensor.size();
  }
  if (next != file_.size()) refuse("expected ", next - data_, " bytes of data, got ", file_.size() - data_);
}

const Safetensors::Tensor* Safetensors::find(std::string_view name) const {
  for (const Tensor& tensor : tensors_)
    if (tensor.name == name) return &tensor;
  return nullptr;
}

const Safetensors::Tensor& Safetensors::at(std::string_view name) const {
  if (const Tensor* tensor = find(name)) return *tensor;
  refuse(path(), ": expected a tensor \"", name, "\"");
}

void Safetensors::read(const Tensor& tensor, std::span<std::byte> to) const {
  require(to.size() == tensor.size(), tensor.name, ": expected room for ", tensor.size(), " bytes, got ", to.size());
  file_.read(tensor.position, to.data(), to.size());
}

template <class T>
void Safetensors::read(const Tensor& tensor, std::span<T> to) const {
  require(to.size() == tensor.count, tensor.name, ": expected room for ", tensor.count, " elements, got ", to.size());
  const bool held = visit(tensor.dtype, [&]<class From>(From) {
    if constexpr (std::is_integral_v<T> && !std::is_integral_v<From>) return false;
    else if constexpr (std::is_same_v<From, T>) return file_.read(tensor.position, to.data(), to.size_bytes()), true;
    else return convert<From>(file_, tensor.position, to);
  });
  if (!held) refuse(path(), ": \"", tensor.name, "\": expected whole numbers of 32 bits, got ", name(tensor.dtype));
}

template void Safetensors::read(const Tensor&, std::span<float>) const;
template void Safetensors::read(const Tensor&, std::span<double>) const;
template void Safetensors::read(const Tensor&, std::span<int32_t>) const;

void write_safetensors(const std::string& path, std::span<const TensorSource> tensors, const Metadata& metadata) {
  const std::vector<const TensorSource*> order = ordered(tensors);
  const std::string header = header_of(order, metadata);
  const uint64_t length = header.size();
  OutputFile file(path);
  file.write(&length, sizeof length);
  file.write(header.data(), header.size());
  std::vector<std::byte> room;
  for (const TensorSource* tensor : order) {
    if (tensor->read) {
      room.resize(size_of(*tensor));
      tensor->read(room.data());
    }
    file.write(tensor->read ? room.data() : tensor->data, size_of(*tensor));
  }
  file.commit();
}

}  // namespace sophia
