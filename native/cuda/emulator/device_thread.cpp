#include "device_thread.h"
#include <pthread.h>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <new>
#include <thread>

namespace sophia::emulator {
namespace {

using Work = std::function<void()>;

struct Worker {
  std::recursive_mutex api;
  std::mutex mutex;
  std::condition_variable more, fewer;
  std::deque<Work> queue;
  std::atomic<uint64_t> posted = 0, done = 0;
  std::atomic<int> waiting = 0;
  bool asleep = false, ending = false, ended = false;
  std::thread thread;
};

// Never destroyed: static destructors may still use the API.
alignas(Worker) char memory[sizeof(Worker)];
Worker& worker() {
  static Worker& only = *new (memory) Worker;
  return only;
}

// How often a thread looks for what it waits for, and lets others go on, before it sleeps: waking up takes longer.
constexpr int kPatience = 50;

template <class F>
bool soon(F f) {
  for (int i = 0; i < kPatience; ++i) {
    if (f()) return true;
    std::this_thread::yield();
  }
  return f();
}

void finish_one() {
  ++worker().done;
  if (worker().waiting == 0) return;
  const std::lock_guard lock(worker().mutex);
  worker().fewer.notify_all();
}

void run() {
  std::deque<Work> taken;
  for (;;) {
    soon([] { return worker().posted != worker().done; });
    {
      std::unique_lock lock(worker().mutex);
      worker().asleep = true;
      worker().more.wait(lock, [] { return worker().ending || !worker().queue.empty(); });
      worker().asleep = false;
      if (worker().queue.empty()) return;
      taken.swap(worker().queue);
    }
    for (Work& work : taken) {
      work();
      work = nullptr;
      finish_one();
    }
    taken.clear();
  }
}

void join() {
  const Exclusive all_done;
  {
    const std::lock_guard lock(worker().mutex);
    worker().ending = true;
    worker().more.notify_all();
  }
  if (worker().thread.joinable()) worker().thread.join();
  worker().ended = true;
}

// A child process has but the thread that forked: its first work starts another.
void before_fork() { new Exclusive; }
void in_parent() { worker().api.unlock(); }
void in_child() {
  const uint64_t posted = worker().posted;
  new (memory) Worker;  // what the parent has locked is no longer ours to unlock
  worker().posted = posted;
  worker().done = posted;
}

void start() {
  static const bool registered = [] {
    pthread_atfork(before_fork, in_parent, in_child);
    return std::atexit(join) == 0;
  }();
  if (registered) worker().thread = std::thread(run);
}

}  // namespace

Api::Api() : lock_(worker().api) {}
Exclusive::Exclusive() { wait_for(worker().posted); }

uint64_t next_ticket() { return worker().posted + 1; }

void post(Work work) {
  if (worker().ended) {  // the program is ending
    work();
    worker().done = ++worker().posted;
    return;
  }
  if (!worker().thread.joinable()) start();
  const std::lock_guard lock(worker().mutex);
  worker().queue.push_back(std::move(work));
  ++worker().posted;
  if (worker().asleep) worker().more.notify_one();
}

bool is_done(uint64_t ticket) { return worker().done >= ticket; }

void wait_for(uint64_t ticket) {
  if (soon([=] { return is_done(ticket); })) return;
  ++worker().waiting;
  std::unique_lock lock(worker().mutex);
  worker().fewer.wait(lock, [=] { return is_done(ticket); });
  --worker().waiting;
}

}  // namespace sophia::emulator
