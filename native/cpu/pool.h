// A pool of threads that share numbered tasks. No OpenMP: its threads would outlive the addon that Node unloads.
//
// run() hands out the tasks 0 … count−1; which thread takes which task never shows in the results, because a task
// writes only what belongs to its number. Threads, the caller too, spin briefly and then park: on a machine with other
// work to do, spinning takes the time of those who are waited for. run() returns when the last task has ended; a thread
// that wakes after that finds nothing to do. One pool belongs to one caller at a time; several pools may live in a
// process. No static state, no static destructors.
#pragma once
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace sophia {

inline constexpr int kMostThreads = 1024;  // of a pool: every one of them takes memory

// How many threads a pool should have: SOPHIA_NUM_THREADS if set, else the processors that the affinity mask and the
// cgroup's quota allow.
int default_threads();

class Pool {
 public:
  using Task = void (*)(void* context, std::int64_t task, int thread);

  // At least one thread; the caller is one of them. Error{kDevice} when the system does not give so many.
  explicit Pool(int threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }
  // Runs every task and returns when all are done. An exception of a task is rethrown here, after the others ended.
  void run(std::int64_t count, Task task, void* context);

 private:
  void end();
  void work(int thread);
  void take_tasks(int thread);

  std::vector<std::thread> workers_;
  std::atomic<std::uint32_t> round_{0};  // one more per run(): what parked workers wait for
  std::atomic<std::int64_t> open_{0};    // tasks that nobody has taken
  std::atomic<std::int64_t> left_{0};    // tasks that have not ended
  std::atomic<int> done_{0};             // 1 when left_ is 0: what the caller waits for
  std::atomic<bool> stop_{false};
  Task task_ = nullptr;
  void* context_ = nullptr;
  std::int64_t count_ = 0;
  std::mutex mutex_;  // of failure_
  std::exception_ptr failure_;
};

}  // namespace sophia
