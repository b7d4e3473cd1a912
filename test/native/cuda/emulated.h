// What only the emulator can hold a kernel to: the same bits in whatever order threads run, no faults, and the memory
// traffic that its formula needs and no more.
#pragma once
#include <cinttypes>
#include <cstdlib>
#include "../../../native/cuda/emulator/emulator.h"
#include "../check.h"

namespace emulated {

using namespace sophia;

inline void expect_no_faults(const std::string& who) {
  const auto reports = emulator::take_reports();
  check::expect(who + ": no faults" + (reports.empty() ? "" : ", but " + reports[0].text), reports.empty());
}

// result() is the same when threads run forward, in reverse and at random.
template <class F>
void same_in_every_order(const std::string& who, F result) {
  const auto forward = result();
  emulator::set_order(emulator::Order::kReverse);
  const bool reverse = result() == forward;
  emulator::set_order(emulator::Order::kRandom, 7);
  const bool random = result() == forward;
  emulator::set_order(emulator::Order::kForward);
  check::expect(who + ": the same bits in every order of threads", reverse && random);
  expect_no_faults(who);
}

// The traffic of work(), which is counted when checking: DRAM bytes to the last one, up to what tables and constants
// may take; nine tenths of the bytes of every sector used; no bank conflicts.
struct Budget {
  std::uint64_t read, written, tables = 0;
};
template <class F>
void expect_traffic(const std::string& who, Budget budget, F work) {
  emulator::take_statistics();
  work();
  const emulator::Statistics counted = emulator::take_statistics();
  if (!emulator::checking()) return;
  const auto within = [&](const char* what, std::uint64_t got, std::uint64_t want) {
    const bool ok = got >= want && got <= want + budget.tables;
    check::expect(text(who, ": ", what, ' ', want, " bytes", ok ? "" : text(", not ", got)), ok);
  };
  within("reads", counted.dram_read_bytes, budget.read);
  within("writes", counted.dram_write_bytes, budget.written);
  const double least = std::min(counted.loads.efficiency(), counted.stores.efficiency());
  check::expect(text(who, ": uses ", static_cast<int>(100 * least), " % of its sectors"), least >= 0.9);
  check::expect(who + ": no bank conflicts", counted.shared.conflicts() == 0);
}

inline constexpr std::uint64_t kSector = 32;  // bytes that memory moves at least

// The bytes that the warps of work() ask for, re-reads and the unused parts of sectors included: at most 1.05 times
// `least`, the fewest that its formula can do with; and 95 % of the sectors used. Returns all that was counted.
template <class F>
emulator::Statistics expect_requests(const std::string& who, std::uint64_t least, F work) {
  emulator::take_statistics();
  work();
  const emulator::Statistics counted = emulator::take_statistics();
  if (!emulator::checking()) return counted;
  const std::uint64_t sectors = counted.loads.sectors + counted.stores.sectors;
  const double times = static_cast<double>(kSector * sectors) / static_cast<double>(least);
  const double used =
      static_cast<double>(counted.loads.bytes + counted.stores.bytes) / static_cast<double>(kSector * sectors);
  check::expect(who + ": bytes requested beyond the least", times - 1, 0.05);
  check::expect(who + ": no fewer than the least", times >= 0.999);
  check::expect(who + ": the unused part of its sectors", 1 - used, 0.05);
  return counted;
}

// The same each way by itself, without bank conflicts. Where 0 is named, a few numbers a row may go by.
struct Requests {
  std::uint64_t read, written;
};
template <class F>
void expect_requests(const std::string& who, Requests least, F work) {
  emulator::take_statistics();
  work();
  const emulator::Statistics counted = emulator::take_statistics();
  if (!emulator::checking()) return;
  const auto within = [&](const char* what, const emulator::Transfers& got, std::uint64_t want) {
    if (want == 0) return;
    const double requested = static_cast<double>(kSector * got.sectors) / static_cast<double>(want);
    check::expect(text(who, ": requested to ", what, ", times the least"), requested, 1.05);
    check::expect(text(who, ": not used of what is requested to ", what), 1 - got.efficiency(), 0.05);
  };
  within("read", counted.loads, least.read);
  within("write", counted.stores, least.written);
  check::expect(who + ": no bank conflicts", counted.shared.conflicts() == 0);
}

// A row of the table in native/cuda/README.md, which `npm run traffic` writes: a pass, the shape it has here, what the
// least is the sum of, and that sum in bytes. Where a pass asks for more than 1.05 times the least, `most` is what it
// may ask for, and `reason` says why; `parameters` makes the table say bytes per parameter as well.
struct Row {
  std::string pass, shape, least_of;
  std::uint64_t least, parameters = 0;
  std::string reason = "";
  double most = 1.05;
};

inline void print_row(const Row& row, std::uint64_t requested, double used, std::uint64_t distinct) {
  if (std::getenv("SOPHIA_TRAFFIC") == nullptr) return;
  std::printf("traffic\t%s\t%s\t%s\t%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%.4f\n", row.pass.c_str(),
              row.shape.c_str(), row.least_of.c_str(), row.reason.c_str(), row.least, row.parameters, requested,
              distinct, used);
}

// What the warps of work() ask for, both ways: no more than the row allows, no less than the least, and 95 % of the
// sectors used.
template <class F>
void expect_row(const Row& row, F work) {
  emulator::take_statistics();
  work();
  const emulator::Statistics counted = emulator::take_statistics();
  if (!emulator::checking()) return;
  const std::uint64_t requested = kSector * (counted.loads.sectors + counted.stores.sectors);
  const double used = static_cast<double>(counted.loads.bytes + counted.stores.bytes) / static_cast<double>(requested);
  const double times = static_cast<double>(requested) / static_cast<double>(row.least);
  print_row(row, requested, used, counted.dram_read_bytes + counted.dram_write_bytes);
  check::expect(row.pass + ": bytes requested, times the least", times, row.most);
  check::expect(row.pass + ": no fewer than the least", times >= 0.999);
  check::expect(row.pass + ": more than 1.05 times only for a reason", row.most <= 1.05 || !row.reason.empty());
  check::expect(row.pass + ": the unused part of its sectors", 1 - used, 0.05);
}

}  // namespace emulated
