// Times work on a device, many things in turn, so that all meet the same clock and the same neighbours.
#pragma once
#include <algorithm>
#include <functional>
#include <string>
#include <vector>
#include "../../../native/cuda/cuda.h"

namespace bench {

using sophia::Cuda;

// Seconds of one run, between two events of the stream.
class Clock {
 public:
  explicit Clock(Cuda& on) : on_(on) {
    for (cudaEvent_t* event : {&begin_, &end_}) CUDA_CHECK(cudaEventCreateWithFlags(event, cudaEventDefault));
  }
  ~Clock() {
    for (cudaEvent_t event : {begin_, end_}) cudaEventDestroy(event);
  }
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  double time(const std::function<void()>& work) {
    CUDA_CHECK(cudaEventRecord(begin_, on_.stream()));
    work();
    CUDA_CHECK(cudaEventRecord(end_, on_.stream()));
    on_.synchronize();
    float milliseconds = 0;
    CUDA_CHECK(cudaEventElapsedTime(&milliseconds, begin_, end_));
    return 1e-3 * static_cast<double>(milliseconds);
  }

 private:
  Cuda& on_;
  cudaEvent_t begin_ = nullptr, end_ = nullptr;
};

// What bounds a thing: bytes, by the device's copy; or floating-point operations, by its rate at products of such
// numbers.
enum class Bound { kMemory, kFloat, kTf32, kBf16 };
inline const char* name(Bound bound) {
  return bound == Bound::kMemory  ? "memory"
         : bound == Bound::kFloat ? "float"
         : bound == Bound::kTf32  ? "TF32"
                                  : "bf16";
}

struct Pass {
  std::string name, shape;
  Bound bound;
  double amount;  // bytes or operations, the least that do
  std::function<void()> run;
  std::vector<double> seconds = {};
};

inline double quantile(std::vector<double> numbers, double part) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[static_cast<std::size_t>(part * static_cast<double>(numbers.size() - 1) + 0.5)];
}
inline double median_rate(const Pass& pass) { return pass.amount / quantile(pass.seconds, 0.5); }

// Every turn begins at another pass. What runs first has a cold code cache: one turn is not counted.
inline void take_turns(Cuda& on, std::vector<Pass>& passes, int turns) {
  Clock clock(on);
  for (int turn = -1; turn < turns; ++turn)
    for (std::size_t i = 0; i < passes.size(); ++i) {
      Pass& pass = passes[(i + static_cast<std::size_t>(turn + 1)) % passes.size()];
      const double seconds = clock.time(pass.run);
      if (turn >= 0) pass.seconds.push_back(seconds);
    }
}

}  // namespace bench
