// A small fuzzer: mutates seeds from a folder, runs a property on each mutant, and keeps what reaches new code.
//
//   fuzz_x <seconds> <folder or file> [random seed]
//
// First every file of the corpus runs as it is, then mutants until the time is over; with 0 seconds, or to try a saved
// input again, only the files run. Made for g++: with -fsanitize=address,undefined -fno-sanitize-recover=all it sees
// memory errors, and with -fsanitize-coverage=trace-pc on the code under test it learns which mutants lead somewhere.
// The property runs in a child; when it dies or hangs, the parent saves its last input as fuzz_x.crash beside the
// binary and exits with 1.
#pragma once
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>
#include "mutate.h"

namespace fuzz {

// What a target brings along.
struct Target {
  const char* name;
  void (*property)(std::string_view input);      // dies, or throws, when it does not hold
  std::vector<std::string> words;                // of the format, for the mutator
  void (*repair)(std::string& input) = nullptr;  // mends what a mutant must have right to get any further
};

// Dies with the sentence that should have been true.
inline void check(bool holds, const char* sentence) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", sentence);
  std::abort();
}

constexpr size_t kLongest = 1 << 16;  // bytes of an input
constexpr int kHang = 20;             // seconds without an execution

// Between the parent and the child that runs the property.
struct Shared {
  std::atomic<uint64_t> executions;
  size_t size;
  char input[kLongest];
};

// Which code has been reached: a hash of each place, as the instrumentation reports it.
inline bool reached[1 << 16];
inline bool discovery = false;

inline std::vector<std::string> read_corpus(const std::string& path) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files = {path};
  if (fs::is_directory(path)) files = {fs::directory_iterator(path), {}};
  std::vector<std::string> corpus;
  for (const fs::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    if (!stream || corpus.back().size() > kLongest) std::printf("cannot use %s\n", file.c_str()), std::exit(1);
  }
  if (corpus.empty()) std::printf("no seeds in %s\n", path.c_str()), std::exit(1);
  return corpus;
}

// Returns whether the input reached anything new.
inline bool execute(const Target& target, Shared& shared, const std::string& input) {
  shared.size = input.size();
  std::memcpy(shared.input, input.data(), input.size());
  discovery = false;
  target.property(input);
  ++shared.executions;
  return discovery;
}

[[noreturn]] inline void child(const Target& target, Shared& shared, std::vector<std::string> corpus, double seconds,
                               uint64_t seed) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  for (const std::string& input : corpus) execute(target, shared, input);
  for (Mutator mutator(seed, target.words); Clock::now() < end;) {
    std::string input = corpus[mutator.below(corpus.size())];
    mutator.mutate(input, corpus[mutator.below(corpus.size())]);
    if (target.repair && mutator.below(4) > 0) target.repair(input);
    input.resize(std::min(input.size(), kLongest));
    if (execute(target, shared, input)) corpus.push_back(std::move(input));
  }
  std::printf("fuzz_%s: %zu inputs in the corpus at the end\n", target.name, corpus.size());
  std::exit(0);
}

// Waits for the child; kills it when it does nothing for kHang seconds.
inline int watch(pid_t worker, int pipe, const Shared& shared) {
  uint64_t before = 0;
  for (pollfd end{pipe, POLLIN, 0}; ::poll(&end, 1, kHang * 1000) == 0; before = shared.executions) {
    if (shared.executions != before) continue;
    std::printf("no execution within %d seconds\n", kHang);
    ::kill(worker, SIGKILL);
  }
  int status = 0;
  ::waitpid(worker, &status, 0);
  return status;
}

inline int run(const Target& target, int count, char** arguments) {
  if (count < 3) return std::printf("usage: %s <seconds> <folder or file> [random seed]\n", arguments[0]), 2;
  const double seconds = std::atof(arguments[1]);
  const uint64_t seed = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : std::random_device()();
  const std::vector<std::string> corpus = read_corpus(arguments[2]);
  std::printf("fuzz_%s: %zu seeds, random seed %llu\n", target.name, corpus.size(),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);

  void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int ends[2];
  if (memory == MAP_FAILED || ::pipe(ends) != 0) return std::perror("fuzz"), 1;
  Shared& shared = *new (memory) Shared();
  const pid_t worker = ::fork();
  if (worker == 0) child(target, shared, corpus, seconds, seed);
  ::close(ends[1]);  // the child has the only other end: the pipe ends when the child does
  const int status = watch(worker, ends[0], shared);
  std::printf("fuzz_%s: %llu executions\n", target.name, static_cast<unsigned long long>(shared.executions.load()));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;

  const std::string saved = std::string(arguments[0]) + ".crash";
  std::ofstream(saved, std::ios::binary).write(shared.input, static_cast<std::streamsize>(shared.size));
  std::printf("FAIL fuzz_%s: the last input is in %s\n", target.name, saved.c_str());
  return 1;
}

}  // namespace fuzz

// Called by instrumented code on every branch taken. Nothing else may be called from here that is instrumented itself.
extern "C" __attribute__((no_sanitize_coverage, no_sanitize("address", "undefined"))) void __sanitizer_cov_trace_pc() {
  const auto place = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  bool& seen = fuzz::reached[(place ^ place >> 16) & 0xFFFF];
  fuzz::discovery |= !seen;
  seen = true;
}
