// Numbered tasks shared out to threads in advance, so that neighbours stay together: a thread takes its own in order,
// and then the last ones of the others. What a thread leaves in its caches serves its next task, and its tasks of the
// next pass over the same memory.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>

namespace sophia {

class Shares {
 public:
  // Fewer than 2³² tasks.
  Shares(std::int64_t tasks, int threads) : count_(std::min(threads, kMost)) {
    for (int i = 0; i < count_; ++i) shares_[i].open = pack(tasks * i / count_, tasks * (i + 1) / count_);
  }

  // One more task for this thread; −1 when all are taken.
  std::int64_t take(int thread) {
    for (int i = 0; i < count_; ++i) {
      auto& open = shares_[(thread + i) % count_].open;
      for (std::uint64_t seen = open.load(std::memory_order_relaxed); begin(seen) < end(seen);) {
        const bool own = i == 0;
        const std::uint64_t left = own ? pack(begin(seen) + 1, end(seen)) : pack(begin(seen), end(seen) - 1);
        if (open.compare_exchange_weak(seen, left, std::memory_order_relaxed)) return own ? begin(seen) : end(seen) - 1;
      }
    }
    return -1;
  }

 private:
  static constexpr int kMost = 64;  // more threads have some in common
  struct alignas(64) Share {
    std::atomic<std::uint64_t> open;
  };
  static std::int64_t begin(std::uint64_t open) { return static_cast<std::int64_t>(open >> 32); }
  static std::int64_t end(std::uint64_t open) { return static_cast<std::int64_t>(open & 0xffffffff); }
  static std::uint64_t pack(std::int64_t begin, std::int64_t end) {
    return static_cast<std::uint64_t>(begin) << 32 | static_cast<std::uint64_t>(end);
  }

  int count_;
  Share shares_[kMost];
};

}  // namespace sophia
