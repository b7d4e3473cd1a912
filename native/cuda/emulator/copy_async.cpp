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
  unsigned bytes, read;
  const void* code;
};

// What a thread has under way.
struct Copies {
  std::vector<Copy> begun;
  std::deque<std::vector<Copy>> groups;
};
std::array<Copies, kMaxThreads> copies;
std::vector<unsigned> busy;  // threads that have copied in this block, or ended a group

Copies& begin_mine() {
  Copies& mine = copies[current->index];
  if (mine.begun.empty() && mine.groups.empty()) busy.push_back(current->index);
  return mine;
}

// Loads of 16, 8, 4 and 2 bytes, as many as are read of the copy, and a store. They are told apart by their code: of
// the call that returns to copy.code, another byte.
void judge(const Copy& copy, bool landing) {
  const char* code = static_cast<const char*>(copy.code);
  const char* from = static_cast<const char*>(copy.from);
  for (unsigned size = 16; size >= 2; size /= 2, --code) {
    if ((copy.read & size) == 0) continue;
    check_access({from, size, false, false, code, landing});
    from += size;
  }
  check_access({copy.to, copy.bytes, true, false, code, landing});
}

// Where nothing is read, only the alignment counts.
void check_ends(const Copy& copy) {
  if (reinterpret_cast<uintptr_t>(copy.from) % copy.bytes != 0) {
    report(Fault::kMisaligned, copy.code, describe("%u-byte asynchronous copy of %p", copy.bytes, copy.from));
    stop_launch();
  }
  if (in_shared_memory(copy.to) && (copy.read == 0 || in_device_memory(copy.from))) return;
  report(Fault::kWildAccess, copy.code,
         describe("an asynchronous copy from %p to %p, not from global to shared memory", copy.from, copy.to));
  stop_launch();
}

void land(std::vector<Copy>& group) {
  for (size_t left = group.size(); left > 0; --left) {
    std::swap(group[random_choice() % left], group[left - 1]);
    const Copy& copy = group[left - 1];
    if (checking()) judge(copy, true);
    if (copy.read > 0) std::memcpy(copy.to, copy.from, copy.read);  // from nowhere, if nothing is read
    std::memset(static_cast<char*>(copy.to) + copy.read, 0, copy.bytes - copy.read);
  }
}

}  // namespace

void copy_async(void* to, const void* from, unsigned bytes, unsigned read) {
  const Copy copy = {to, from, bytes, read, __builtin_return_address(0)};
  if (checking()) {
    check_ends(copy);
    judge(copy, false);
    forget_contents(to, bytes);
  }
  std::memset(to, 0xff, bytes);
  begin_mine().begun.push_back(copy);
}

void commit_copies() {
  Copies& mine = begin_mine();
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
