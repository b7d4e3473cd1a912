// Device memory for the passes: normal numbers, kept until the end.
#pragma once
#include <deque>
#include "../../../native/core/arena.h"
#include "../../../native/cuda/cuda.h"
#include "../../../native/model/initialize.h"

namespace bench {

using namespace sophia;

class Memory {
 public:
  explicit Memory(Cuda& on) : on_(on) {}

  View<float> numbers(std::int64_t count) {
    const View<float> view{floats_.emplace_back(on_, count).data()};
    const Draw draw{
        .seed = 1, .step = 0, .purpose = Purpose::kInitialize, .site = static_cast<std::uint32_t>(floats_.size())};
    fill(on_, NormalFill<float>{.to = view, .count = count, .mean = 0, .deviation = 1, .draw = draw});
    return view;
  }
  template <class T>
  T* copy(const std::vector<T>& host) {
    const auto bytes = static_cast<std::int64_t>(host.size() * sizeof(T));
    T* const device = reinterpret_cast<T*>(bytes_.emplace_back(on_, bytes).data());
    on_.upload(device, host.data(), static_cast<std::int64_t>(host.size()));
    return device;
  }

 private:
  Cuda& on_;
  std::deque<Arena<Cuda, float>> floats_;
  std::deque<Arena<Cuda, unsigned char>> bytes_;
};

}  // namespace bench
