#include "../../../native/cpu/memory.h"
#include <unistd.h>
#include <fstream>
#include <string>
#include <vector>
#include "../check.h"

namespace {

using namespace sophia;

constexpr std::size_t kBytes = 16 << 20;

// How many pages of the block lie in memory; −1 where some do not belong to the process.
long resident(void* block, std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages(bytes / page);
  if (mincore(block, bytes, pages.data()) != 0) return -1;
  long count = 0;
  for (const unsigned char there : pages) count += there & 1;
  return count;
}

// Kilobytes of huge pages in the mapping where the block lies.
long huge(const void* block) {
  std::ifstream maps("/proc/self/smaps");
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin, end;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      const auto address = reinterpret_cast<std::uintptr_t>(block);
      here = begin <= address && address < end;
    }
    long kilobytes;
    if (here && std::sscanf(line.c_str(), "AnonHugePages: %ld", &kilobytes) == 1) return kilobytes;
  }
  return 0;
}

// Whether the system gives huge pages to who asks for them, now: it may have none, or none left.
bool huge_pages_on_request() {
  constexpr std::size_t kTwo = 2 * memory::kHugePage;
  void* const pages = mmap(nullptr, kTwo, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return false;
  madvise(pages, kTwo, MADV_HUGEPAGE);
  std::memset(pages, 1, kTwo);
  const bool given = huge(pages) > 0;
  munmap(pages, kTwo);
  return given;
}

}  // namespace

TEST("Memory is zero and aligned, whatever its size") {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, memory::kLarge - 1, memory::kLarge,
                                  memory::kLarge + 1, kBytes}) {
    auto* const block = static_cast<char*>(allocate_zeroed(bytes));
    bool zero = true;
    for (std::size_t i = 0; i < bytes; ++i) zero = zero && block[i] == 0;
    if (bytes > 0) block[0] = block[bytes - 1] = 1;
    const std::string name = std::to_string(bytes) + " bytes";
    check::expect(name + " are zero", zero);
    check::expect(name + " begin at a multiple of 64", reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
    free_zeroed(block);
  }
}

TEST("Memory of large blocks is not touched before it is used") {
  auto* const block = static_cast<char*>(allocate_zeroed(kBytes));
  check::expect("no page is there", resident(block, kBytes) == 0);
  for (std::size_t i = 0; i < kBytes; i += 4096) block[i] = 1;
  check::expect("all are there once they were written", resident(block, kBytes) > 0);
  if (huge_pages_on_request()) check::expect("some are huge", huge(block) > 0);
  else std::puts("skip some are huge: this system gives none");
  free_zeroed(block);
  check::expect("all are the system's again", resident(block, kBytes) == -1);
}

TEST("Memory that nobody has is refused") {
  for (const std::size_t bytes : {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 4}) {
    bool refused = false;
    try {
      free_zeroed(allocate_zeroed(bytes));
    } catch (const std::bad_alloc&) {
      refused = true;
    }
    check::expect(std::to_string(bytes) + " bytes are refused", refused);
  }
}
