#include "barrier.h"
#include "counters.h"
#include "races.h"
#include "report.h"
#include "scheduler.h"
#include "traffic.h"

namespace sophia::emulator {
namespace {

// What __syncthreads_count, _and and _or tell every thread.
struct Votes {
  unsigned count = 0;
  bool all = true, any = false;
};

struct Barrier {
  unsigned waiting = 0;
  Votes votes;
  const char* file = nullptr;
  int line = 0;
  const void* site = nullptr;
  bool divergent = false;
} barrier;
Votes result;  // of the last barrier; the next cannot complete before every thread has read it

void release() {
  if (barrier.divergent)
    report(Fault::kDivergentBarrier, barrier.site, "threads of a block meet at different __syncthreads calls");
  for (unsigned i = 0; i < block.threads; ++i)
    if (block.lanes[i].state == State::kAtBarrier) make_ready(block.lanes[i]);
  result = barrier.votes;
  barrier = {};
  ++counters.barriers;
  next_epoch();
}

const Votes& meet(bool predicate, const char* file, int line, const void* site) {
  settle_requests(current->warp);
  if (barrier.waiting == 0) barrier.file = file, barrier.line = line;
  barrier.divergent |= barrier.line != line || std::strcmp(barrier.file, file) != 0;
  barrier.votes.count += predicate;
  barrier.votes.all &= predicate;
  barrier.votes.any |= predicate;
  barrier.site = current->site = site;

  current->state = State::kAtBarrier;
  if (++barrier.waiting == block.alive) {
    release();
    block.warp_of(*current).ready &= ~(1u << current->lane);  // it has not stopped running
  } else {
    pause();
  }
  return result;
}

}  // namespace

void begin_barriers() { barrier = {}; }

void release_barrier_if_complete() {
  if (barrier.waiting != 0 && barrier.waiting == block.alive) release();
}

}  // namespace sophia::emulator

using sophia::emulator::meet;

void __syncthreads(const char* file, int line) { meet(false, file, line, __builtin_return_address(0)); }
int __syncthreads_count(int predicate, const char* file, int line) {
  return static_cast<int>(meet(predicate != 0, file, line, __builtin_return_address(0)).count);
}
int __syncthreads_and(int predicate, const char* file, int line) {
  return meet(predicate != 0, file, line, __builtin_return_address(0)).all;
}
int __syncthreads_or(int predicate, const char* file, int line) {
  return meet(predicate != 0, file, line, __builtin_return_address(0)).any;
}
