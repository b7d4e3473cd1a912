#include "memory.h"
#include <sys/mman.h>
#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include "device_thread.h"
#include "report.h"
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes) (void)0
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) (void)0
#endif

namespace sophia::emulator {
namespace {

constexpr size_t kAddresses = size_t{1} << 40, kPage = 4096, kAlignment = 256, kSector = 32;
constexpr unsigned char kFresh = 0xff, kCanary = 0xa5;

size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

struct Heap {
  char* const low =
      static_cast<char*>(mmap(nullptr, kAddresses, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  char* next = low + kPage;
  std::map<char*, Allocation> allocations;  // dead ones stay, to be recognised
  std::map<char*, Allocation*> live;
  Allocation* recent = nullptr;
  bool hidden = false;
};

Heap& heap() {
  static Heap& only = *new Heap;
  return only;
}

char* canary_end(const Allocation& a) { return a.base + round_up(a.size, kAlignment); }
char* first_page(const Allocation& a) { return a.base - reinterpret_cast<uintptr_t>(a.base) % kPage; }
size_t pages(const Allocation& a) { return round_up(static_cast<size_t>(canary_end(a) - first_page(a)), kPage); }

Allocation* look_up(const void* address) {
  const auto above = heap().allocations.upper_bound(const_cast<char*>(static_cast<const char*>(address)));
  return above == heap().allocations.begin() ? nullptr : &std::prev(above)->second;
}

void protect(int protection) {
  if (!heap().hidden) return;
  for (auto& [base, a] : heap().live) mprotect(first_page(*a), pages(*a), protection);
}

void check_canary(Allocation& a) {
  char* const end = a.base + a.size;
  ASAN_UNPOISON_MEMORY_REGION(end, static_cast<size_t>(canary_end(a) - end));
  char* const wrong = std::find_if(end, canary_end(a), [](char c) { return c != static_cast<char>(kCanary); });
  if (wrong != canary_end(a)) {
    report(Fault::kOverrun, nullptr,
           describe("a write %ld bytes past the end of an allocation of %zu", wrong - end, a.size));
    std::memset(end, kCanary, static_cast<size_t>(canary_end(a) - end));
  }
  ASAN_POISON_MEMORY_REGION(end, static_cast<size_t>(canary_end(a) - end));
}

Allocation* place(Device& device, size_t bytes) {
  const size_t used = round_up(bytes, kAlignment), size = round_up(used, kPage);
  char* const memory = heap().next;
  if (size > static_cast<size_t>(heap().low + kAddresses - memory)) return nullptr;
  if (mprotect(memory, size, PROT_READ | PROT_WRITE) != 0) return nullptr;
  heap().next += size + kPage;

  char* const base = memory + size - used;
  std::memset(memory, kFresh, size);
  std::memset(base + bytes, kCanary, used - bytes);
  ASAN_POISON_MEMORY_REGION(memory, size);
  ASAN_UNPOISON_MEMORY_REGION(base, bytes);
  Allocation fresh = {.base = base, .size = bytes, .device = &device};
  return heap().live[base] = &heap().allocations.emplace(base, std::move(fresh)).first->second;
}

}  // namespace

Window::Window() { protect(PROT_READ | PROT_WRITE); }
Window::~Window() { protect(PROT_NONE); }

void hide_from_host(bool on) {
  const Exclusive alone;
  const Window ends_open;
  heap().hidden = on;
}

bool in_device_memory(const void* address) {
  return reinterpret_cast<uintptr_t>(address) - reinterpret_cast<uintptr_t>(heap().low) < kAddresses;
}

Allocation* find_allocation(const void* address) {
  char* const p = const_cast<char*>(static_cast<const char*>(address));
  if (Allocation* const a = heap().recent; a != nullptr && p >= a->base && p < a->base + a->size) return a;
  return heap().recent = look_up(address);
}

bool valid_range(const void* address, size_t bytes) {
  if (!in_device_memory(address)) return within_pinned(address, bytes);
  const Allocation* const a = look_up(address);
  return a != nullptr && a->will_hold(static_cast<const char*>(address), bytes);
}

std::string fault_of(const void* address, size_t bytes) {
  const char* const p = static_cast<const char*>(address);
  const Allocation* const a = find_allocation(p);
  if (a == nullptr) return "in no allocation";
  if (!a->live) return "in freed memory";
  if (a->promised) return "in memory that its stream has not come to allocate";
  if (a->spans(p, bytes)) return "";
  return describe("%ld bytes past the end of an allocation of %zu", p + bytes - (a->base + a->size), a->size);
}

void mark_initialised(const void* address, size_t bytes) {
  if (!checking() || !in_device_memory(address)) return;
  Allocation& a = *find_allocation(address);
  each_cell(static_cast<size_t>(static_cast<const char*>(address) - a.base), bytes,
            [&](size_t cell, uint8_t part) { a.cells[cell].initialised |= part; });
}

void check_canaries() {
  for (auto& [base, a] : heap().live) check_canary(*a);
}

Allocation* allocate(Device& device, size_t bytes) {
  Allocation* const a = place(device, bytes);
  if (a != nullptr && checking()) {
    a->cells.resize(bytes / sizeof(uint32_t) + 1);
    a->read_launch.resize(bytes / kSector + 1);
    a->write_launch.resize(bytes / kSector + 1);
  }
  const Window closes;
  return a;
}

Allocation* living(void* memory) {
  const auto found = heap().allocations.find(static_cast<char*>(memory));
  return found == heap().allocations.end() || found->second.leaving ? nullptr : &found->second;
}

void release(Allocation& a) {
  const Window open;
  check_canary(a);
  a.live = false;
  a.cells = {};
  a.read_launch = a.write_launch = {};
  heap().live.erase(a.base);
  ASAN_POISON_MEMORY_REGION(first_page(a), pages(a));
  madvise(first_page(a), pages(a), MADV_DONTNEED);
  mprotect(first_page(a), pages(a), PROT_NONE);
}

}  // namespace sophia::emulator
