// The context switch is our own on x86-64: about 10 ns, where swapcontext asks the kernel for signal masks and
// takes a hundred times as long. Other machines use ucontext.
#include "fiber.h"
#include <sys/mman.h>
#include <cstdint>
#include <vector>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if !SOPHIA_PORTABLE_FIBERS
// Saves the registers that a called function must preserve, swaps the stack pointers, restores, returns.
extern "C" void sophia_emulator_switch(void** save, void* stack_pointer);
asm(R"(
.text
.globl sophia_emulator_switch
.hidden sophia_emulator_switch
.type sophia_emulator_switch,@function
sophia_emulator_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp,(%rdi)
    movq %rsi,%rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    popq %rcx
    jmp *%rcx
.size sophia_emulator_switch,.-sophia_emulator_switch
)");
#endif

namespace sophia::emulator {
namespace {

constexpr size_t kStacks = 1024;  // the most threads a block may have
constexpr size_t kGuard = 4096;
#if defined(__SANITIZE_ADDRESS__)
constexpr size_t kStackSize = 256 * 1024;  // redzones make frames larger
#else
constexpr size_t kStackSize = 64 * 1024;
#endif
constexpr size_t kPitch = kGuard + kStackSize;

struct Pool {
  char* memory;
  std::vector<Stack> stacks;
  std::vector<Stack*> free;

  Pool() {
    memory = static_cast<char*>(
        mmap(nullptr, kStacks * kPitch, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    stacks.resize(kStacks);
    for (size_t i = 0; i < kStacks; ++i) {
      char* const guard = memory + i * kPitch;
      mprotect(guard, kGuard, PROT_NONE);
      // Tops at equal page offsets would all compete for the same cache sets.
      stacks[i] = {guard + kGuard, kStackSize - i * 320 % 4096 / 64 * 64};
    }
    refill();
  }

  void refill() {
    free.clear();
    for (size_t i = kStacks; i-- > 0;) free.push_back(&stacks[i]);
  }
};

Pool& pool() {
  static Pool& only = *new Pool;  // outlives every destructor that might still run kernels
  return only;
}

#if defined(__SANITIZE_ADDRESS__)
thread_local const void* host_stack;
thread_local size_t host_stack_size;

void about_to_switch(void** keep, const Stack* to) {
  __sanitizer_start_switch_fiber(keep, to ? to->low : host_stack, to ? to->size : host_stack_size);
}

void switched(void* kept) {
  const void* from = nullptr;
  size_t size = 0;
  __sanitizer_finish_switch_fiber(kept, &from, &size);
  if (host_stack == nullptr) host_stack = from, host_stack_size = size;  // the first switch of all comes from the host
}

void forget_frames(const Stack& stack) { __asan_unpoison_memory_region(stack.low, stack.size); }
#else
void about_to_switch(void**, const Stack*) {}
void switched(void*) {}
void forget_frames(const Stack&) {}
#endif

void (*first_entry)();

void begin() {
  switched(nullptr);
  first_entry();
}

}  // namespace

Stack* take_stack() {
  Stack* const stack = pool().free.back();
  pool().free.pop_back();
  return stack;
}

void give_back(Stack* stack) { pool().free.push_back(stack); }

void reclaim_stacks() { pool().refill(); }

bool on_a_stack(const void* address) {
  const auto offset = reinterpret_cast<uintptr_t>(address) - reinterpret_cast<uintptr_t>(pool().memory);
  return offset < kStacks * kPitch;
}

void prepare(Fiber& fiber, Stack* stack, void (*entry)()) {
  forget_frames(*stack);
  first_entry = entry;
  fiber.stack = stack;
#if SOPHIA_PORTABLE_FIBERS
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = stack->low;
  fiber.context.uc_stack.ss_size = stack->size;
  fiber.context.uc_link = nullptr;
  makecontext(&fiber.context, begin, 0);
#else
  void** top = reinterpret_cast<void**>(stack->low + stack->size - 64);
  *--top = nullptr;  // a called function finds its return address here: it never returns
  *--top = reinterpret_cast<void*>(begin);
  for (int saved = 0; saved < 6; ++saved) *--top = nullptr;
  fiber.stack_pointer = top;
#endif
}

void jump(Fiber& from, Fiber& to, bool forever) {
  void* kept = nullptr;
  about_to_switch(forever ? nullptr : &kept, to.stack);
#if SOPHIA_PORTABLE_FIBERS
  swapcontext(&from.context, &to.context);
#else
  sophia_emulator_switch(&from.stack_pointer, to.stack_pointer);
#endif
  switched(kept);
}

}  // namespace sophia::emulator
