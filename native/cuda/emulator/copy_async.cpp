#include "copy_async.h"
#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>
#include <vector>
#include "access.h"
#include "memory.h"
#include "report.h"
#include "scheduler.h"
#include "shared.h"

namespace sophia::emulator {
namespace {

struct Copy {
  void* to;
  const void* from;
  unsigned bytes;
  const void* code;
};

// What a thread has under way.
struct Copies {
  std::vector<Copy> begun;
  std::deque<std::vector<Copy>> groups;
};
std::array<Copies, kMaxThreads> copies;
std::vector<unsigned> busy;  // threads that have copied in this block

// A load and a store, which are told apart by their code: of the call that returns to copy.code, another byte.
void judge(const Copy& copy, bool landing) {
  check_access({copy.from, copy.bytes, false, false, copy.code, landing});
  check_access({copy.to, copy.bytes, true, false, static_cast<const char*>(copy.code) - 1, landing});
}

void check_spaces(const Copy& copy) {
  if (in_shared_memory(copy.to) && in_device_memory(copy.from)) return;
  report(Fault::kWildAccess, copy.code,
         describe("an asynchronous copy from %p to %p, not from global to shared memory", copy.from, copy.to));
  stop_launch();
}

void land(std::vector<Copy>& group) {
  for (size_t left = group.size(); left > 0; --left) {
    std::swap(group[random_choice() % left], group[left - 1]);
    const Copy& copy = group[left - 1];
    if (checking()) judge(copy, true);
    std::memcpy(copy.to, copy.from, copy.bytes);
  }
}

}  // namespace

void copy_async(void* to, const void* from, unsigned bytes) {
  const Copy copy = {to, from, bytes, __builtin_return_address(0)};
  if (checking()) {
    check_spaces(copy);
    judge(copy, false);
    forget_contents(to, bytes);
  }
  std::memset(to, 0xff, bytes);
  Copies& mine = copies[current->index];
  if (mine.begun.empty() && mine.groups.empty()) busy.push_back(current->index);
  mine.begun.push_back(copy);
}

void commit_copies() {
  Copies& mine = copies[current->index];
  mine.groups.push_back(std::exchange(mine.begun, {}));
}

void wait_for_copies(unsigned groups) {
  Copies& mine = copies[current->index];
  for (; mine.groups.size() > groups; mine.groups.pop_front()) land(mine.groups.front());
}

void forget_copies() {
  for (const unsigned thread : busy) copies[thread] = {};
  busy.clear();
}

}  // namespace sophia::emulator
