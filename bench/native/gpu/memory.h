// Device memory for the passes, kept until the end.
#pragma once
#include <algorithm>
#include <deque>
#include "../../../native/core/arena.h"
#include "../../../native/cuda/cuda.h"
#include "../../../native/model/initialize.h"

namespace bench {

using namespace sophia;

class Memory {
 public:
  explicit Memory(Cuda& on) : on_(on) {}

  // From N(0, 1).
  View<float> numbers(std::int64_t count) {
    const View<float> view{floats_.emplace_back(on_, count).data()};
    const Draw draw{
        .seed = 1, .step = 0, .purpose = Purpose::kInitialize, .site = static_cast<std::uint32_t>(floats_.size())};
    fill(on_, NormalFill<float>{.to = view, .count = count, .mean = 0, .deviation = 1, .draw = draw});
    return view;
  }
  // bf16 numbers between −1 and 1: a few thousand, over and over.
  View<Bf16> halves(std::int64_t count) {
    std::vector<Bf16> few(1 << 16);
    std::uint32_t state = 1;
    for (Bf16& x : few)
      x = Bf16(static_cast<float>(static_cast<std::int32_t>(state = state * 1664525 + 1013904223)) * 0x1p-31f);
    auto* const all = reinterpret_cast<Bf16*>(bytes_.emplace_back(on_, count * std::int64_t{sizeof(Bf16)}).data());
    std::int64_t done = std::min<std::int64_t>(count, static_cast<std::int64_t>(few.size()));
    on_.upload(all, few.data(), done);
    for (; done < count; done *= 2) on_.copy(all + done, all, std::min(done, count - done));
    return {all};
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
