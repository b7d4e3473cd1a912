#include "traffic.h"
#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>
#include "counters.h"
#include "device_thread.h"
#include "scheduler.h"
#include "stream.h"

namespace sophia::emulator {
namespace {

constexpr unsigned kSector = 32, kBanks = 32, kWord = 4;

struct Request {
  std::array<uint64_t, kLanes> address;
  unsigned lanes = 0;
};

// One instruction in one warp, with the requests that some lanes have not reached yet.
struct Pending {
  Instruction* instruction = nullptr;
  std::array<uint64_t, kLanes> executed = {};
  uint64_t settled = 0;
  std::deque<Request> requests;
};

std::map<const void*, Instruction> instructions;  // of this launch
std::array<std::unordered_map<const void*, Pending>, kMaxThreads / kLanes> pending;
uint32_t launch = 0;

// Counts different numbers: at most the four words of every lane's 16 bytes.
class Distinct {
 public:
  void add(uint64_t number) {
    if (size_ == 0 || numbers_[size_ - 1] != number) numbers_[size_++] = number;
  }
  uint64_t count() {
    std::sort(numbers_.begin(), numbers_.begin() + size_);
    size_ = std::unique(numbers_.begin(), numbers_.begin() + size_) - numbers_.begin();
    return size_;
  }
  // f(number) for each of them.
  template <class F>
  void each(F f) {
    count();
    std::for_each(numbers_.begin(), numbers_.begin() + size_, f);
  }

 private:
  std::array<uint64_t, 4 * kLanes> numbers_;
  size_t size_ = 0;
};

Transfers transfers_of(const Request& request, unsigned size) {
  Distinct addresses, sectors;
  each_lane(request.lanes, [&](unsigned l) {
    const uint64_t first = request.address[l];
    addresses.add(first);
    for (uint64_t sector = first / kSector; sector <= (first + size - 1) / kSector; ++sector) sectors.add(sector);
  });
  return {1, sectors.count(), addresses.count() * size};
}

// Lanes that read the same word share it; different words of one bank go one after another.
uint64_t wavefronts_of(const Request& request, unsigned lanes, unsigned size) {
  Distinct words;
  each_lane(request.lanes & lanes, [&](unsigned l) {
    for (unsigned byte = 0; byte < std::max(size, kWord); byte += kWord) words.add((request.address[l] + byte) / kWord);
  });
  std::array<uint64_t, kBanks> in_bank = {};
  words.each([&](uint64_t word) { ++in_bank[word % kBanks]; });
  return *std::max_element(in_bank.begin(), in_bank.end());
}

// 8-byte accesses go by half warps, 16-byte accesses by quarters.
Banks banks_of(const Request& request, unsigned size) {
  const unsigned groups = std::max(1u, size / kWord), lanes_per_group = kLanes / groups;
  Banks banks = {1, 0, 0};
  for (unsigned g = 0; g < groups; ++g) {
    const unsigned lanes = (lanes_per_group == kLanes ? ~0u : (1u << lanes_per_group) - 1) << g * lanes_per_group;
    const uint64_t wavefronts = wavefronts_of(request, lanes, size);
    banks.wavefronts += wavefronts;
    banks.ideal += wavefronts != 0;
  }
  return banks;
}

void add(Transfers& to, const Transfers& more) {
  to.requests += more.requests;
  to.sectors += more.sectors;
  to.bytes += more.bytes;
}

void add(Banks& to, const Banks& more) {
  to.requests += more.requests;
  to.wavefronts += more.wavefronts;
  to.ideal += more.ideal;
}

void count(Instruction& instruction, const Request& request) {
  if (instruction.space == Space::kGlobal) {
    const Transfers transfers = transfers_of(request, instruction.size);
    add(instruction.transfers, transfers);
    add(instruction.write ? counters.stores : counters.loads, transfers);
  } else {
    const Banks banks = banks_of(request, instruction.size);
    add(instruction.banks, banks);
    add(counters.shared, banks);
  }
}

}  // namespace

Statistics counters;

void count_request(const void* code, Space space, bool write, const void* address, unsigned size) {
  Pending& mine = pending[current->warp][code];
  if (mine.instruction == nullptr) {
    const Instruction fresh = {.address = code, .space = space, .write = write, .size = size};
    mine.instruction = &instructions.try_emplace(code, fresh).first->second;
  }
  const size_t index = mine.executed[current->lane]++ - mine.settled;
  if (index >= mine.requests.size()) mine.requests.resize(index + 1);
  mine.requests[index].address[current->lane] = reinterpret_cast<uint64_t>(address);
  mine.requests[index].lanes |= 1u << current->lane;
}

void count_dram(Allocation& allocation, size_t offset, unsigned size, bool read, bool write) {
  const auto first_time = [](uint32_t& last) { return std::exchange(last, launch) != launch; };
  for (size_t sector = offset / kSector; sector <= (offset + size - 1) / kSector; ++sector) {
    if (read && first_time(allocation.read_launch[sector])) counters.dram_read_bytes += kSector;
    if (write && first_time(allocation.write_launch[sector])) counters.dram_write_bytes += kSector;
  }
}

void settle_requests(unsigned warp) {
  if (!checking()) return;
  for (auto& [code, mine] : pending[warp]) {
    while (!mine.requests.empty() && mine.requests.front().lanes == block.warps[warp].members) {
      count(*mine.instruction, mine.requests.front());
      mine.requests.pop_front();
      ++mine.settled;
    }
  }
}

void begin_launch_traffic() {
  ++launch;
  instructions.clear();
}

void end_block_traffic() {
  for (auto& warp : pending) {
    for (auto& [code, mine] : warp)
      for (const Request& request : mine.requests) count(*mine.instruction, request);
    warp.clear();
  }
}

void end_launch_traffic() {
  for (const auto& [code, instruction] : instructions) counters.instructions.push_back(instruction);
}

Statistics take_statistics() {
  const Api api;
  finish_all();
  return std::exchange(counters, {});
}

}  // namespace sophia::emulator
