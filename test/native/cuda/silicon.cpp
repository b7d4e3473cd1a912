// The emulator's face where tests run on a GPU: it finds nothing, counts nothing and shapes nothing, and says at the
// end what was left out for that.
#include <cstdio>
#include <map>
#include "emulated.h"

namespace sophia::emulator {
namespace {

struct LeftOut {
  std::map<std::string, int> times;
  ~LeftOut() {
    for (const auto& [what, count] : times)
      std::printf("left out, since only the emulator has it: %s, %d times\n", what.c_str(), count);
  }
};

void leave_out(const std::string& what) {
  static LeftOut left_out;
  ++left_out.times[what];
}

}  // namespace

bool emulates(const char* what) {
  leave_out(what);
  return false;
}
bool checking() { return false; }
Statistics take_statistics() {
  leave_out("counts of memory traffic");
  return {};
}
std::vector<Report> take_reports() { return {}; }
void print_reports(bool) {}
void set_order(Order order, uint64_t) {
  if (order != Order::kForward) leave_out("another order of threads");
}
void set_machine(const Machine&) { leave_out("another machine"); }
void set_faults(const Faults&) { leave_out("faults"); }

}  // namespace sophia::emulator
