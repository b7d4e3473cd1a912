#include "access.h"
#include <link.h>
#include "instrumented.h"
#include "memory.h"
#include "report.h"
#include "scheduler.h"
#include "shared.h"
#include "traffic.h"

namespace sophia::emulator {
namespace {

// The loaded program: constants, `__device__` variables, and the emulator's own state, such as threadIdx.
struct Image {
  uintptr_t low = UINTPTR_MAX, high = 0;

  Image() {
    const auto widen = [](dl_phdr_info* info, size_t, void* image) {
      static_cast<Image*>(image)->add(*info);
      return 1;  // the program comes first; libraries do not count
    };
    dl_iterate_phdr(widen, this);
  }

  void add(const dl_phdr_info& info) {
    for (int i = 0; i < info.dlpi_phnum; ++i) {
      if (info.dlpi_phdr[i].p_type != PT_LOAD) continue;
      const uintptr_t begin = info.dlpi_addr + info.dlpi_phdr[i].p_vaddr;
      low = std::min(low, begin);
      high = std::max(high, begin + info.dlpi_phdr[i].p_memsz);
    }
  }

  bool holds(const void* address) const {
    const auto p = reinterpret_cast<uintptr_t>(address);
    return p >= low && p < high;
  }
};

const char* verb(const Access& a) { return a.atomic ? "atomic" : a.write ? "write" : "read"; }

void check_alignment(const Access& a) {
  if (reinterpret_cast<uintptr_t>(a.address) % a.size == 0) return;
  report(Fault::kMisaligned, a.code, describe("%u-byte %s of %p", a.size, verb(a), a.address));
  stop_launch();
}

// where() says in words what the cell is part of; only a report needs to know.
template <class F>
void check_cell(const Access& a, Cell& cell, uint8_t bytes, Scope scope, F where) {
  const bool shared = scope == Scope::kBlock;
  if ((!a.write || a.atomic) && (cell.initialised & bytes) != bytes) {
    report(shared ? Fault::kUninitialisedShared : Fault::kUninitialisedGlobal, a.code, "read of " + where());
    cell.initialised |= bytes;
  }
  const Conflict conflict = touch(cell, bytes, a.write, a.atomic, scope);
  if (conflict.with == nullptr) return;
  report(shared ? Fault::kSharedRace : Fault::kGlobalRace, a.code,
         describe("%s of ", verb(a)) + where() + " is not ordered after a " + conflict.with + " by " +
             name_of(conflict.touch));
}

void check_global(const Access& a) {
  const char* const p = static_cast<const char*>(a.address);
  Allocation* const allocation = find_allocation(p);
  if (allocation == nullptr || !allocation->holds(p, a.size)) {
    report(Fault::kOutOfBounds, a.code,
           describe("%u-byte %s of %p, ", a.size, verb(a), a.address) + fault_of(p, a.size));
    stop_launch();
  }
  if (allocation->device != running_device) {
    report(Fault::kOtherDevice, a.code,
           describe("%u-byte %s of memory of device %d by device %d", a.size, verb(a), allocation->device->number,
                    running_device->number));
    stop_launch();
  }
  check_alignment(a);
  const size_t offset = static_cast<size_t>(p - allocation->base);
  const auto where = [&] { return describe("byte %zu of an allocation of %zu", offset, allocation->size); };
  each_cell(offset, a.size,
            [&](size_t i, uint8_t bytes) { check_cell(a, allocation->cells[i], bytes, Scope::kLaunch, where); });
  if (a.again) return;
  count_dram(*allocation, offset, a.size, !a.write || a.atomic, a.write);
  if (!a.atomic) count_request(a.code, Space::kGlobal, a.write, a.address, a.size);
}

void check_shared(const Access& a) {
  const char* const p = static_cast<const char*>(a.address);
  const SharedVariable& variable = find_shared(p);
  // The host's compiler guards variables whose class has constructors, as those of a GPU have none.
  if (variable.name.starts_with("guard variable for ")) return;
  if (!variable.holds(p, a.size)) {
    report(Fault::kOutOfBounds, a.code,
           describe("%u-byte %s beyond the %zu bytes of ", a.size, verb(a), variable.size) + variable.name);
    stop_launch();
  }
  check_alignment(a);
  each_cell(static_cast<size_t>(p - variable.begin), a.size, [&](size_t i, uint8_t bytes) {
    Cell& cell = variable.cells[i];
    if (!touched_by_this_block(cell)) cell = {};  // what an earlier block left there is not this block's
    check_cell(a, cell, bytes, Scope::kBlock, [&] { return variable.name; });
  });
  if (!a.atomic && !a.again) count_request(a.code, Space::kShared, a.write, a.address, a.size);
}

}  // namespace

void forget_contents(const void* shared, unsigned bytes) {
  const SharedVariable& variable = find_shared(shared);
  each_cell(static_cast<size_t>(static_cast<const char*>(shared) - variable.begin), bytes,
            [&](size_t i, uint8_t part) { variable.cells[i].initialised &= static_cast<uint8_t>(~part); });
}

void check_access(const Access& a) {
  static const Image image;
  if (!watched) return;
  const Unwatched own_code;
  if (in_device_memory(a.address)) return check_global(a);
  if (in_shared_memory(a.address)) return check_shared(a);
  if (on_a_stack(a.address) || image.holds(a.address)) return;
  report(Fault::kWildAccess, a.code, describe("%u-byte %s of host address %p", a.size, verb(a), a.address));
  stop_launch();
}

}  // namespace sophia::emulator
