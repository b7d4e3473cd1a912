// Fibers: a CUDA thread that waits for others keeps its stack, and another thread goes on at once.
#pragma once
#include <cstddef>
#if !defined(__x86_64__) && !defined(SOPHIA_PORTABLE_FIBERS)
#define SOPHIA_PORTABLE_FIBERS 1  // also to be set by hand, to test them where they are not needed
#endif
#if SOPHIA_PORTABLE_FIBERS
#include <ucontext.h>
#endif

namespace sophia::emulator {

struct Stack {
  char* low;
  size_t size;
};

// A place where execution was left. The launching host thread's fiber has no stack of ours.
struct Fiber {
  Stack* stack = nullptr;
#if SOPHIA_PORTABLE_FIBERS
  ucontext_t context;
#else
  void* stack_pointer = nullptr;
#endif
};

Stack* take_stack();
void give_back(Stack* stack);
void reclaim_stacks();                 // after a block was abandoned midway: no stack is in use any more
bool on_a_stack(const void* address);  // of any CUDA thread

// Makes `fiber` begin at `entry`, which must never return, when it is first jumped to.
void prepare(Fiber& fiber, Stack* stack, void (*entry)());

// Leaves the running fiber, remembering the place in `from`, and goes on in `to`. `forever` says that nobody
// will come back (AddressSanitizer then frees what it keeps for the stack).
void jump(Fiber& from, Fiber& to, bool forever = false);

}  // namespace sophia::emulator
