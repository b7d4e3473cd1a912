#include "../../../native/cpu/memory.h"
#include <unistd.h>
#include <cerrno>
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

bool huge_pages_on_request() {
  std::string line;
  std::getline(std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled"), line);
  return line.find("[madvise]") != std::string::npos || line.find("[always]") != std::string::npos;
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
  else std::puts("skipped: this system has no huge pages");
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
