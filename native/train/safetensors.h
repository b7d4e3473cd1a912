// Safetensors: named tensors in one file, https://huggingface.co/docs/safetensors
//
//   8 bytes     N, the length of the header, unsigned little-endian
//   N bytes     JSON: {"<name>": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...,
//                      "__metadata__": {"<name>": "<text>", ...}}
//   the rest    the tensors, back to back, row-major, little-endian
//
// The reader believes nothing: everything that the header says is checked when the file is opened, so that what the
// tensors promise afterwards holds. A file that is wrong is an Error{kFormat}, a system that fails an Error{kIo}.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "../core/dtype.h"
#include "file.h"

namespace sophia {

using Metadata = std::map<std::string, std::string>;

class Safetensors {
 public:
  struct Tensor {
    std::string name;
    Dtype dtype;
    std::vector<uint64_t> shape;
    uint64_t count;     // of elements
    uint64_t position;  // of the first byte in the file

    uint64_t size() const { return count * bytes(dtype); }  // bytes
  };

  explicit Safetensors(const std::string& path);

  const std::string& path() const { return file_.path(); }
  const Metadata& metadata() const { return metadata_; }
  const std::vector<Tensor>& tensors() const { return tensors_; }  // as they lie in the file

  // A tensor by its name: null when it is missing, or Error{kFormat} that names it.
  const Tensor* find(std::string_view name) const;
  const Tensor& at(std::string_view name) const;

  // The bytes as they lie in the file; `to` has exactly tensor.size().
  void read(const Tensor& tensor, std::span<std::byte> to) const;

  // The elements as T (float, double or int32_t), of which `to` has exactly tensor.count. Numbers round to the nearest
  // T, but neither a fraction nor a number beyond T becomes a whole number (Error{kFormat}).
  template <class T>
  void read(const Tensor& tensor, std::span<T> to) const;

 private:
  void parse(std::string_view header);
  void check_layout() const;

  InputFile file_;
  uint64_t data_ = 0;  // position of the data in the file
  Metadata metadata_;
  std::vector<Tensor> tensors_;
};

// A tensor to be written: from memory, or, where it has a read(), from wherever that brings its bytes.
struct TensorSource {
  std::string name;
  Dtype dtype;
  std::vector<uint64_t> shape;
  const void* data;
  std::function<void(void* to)> read = {};
};

// Writes the tensors as one file that replaces the old one only when it is whole (OutputFile). They lie in the order
// given, wide types first, so that each is aligned to its elements.
void write_safetensors(const std::string& path, std::span<const TensorSource> tensors, const Metadata& metadata = {});

}  // namespace sophia
