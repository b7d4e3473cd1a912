#include "../../../native/cpu/pool.h"
#include <pthread.h>
#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

namespace {

using namespace sophia;

// Runs f(task, thread) for every task.
template <class F>
void each(Pool& pool, std::int64_t count, F f) {
  pool.run(count, [](void* context, std::int64_t task, int thread) { (*static_cast<F*>(context))(task, thread); }, &f);
}

}  // namespace

TEST("A pool that the system gives no threads") {
  pthread_attr_t usual, vast;
  pthread_getattr_default_np(&usual);
  pthread_attr_init(&vast);
  pthread_attr_setstacksize(&vast, std::size_t{1} << 47);  // more than there are addresses
  pthread_setattr_default_np(&vast);
  check::expect_error("is an error, and the process lives", Code::kDevice, "Expected to start 2 threads, got 0",
                      [] { Pool pool(3); });
  pthread_setattr_default_np(&usual);
}

TEST("Pool") {
  for (const int threads : {1, 2, 3, 7}) {
    Pool pool(threads);
    const std::string who = "Pool of " + std::to_string(threads) + ": ";
    bool once = true, known = true;
    for (const std::int64_t count : {0, 1, 2, 5, 1000}) {
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(count));
      for (int round = 0; round < 50; ++round) {
        each(pool, count, [&](std::int64_t task, int thread) {
          ++runs[static_cast<std::size_t>(task)];
          if (thread < 0 || thread >= pool.threads()) known = false;
        });
      }
      for (const auto& n : runs) once &= n == 50;
    }
    check::expect(who + "every task runs once", once);
    check::expect(who + "threads are numbered", known);
  }
}

TEST("Pool passes on what a task throws, and works on") {
  Pool pool(3);
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> ran{0};
    bool thrown = false;
    try {
      each(pool, 100, [&](std::int64_t task, int) {
        ++ran;
        if (task == 17) throw std::runtime_error("task 17");
      });
    } catch (const std::runtime_error& error) {
      thrown = std::string(error.what()) == "task 17";
    }
    if (!check::expect("an exception comes back after the others ended", thrown && ran == 100)) return;
  }
  int sum = 0;
  std::mutex mutex;
  each(pool, 10, [&](std::int64_t task, int) {
    std::lock_guard lock(mutex);
    sum += static_cast<int>(task);
  });
  check::expect("the next round is whole", sum == 45);
}

TEST("Pools live beside each other") {
  std::vector<std::thread> callers;
  std::atomic<std::int64_t> total{0};
  for (int i = 0; i < 3; ++i)
    callers.emplace_back([&] {
      Pool pool(2);
      for (int round = 0; round < 100; ++round) each(pool, 8, [&](std::int64_t task, int) { total += task; });
    });
  for (auto& caller : callers) caller.join();
  check::expect("three pools in three threads", total == 3 * 100 * 28);
}

TEST("Pool size") {
  setenv("SOPHIA_NUM_THREADS", "5", 1);
  check::expect("SOPHIA_NUM_THREADS is respected", default_threads() == 5);
  for (const char* nonsense : {"0", "-3", "many", ""}) {
    setenv("SOPHIA_NUM_THREADS", nonsense, 1);
    check::expect(std::string("SOPHIA_NUM_THREADS=") + nonsense + " is ignored", default_threads() >= 1);
  }
  unsetenv("SOPHIA_NUM_THREADS");
  check::expect("at least one thread", default_threads() >= 1);
}

TEST("Cpu scratch") {
  Cpu<Isa> on(2);
  float* first = on.scratch<float>(0, Slot::kPack, 1000);
  check::expect("is aligned to 64 bytes", reinterpret_cast<std::uintptr_t>(first) % 64 == 0);
  check::expect("stays for smaller requests", on.scratch<float>(0, Slot::kPack, 10) == first);
  check::expect("is each thread's own", on.scratch<float>(1, Slot::kPack, 10) != first);
}
