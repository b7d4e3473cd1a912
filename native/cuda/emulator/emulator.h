// The emulator's face to tests: what it found wrong, what it counted, and how it schedules.
//
// Kernels run on the host, one fiber per CUDA thread, blocks one after another. Built plainly it runs them
// and finds hangs, wrong masks and overruns that reach a guard; with the kernel files compiled under
// -fsanitize=thread and hooks.cpp linked in their place of the sanitizer's run time, it sees every load and
// store, and adds bounds, initialisation, races, coalescing and bank conflicts ("checking").
//
// A report that no test takes makes the program exit with status 1.
#pragma once
#include <cuda_runtime.h>
#include <cstdint>
#include <string>
#include <vector>

namespace sophia::emulator {

enum class Fault {
  kDeadlock,          // no thread of the block can go on
  kDivergentBarrier,  // threads of a block meet at different __syncthreads
  kBadMask,           // a warp operation whose mask leaves out its caller, or two masks that wait for each other
  kInactiveLane,      // a shuffle reads a lane that does not take part
  kOverrun,           // the bytes after an allocation were written (found without checking)
  kOutOfBounds,       // from here on: only when checking
  kMisaligned,
  kWildAccess,   // a kernel touches memory that no GPU could reach
  kOtherDevice,  // or that is another GPU's
  kUninitialisedGlobal,
  kUninitialisedShared,
  kGlobalRace,
  kSharedRace,
};

struct Report {
  Fault fault;
  std::string text;
};

// The reports since the last call. Also heals the devices that failed of them.
std::vector<Report> take_reports();
void print_reports(bool on);  // also to stderr, as they come; on by default
bool checking();
bool emulates(const char* what);  // always; where the same tests run on a GPU it is false, and `what` is left out

// Memory traffic of one direction, in warp requests, 32-byte sectors, and bytes that lanes asked for.
struct Transfers {
  uint64_t requests = 0, sectors = 0, bytes = 0;
  double efficiency() const { return sectors ? static_cast<double>(bytes) / (32.0 * static_cast<double>(sectors)) : 1; }
};

// Wavefronts are passes over the 32 banks; `ideal` is what conflict-free addresses would need.
struct Banks {
  uint64_t requests = 0, wavefronts = 0, ideal = 0;
  uint64_t conflicts() const { return wavefronts - ideal; }
};

enum class Space { kGlobal, kShared };

// One load or store instruction of a kernel.
struct Instruction {
  const void* address;
  Space space;
  bool write;
  unsigned size;  // bytes per lane
  Transfers transfers = {};
  Banks banks = {};
};

struct Statistics {
  uint64_t launches = 0, threads = 0, switches = 0, barriers = 0, warp_operations = 0, atomics = 0;
  Transfers loads, stores;  // from here on: only when checking
  Banks shared;
  uint64_t dram_read_bytes = 0, dram_write_bytes = 0;  // distinct sectors of each launch, as if a cache held them all
  std::vector<Instruction> instructions;
};

// What was counted since the last call.
Statistics take_statistics();

// "file.cu:12" for a code address, with the callers it was inlined into.
std::string source_of(const void* code);

enum class Order { kForward, kReverse, kRandom };
void set_order(Order order, uint64_t seed = 1);  // which ready thread runs next

// Queue the work of every stream and run it at synchronisation points, streams interleaved at random: a
// missing event wait then shows as a wrong result in some of the seeds.
void set_lazy_streams(bool on, uint64_t seed = 1);

// Unmap device memory while host code runs, so that a host dereference of a device pointer faults.
void hide_from_host(bool on);

// The machine that the runtime API describes.
struct Machine {
  cudaError_t status = cudaSuccess;  // of every question about devices
  int devices = 1, driver_version = 13000, capability = 90, multiprocessors = 132;
  size_t memory = size_t{16} << 30;  // of each device, in bytes
};
void set_machine(const Machine& machine);

// What is to go wrong, counted from now: the n-th of each; 0 is never.
struct Faults {
  uint64_t allocation = 0;  // of device or pinned memory fails with cudaErrorMemoryAllocation
  uint64_t launch = 0;      // fails with cudaErrorLaunchOutOfResources, and runs nothing
  uint64_t kernel = 0;      // to run makes its device fail with cudaErrorIllegalAddress, until take_reports()
};
void set_faults(const Faults& faults);

// Both from environment variables (environment.cpp), as it happens when the program is loaded.
void read_environment();

}  // namespace sophia::emulator
