#include "pool.h"
#include <sched.h>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include "../core/error.h"

namespace sophia {

namespace {

constexpr int kSpins = 4000;  // some microseconds: the gap between two kernels, far less than a time slice

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Gives up after kSpins; returns the value it saw last.
template <class T, class Unready>
T spin_while(const std::atomic<T>& value, Unready unready) {
  T seen = value.load(std::memory_order_acquire);
  for (int i = 0; i < kSpins && unready(seen); ++i) {
    pause();
    seen = value.load(std::memory_order_acquire);
  }
  return seen;
}

// The cgroup's processor quota, rounded up; a large number when there is none.
int quota() {
  std::ifstream unified("/sys/fs/cgroup/cpu.max");
  std::string limit;
  double period = 0;
  if (unified >> limit >> period && limit != "max" && period > 0)
    return std::max(1, static_cast<int>(std::ceil(std::atof(limit.c_str()) / period)));
  double used = 0;
  std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") >> used;
  std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_period_us") >> period;
  return used > 0 && period > 0 ? std::max(1, static_cast<int>(std::ceil(used / period))) : kMostThreads;
}

}  // namespace

int default_threads() {
  if (const char* wanted = std::getenv("SOPHIA_NUM_THREADS"))
    if (const int count = std::atoi(wanted); count > 0) return std::min(count, kMostThreads);
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const int processors = sched_getaffinity(0, sizeof allowed, &allowed) == 0
                             ? CPU_COUNT(&allowed)
                             : static_cast<int>(std::thread::hardware_concurrency());
  return std::max(1, std::min(processors, quota()));
}

Pool::Pool(int threads) {
  try {
    for (int i = 1; i < std::min(threads, kMostThreads); ++i) workers_.emplace_back([this, i] { work(i); });
  } catch (const std::system_error& error) {
    const std::size_t started = workers_.size();
    end();
    fail(Code::kDevice, text("Expected to start ", threads - 1, " threads, got ", started, ": ", error.what()));
  }
}

Pool::~Pool() { end(); }

void Pool::end() {
  stop_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (auto& worker : workers_) worker.join();
}

void Pool::run(std::int64_t count, Task task, void* context) {
  if (count <= 0) return;
  if (workers_.empty() || count == 1) {
    for (std::int64_t i = 0; i < count; ++i) task(context, i, 0);
    return;
  }
  task_ = task;
  context_ = context;
  count_ = count;
  left_.store(count, std::memory_order_relaxed);
  done_.store(0, std::memory_order_relaxed);
  open_.store(count, std::memory_order_release);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  take_tasks(0);
  while (spin_while(done_, [](int done) { return done == 0; }) == 0) done_.wait(0, std::memory_order_acquire);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Pool::take_tasks(int thread) {
  for (std::int64_t open = open_.load(std::memory_order_relaxed); open > 0;) {
    if (!open_.compare_exchange_weak(open, open - 1, std::memory_order_acq_rel, std::memory_order_relaxed)) continue;
    try {
      task_(context_, count_ - open, thread);
    } catch (...) {
      std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
    }
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      done_.store(1, std::memory_order_release);
      done_.notify_one();
    }
    open = open_.load(std::memory_order_relaxed);
  }
}

void Pool::work(int thread) {
  for (std::uint32_t seen = 0;; ++seen) {
    while (spin_while(round_, [&](std::uint32_t round) { return round == seen; }) == seen)
      round_.wait(seen, std::memory_order_acquire);
    if (stop_) return;
    take_tasks(thread);
  }
}

}  // namespace sophia
