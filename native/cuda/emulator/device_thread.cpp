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
  std::deque<Work> queue, taken;
  std::atomic<uint64_t> posted = 0, done = 0;
  std::atomic<int> waiting = 0;
  bool started = false, asleep = false, ending = false, ended = false;
  pthread_t thread;
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

void* run(void*) {
  std::deque<Work>& taken = worker().taken;
  for (;;) {
    soon([] { return worker().posted != worker().done; });
    {
      std::unique_lock lock(worker().mutex);
      worker().asleep = true;
      worker().more.wait(lock, [] { return worker().ending || !worker().queue.empty(); });
      worker().asleep = false;
      if (worker().queue.empty()) return nullptr;
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
  if (worker().started) pthread_join(worker().thread, nullptr);
  worker().ended = true;
}

// A child process has but the thread that forked: its first work starts another.
void before_fork() {
  worker().api.lock();
  wait_for(worker().posted);
}
void in_parent() { worker().api.unlock(); }
void in_child() {
  // What the parent's threads have locked or wait at cannot be unlocked here.
  new (&worker().api) std::recursive_mutex;
  new (&worker().mutex) std::mutex;
  new (&worker().more) std::condition_variable;
  new (&worker().fewer) std::condition_variable;
  worker().waiting = 0;
  worker().started = worker().asleep = false;
}

void start() {
  static const bool registered = [] {
    pthread_atfork(before_fork, in_parent, in_child);
    return std::atexit(join) == 0;
  }();
  worker().started = registered && pthread_create(&worker().thread, nullptr, run, nullptr) == 0;
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
  if (!worker().started) start();
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
