// What a pass over the model is given.
#pragma once
#include <cstdint>

namespace sophia {

// `batch` sequences of `time` tokens, row after row. A target of −1 is not counted. Of a single sequence the first
// `past` tokens may have passed before: their keys and values are where the pass left them, and only the rest is
// computed.
struct Batch {
  std::int64_t batch = 0, time = 0;
  const std::int32_t* tokens = nullptr;
  const std::int32_t* targets = nullptr;
  std::int64_t past = 0;
  std::int64_t rows() const { return batch * time; }
};

}  // namespace sophia
