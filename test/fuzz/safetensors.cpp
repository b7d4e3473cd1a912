// Safetensors: any bytes are either refused with kFormat or give tensors that can all be read, account for every byte
// of the file, and come back the same when they are written and read again.
#include "../../native/train/safetensors.h"
#include "../../native/core/error.h"
#include "driver.h"
#include "scratch.h"

namespace {

using namespace sophia;
using Bytes = std::vector<std::byte>;

Bytes bytes_of(const Safetensors& file, const Safetensors::Tensor& tensor) {
  Bytes all(tensor.size());
  file.read(tensor, std::span(all));
  return all;
}

template <class T>
void read_as(const Safetensors& file, const Safetensors::Tensor& tensor) try {
  std::vector<T> values(tensor.count);
  file.read(tensor, std::span<T>(values));
} catch (const Error& error) {
  fuzz::check(error.code == Code::kFormat && std::is_integral_v<T>, "Safetensors read every tensor as numbers");
}

// Whether the dimensions multiply to the count, found by dividing, which cannot overflow.
bool counts(const Safetensors::Tensor& tensor) {
  uint64_t rest = tensor.count;
  for (const uint64_t dimension : tensor.shape) {
    if (dimension == 0) return tensor.count == 0;
    if (rest % dimension != 0) return false;
    rest /= dimension;
  }
  return rest == 1;
}

void returns(const Safetensors& file) {
  const std::string path = fuzz::output("safetensors");
  std::vector<Bytes> contents;
  std::vector<TensorSource> sources;
  for (const auto& tensor : file.tensors()) {
    contents.push_back(bytes_of(file, tensor));
    sources.push_back({tensor.name, tensor.dtype, tensor.shape, contents.back().data()});
  }
  write_safetensors(path, sources, file.metadata());
  const Safetensors again(path);
  ::unlink(path.c_str());
  fuzz::check(again.metadata() == file.metadata(), "Safetensors return the metadata");
  fuzz::check(again.tensors().size() == sources.size(), "Safetensors return as many tensors");
  for (size_t i = 0; i < sources.size(); ++i) {
    const auto& tensor = again.at(sources[i].name);
    fuzz::check(tensor.dtype == sources[i].dtype && tensor.shape == sources[i].shape,
                "Safetensors return dtype and shape");
    fuzz::check(bytes_of(again, tensor) == contents[i], "Safetensors return the bytes");
  }
}

void property(std::string_view input) {
  try {
    const Safetensors file(fuzz::scratch(input));
    uint64_t position;
    std::memcpy(&position, input.data(), sizeof position);
    position += sizeof position;
    for (const auto& tensor : file.tensors()) {
      fuzz::check(counts(tensor), "Safetensors have as many elements as their shape says");
      fuzz::check(tensor.position == position, "Safetensors lie back to back");
      position += tensor.size();
      read_as<float>(file, tensor);
      read_as<double>(file, tensor);
      read_as<int32_t>(file, tensor);
    }
    fuzz::check(position == input.size(), "Safetensors account for every byte");
    returns(file);
  } catch (const Error& error) {
    fuzz::check(error.code == Code::kFormat, "Safetensors refuse with kFormat");
  }
}

// The header's length, so that mutants of its text are not all refused for it: up to the last brace.
void repair(std::string& input) {
  const size_t brace = input.rfind('}');
  if (brace == std::string::npos || brace < 8) return;
  const uint64_t length = brace - 7;
  std::memcpy(input.data(), &length, sizeof length);
}

}  // namespace

int main(int count, char** arguments) {
  const fuzz::Target target{"safetensors",
                            property,
                            {"\"dtype\":",
                             "\"shape\":",
                             "\"data_offsets\":",
                             "\"__metadata__\":",
                             "\"F64\"",
                             "\"F32\"",
                             "\"BF16\"",
                             "\"F16\"",
                             "\"I64\"",
                             "\"I32\"",
                             "\"U8\"",
                             "\"BOOL\"",
                             "[0,4]",
                             "[]",
                             "{}",
                             "[0]",
                             "\"a\":",
                             "9223372036854775808",
                             R"("b":{"dtype":"U8","shape":[],"data_offsets":[0,1]},)",
                             R"("e":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},)"},
                            repair};
  return fuzz::run(target, count, arguments);
}
