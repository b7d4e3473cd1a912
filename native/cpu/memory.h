// The memory of the CPU backend: zeroed, at multiples of 64 bytes at least.
//
// Large blocks are pages of the system's own. They come as zeros and are not touched before they are used: the caller,
// who may be JavaScript's thread, does not wait for them. They go back at once when they are freed. And they ask for
// pages of 2 MB, where the system gives those on request only: a matrix product walks through columns of large
// matrices, one page for each row of 4 KB, and the table of pages that the processor keeps is soon full.
#pragma once
#include <sys/mman.h>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace sophia {

namespace memory {

inline constexpr std::size_t kHugePage = std::size_t{1} << 21, kLine = 64;
inline constexpr std::size_t kLarge = 2 * kHugePage;  // less than that wastes too much of its last page

// What lies before a block.
struct Header {
  void* begin;        // of what was asked from malloc or from the system
  std::size_t pages;  // bytes of the latter, 0 of the former
};

inline void* place(void* begin, std::size_t pages, std::size_t alignment) {
  const auto first = reinterpret_cast<std::uintptr_t>(begin) + sizeof(Header);
  void* const block = reinterpret_cast<void*>((first + alignment - 1) / alignment * alignment);
  const Header header{begin, pages};
  std::memcpy(static_cast<char*>(block) - sizeof header, &header, sizeof header);
  return block;
}

}  // namespace memory

// Throws std::bad_alloc.
inline void* allocate_zeroed(std::size_t bytes) {
  using namespace memory;
  if (bytes > SIZE_MAX / 2) throw std::bad_alloc();
  if (bytes < kLarge) {
    void* const begin = std::calloc(bytes + kLine + sizeof(Header), 1);
    if (!begin) throw std::bad_alloc();
    return place(begin, 0, kLine);
  }
  const std::size_t pages = bytes + kHugePage + sizeof(Header);
  void* const begin = mmap(nullptr, pages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (begin == MAP_FAILED) throw std::bad_alloc();
  void* const block = place(begin, pages, kHugePage);
#if defined(MADV_HUGEPAGE)
  madvise(block, bytes, MADV_HUGEPAGE);  // a wish: without it everything is the same, and slower
#endif
  return block;
}

// What allocate_zeroed() gave.
inline void free_zeroed(void* block) {
  memory::Header header;
  std::memcpy(&header, static_cast<char*>(block) - sizeof header, sizeof header);
  if (header.pages > 0) munmap(header.begin, header.pages);
  else std::free(header.begin);
}

}  // namespace sophia
