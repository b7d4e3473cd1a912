// The CPU backend: a pool of threads and their scratch memory, at one instruction set.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include "../core/backend.h"
#include "../core/error.h"
#include "isa.h"
#include "memory.h"
#include "pool.h"

namespace sophia {

// Memory of one thread that grows and is never returned before its backend is: nothing allocates in the loop.
class Scratch {
 public:
  // Room for `count` T, 64-byte aligned. The next call on the same thread and slot hands out the same room.
  template <class T>
  T* take(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes > size_) {
      room_.reset();
      room_.reset(static_cast<char*>(::operator new(bytes, kAlignment)));
      size_ = bytes;
    }
    return reinterpret_cast<T*>(room_.get());
  }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(char* room) const { ::operator delete(room, kAlignment); }
  };
  std::unique_ptr<char, Free> room_;
  std::size_t size_ = 0;
};

// Verbs that may be on the stack at once use different slots of a thread's scratch.
enum class Slot { kPack, kTile, kPartial, kSlots };

template <class Isa>
class Cpu {
 public:
  using Real = sophia::Real<Isa>;
  static constexpr int kLanes = Isa::kLanes;
  static constexpr const char* kName = Isa::kName;
  static constexpr bool kHostIsDevice = true;

  // `bf16`: products of Bf16 may use the processor's own instruction for them, which only AVX-512 has here.
  explicit Cpu(int threads, bool bf16 = false)
      : pool_(threads), scratch_(static_cast<std::size_t>(threads) * kSlots), bf16_(bf16) {}

  int threads() const { return pool_.threads(); }
  bool bf16() const { return bf16_; }
  // The instruction set, which tells what bits a result has.
  const char* name() const {
    if constexpr (std::is_same_v<Isa, Avx512>) return bf16_ ? Isa::kNameWithBf16 : Isa::kName;
    else return Isa::kName;
  }

  // Zeroed memory, 64-byte aligned; throws std::bad_alloc.
  void* allocate(std::size_t bytes) { return allocate_zeroed(bytes); }
  void free(void* memory) { free_zeroed(memory); }

  // Long passes call poll() between layers; it throws Cancelled once the flag is up.
  void cancel_when(const std::atomic<bool>* flag) { cancel_ = flag; }
  void poll() const {
    if (cancel_ && cancel_->load(std::memory_order_relaxed)) throw Cancelled();
  }

  // f(task) or f(task, thread) for every task, shared among the threads. A task's result must not depend on the
  // thread or on the number of threads: sums over tasks are kept per task and added up in order afterwards.
  template <class F>
  void parallel(std::int64_t tasks, F f) {
    pool_.run(
        tasks,
        [](void* context, std::int64_t task, int thread) {
          F& body = *static_cast<F*>(context);
          if constexpr (std::is_invocable_v<F&, std::int64_t, int>) body(task, thread);
          else body(task);
        },
        &f);
  }

  // parallel() over ranges: f(begin, end) for consecutive blocks of `block` elements. The blocks do not depend on
  // the number of threads.
  template <class F>
  void parallel_blocks(std::int64_t count, std::int64_t block, F f) {
    parallel((count + block - 1) / block,
             [&](std::int64_t task) { f(task * block, std::min(count, (task + 1) * block)); });
  }

  template <class T>
  void zero(T* to, std::int64_t count) {
    constexpr std::int64_t kBlock = 1 << 16;
    parallel_blocks(count, kBlock, [&](std::int64_t begin, std::int64_t end) {
      std::memset(to + begin, 0, static_cast<std::size_t>(end - begin) * sizeof(T));
    });
  }

  // What other devices do with memory of their own, in the order of their work.
  template <class T>
  void upload(T* to, const T* from, std::int64_t count) {
    copy(to, from, count);
  }
  template <class T>
  void download(T* to, const T* from, std::int64_t count) {
    copy(to, from, count);
  }
  template <class T>
  void copy(T* to, const T* from, std::int64_t count) {
    std::copy_n(from, count, to);
  }
  void synchronize() {}

  // A point in time of the device's work.
  using Mark = std::chrono::steady_clock::time_point;
  void mark(Mark& mark) { mark = std::chrono::steady_clock::now(); }
  static double milliseconds(const Mark& from, const Mark& to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
  }

  static bool passed(const Mark&) { return true; }  // what is asked of it is done when the call returns
  static void wait_for(const Mark&) {}
  void wait(const Mark&) {}

  void give_back() {}  // freed memory is the system's at once

  // Work that comes again and again; a GPU records it once and replays it.
  struct Graph {};
  template <class F>
  void replay(Graph&, bool /*same*/, F work) {
    work();
  }

  template <class T>
  T* scratch(int thread, Slot slot, std::size_t count) {
    return scratch_[static_cast<std::size_t>(thread) * kSlots + static_cast<std::size_t>(slot)].template take<T>(count);
  }

 private:
  static constexpr std::size_t kSlots = static_cast<std::size_t>(Slot::kSlots);
  Pool pool_;
  std::vector<Scratch> scratch_;
  bool bf16_;
  const std::atomic<bool>* cancel_ = nullptr;
};

}  // namespace sophia
