// The thread that all work of the devices runs on, whichever threads of the host ask for it. It is one for all
// devices: the coordinates and the shared memory of the running block are one thread's, and the order of work is then
// the order in which it was asked for, always. It starts with the first work and is joined at exit.
//
// The functions of the runtime API may be called from any thread. Each takes the lock; work never does.
#pragma once
#include <cstdint>
#include <functional>
#include <mutex>

namespace sophia::emulator {

// Held while the state of streams, events, captures and devices is looked at or changed.
class Api {
 public:
  Api();
  Api(const Api&) = delete;

 private:
  std::lock_guard<std::recursive_mutex> lock_;
};

// And no work runs meanwhile: what it also uses may be changed (the heap, reports, counters, the scheduler).
class Exclusive {
 public:
  Exclusive();

 private:
  Api api_;
};

// Queues work, to be called with the lock; each has the number that next_ticket() gave before.
void post(std::function<void()> work);
uint64_t next_ticket();
bool is_done(uint64_t ticket);
void wait_for(uint64_t ticket);  // without the lock, unless no other thread need get on

}  // namespace sophia::emulator
