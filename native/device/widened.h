// Gradients that a caller has in Bf16, as the floats that optimizers read: copies, made anew whenever they are read.
#pragma once
#include <utility>
#include <vector>
#include "../linalg/cast.h"
#include "device.h"

namespace sophia {

template <class On>
class Widened {
 public:
  // Room for those of the tensors that hold Bf16.
  Widened(std::shared_ptr<Device> device, On& on, const std::vector<Tensor>& tensors)
      : on_(on),
        offsets_(offsets(tensors)),
        claim_(std::move(device), size() * static_cast<std::int64_t>(sizeof(float))),
        floats_(on, size()) {}

  // Whether there is room for these.
  bool fits(const std::vector<Tensor>& tensors) const { return offsets(tensors) == offsets_; }
  // Where the floats of a tensor are: its own, or the copies.
  View<float> at(std::size_t i, const Tensor& tensor) const {
    if (tensor.dtype == Dtype::kBf16) return {floats_.data() + offsets_[i]};
    return {tensor.as<float>()};
  }
  void update(const std::vector<Tensor>& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i)
      if (tensors[i].dtype == Dtype::kBf16)
        from_bf16(on_, tensors[i].count, View<Bf16>{tensors[i].as<Bf16>()}, at(i, tensors[i]));
  }

 private:
  // Of every tensor, and behind the last the size of all.
  static std::vector<std::int64_t> offsets(const std::vector<Tensor>& tensors) {
    std::vector<std::int64_t> all;
    Layout layout;
    for (const auto& tensor : tensors) all.push_back(layout.take(tensor.dtype == Dtype::kBf16 ? tensor.count : 0));
    all.push_back(layout.size());
    return all;
  }
  std::int64_t size() const { return offsets_.back(); }

  On& on_;
  std::vector<std::int64_t> offsets_;
  Device::Claim claim_;
  Arena<On, float> floats_;
};

}  // namespace sophia
