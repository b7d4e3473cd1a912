// What the stub of cuBLASLt shows beside cuBLASLt's functions, for tests to find with dlsym: the stub links nothing of
// the emulator, and is told here how to reach it.
#pragma once
#include <cstddef>

struct CublasltHooks {
  // Runs work(argument) in the stream's order, as often as it is replayed, and destroys the argument when it is done.
  void (*enqueue)(void* stream, void (*work)(void*), void* argument, void (*destroy)(void*));
  bool (*valid)(const void* memory, std::size_t bytes);    // that much device memory is there
  void (*written)(const void* memory, std::size_t bytes);  // it has been written, in work
  bool refuses = false;                                    // to have any algorithm
};
struct CublasltCounts {
  int alive, heuristics, products;  // objects not destroyed; calls since the beginning
};
using UseHooks = void(const CublasltHooks&);  // sophia_stub_use
using GetCounts = CublasltCounts();           // sophia_stub_counts
