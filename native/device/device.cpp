#include "device.h"
#include <unistd.h>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include "../cpu/isa.h"
#include "../cpu/pool.h"
#include "../cuda/probe.h"
#include "instruction_sets.h"

namespace sophia {

#define SOPHIA_ENTRY(set) extern "C" Device* sophia_make_device_##set(int threads, bool bf16, std::int64_t limit)
SOPHIA_ENTRY(baseline);
SOPHIA_ENTRY(avx2);
SOPHIA_ENTRY(avx512);
#undef SOPHIA_ENTRY
extern "C" Device* sophia_make_device_cuda(int gpu, void* stream, std::int64_t limit);

namespace {

using Make = Device* (*)(int threads, bool bf16, std::int64_t limit);

// The build says which sets it has.
const std::map<std::string, Make> kMakers = {
#if defined(SOPHIA_HAVE_AVX512)
    {Avx512::kNameWithBf16, sophia_make_device_avx512},
    {Avx512::kName, sophia_make_device_avx512},
#endif
#if defined(SOPHIA_HAVE_AVX2)
    {Avx2::kName, sophia_make_device_avx2},
#endif
#if defined(SOPHIA_HAVE_BASELINE)
    {Baseline::kName, sophia_make_device_baseline},
#endif
};

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

// SOPHIA_MEMORY_LIMIT, or `otherwise`.
std::int64_t limit_or(std::int64_t otherwise) {
  const char* const wanted = std::getenv("SOPHIA_MEMORY_LIMIT");
  if (!wanted || !*wanted) return otherwise;
  char* end = nullptr;
  const std::int64_t bytes = std::strtoll(wanted, &end, 10);
  require(*end == 0 && bytes > 0, "Expected `SOPHIA_MEMORY_LIMIT` to be a positive whole number, got ", wanted);
  return bytes;
}

// Bytes of the machine that nobody uses, or all of them where the system does not say.
std::int64_t unused_memory() {
  std::ifstream facts("/proc/meminfo");
  std::string name, unit;
  for (std::int64_t kibibytes = 0; facts >> name >> kibibytes; std::getline(facts, unit))
    if (name == "MemAvailable:") return kibibytes * 1024;
  return static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
}

// Four fifths of what the machine has left, or of what the cgroup allows: memory that is taken and not touched costs
// nothing, so that without a limit a loop that returns none would be ended by the system and not by an error. The rest
// is for JavaScript and for others.
std::int64_t host_memory() {
  std::int64_t group = 0;
  std::ifstream("/sys/fs/cgroup/memory.max") >> group;
  if (group <= 0) std::ifstream("/sys/fs/cgroup/memory/memory.limit_in_bytes") >> group;
  const std::int64_t unused = unused_memory();
  return (group > 0 ? std::min(unused, group) : unused) / 5 * 4;
}

}  // namespace

DeviceUse Device::use() const { return {.used = used_, .peak = peak_, .limit = limit_, .blocks = blocks_}; }

void Device::claim(std::int64_t bytes) {
  require(bytes >= 0, "Expected a size of 0 bytes or more, got ", bytes);
  const std::int64_t before = used_.fetch_add(bytes);
  if (bytes > limit_ - before) {
    used_ -= bytes;
    fail(Code::kOutOfMemory, text("There is not enough memory on ", name_, " for ", bytes, " bytes: ", blocks_.load(),
                                  " tensors and states of optimizers hold ", before, " of ", limit_));
  }
  ++blocks_;
  for (std::int64_t peak = peak_; peak < before + bytes && !peak_.compare_exchange_weak(peak, before + bytes);) {
  }
}

void Device::disclaim(std::int64_t bytes) noexcept {
  used_ -= bytes;
  --blocks_;
}

void* Device::allocate(std::int64_t bytes) {
  claim(bytes);
  try {
    return take(static_cast<std::size_t>(bytes));
  } catch (...) {
    disclaim(bytes);
    throw;
  }
}

void Device::free(void* memory, std::int64_t bytes) noexcept {
  give(memory);
  disclaim(bytes);
}

std::shared_ptr<Device> make_device(const DeviceChoice& choice) {
  if (choice.device == "cuda") {
    expect_gpu(choice.gpu);
#if defined(SOPHIA_HAVE_CUDA)
    return std::shared_ptr<Device>(sophia_make_device_cuda(choice.gpu, choice.stream, limit_or(kNoLimit)));
#endif
  }
  require(choice.device == "cpu", "Expected `device` to be cpu or cuda, got ", choice.device);
  require(choice.threads >= 0 && choice.threads <= kMostThreads, "Expected `threads` to be from 0 to ", kMostThreads,
          ", got ", choice.threads);
  const int threads = choice.threads > 0 ? choice.threads : default_threads();
  const std::string isa = choose_isa(choice.isa);
  return std::shared_ptr<Device>(kMakers.at(isa)(threads, isa == Avx512::kNameWithBf16, limit_or(host_memory())));
}

}  // namespace sophia
