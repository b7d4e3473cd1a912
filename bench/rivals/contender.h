// A contender in C++: a process that answers requests, one line of JSON each, until its input ends.
//
//   {"ask":"describe"}                    {"name":"oneDNN 2.6.3"}
//   {"ask":"prepare","kind":…, …}         {"ready":true, …} or {"refused":"why"}
//   {"ask":"turn","seconds":0.05}         {"seconds":0.0512,"count":7}
//
// A turn runs the prepared work at least once and for at least so long; the answer says how long how many runs took.
//
// Requests are flat: numbers, and strings without escapes. Errors end the process, with a line on stderr.
#pragma once
#include <sys/mman.h>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace contender {

// One request.
class Request {
 public:
  explicit Request(std::string line) : line_(std::move(line)) {}

  std::string word(const char* name) const {
    const auto at = find(name);
    if (at == std::string::npos || line_[at] != '"') return "";
    return line_.substr(at + 1, line_.find('"', at + 1) - at - 1);
  }
  double number(const char* name, double standard = 0) const {
    const auto at = find(name);
    return at == std::string::npos ? standard : std::strtod(line_.c_str() + at, nullptr);
  }
  std::int64_t whole(const char* name) const { return static_cast<std::int64_t>(number(name)); }

 private:
  std::size_t find(const char* name) const {
    const std::string key = std::string("\"") + name + "\":";
    const auto at = line_.find(key);
    return at == std::string::npos ? at : at + key.size();
  }
  std::string line_;
};

// What is said when a case cannot be computed.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The work of a case: numbers of its result, which must be everybody's, or how many operations a run comes to.
struct Work {
  std::function<void()> run = [] { throw Refusal("nothing is prepared"); };
  double first = 0, last = 0, operations = 0;
};

inline double now() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(time).count();
}

// Memory for `count` elements, touched by nobody yet: aligned as a page, and what is large in huge pages, as ours is.
template <class T>
std::shared_ptr<T> allocate(std::int64_t count) {
  constexpr std::size_t kPage = 4096, kHugePage = std::size_t{1} << 21, kLarge = 2 * kHugePage;
  const auto wanted = static_cast<std::size_t>(count) * sizeof(T);
  const auto page = wanted < kLarge ? kPage : kHugePage;
  const auto bytes = (wanted / page + 1) * page;
  void* const found = std::aligned_alloc(page, bytes);
  if (found == nullptr) throw Refusal("no memory");
#if defined(MADV_HUGEPAGE)
  if (page == kHugePage) madvise(found, bytes, MADV_HUGEPAGE);  // a wish: without it everything is the same, and slower
#endif
  return {static_cast<T*>(found), std::free};
}

// The same numbers in every contender: element i of operand `which`.
inline float element(std::int64_t i, int which) {
  return static_cast<float>((i * (which == 0 ? 17 : 29)) % 1009 - 504) / 1009.0f;
}

inline std::shared_ptr<float> numbers(std::int64_t count, int which) {
  auto found = allocate<float>(count);
  for (std::int64_t i = 0; i < count; ++i) found.get()[i] = element(i, which);
  return found;
}

// Runs for so many seconds, after a run that is not timed: everybody's turn begins with warm caches and threads that
// are awake.
inline void take_turn(const Work& work, double wanted) {
  work.run();
  const double begin = now();
  std::int64_t count = 0;
  do {
    work.run();
    ++count;
  } while (now() - begin < wanted);
  std::printf("{\"seconds\":%.9g,\"count\":%lld}\n", now() - begin, static_cast<long long>(count));
}

inline void answer(const Request& request, const std::string& name, Work& work,
                   const std::function<Work(const Request&)>& prepare) {
  const auto ask = request.word("ask");
  if (ask == "describe") {
    std::printf("{\"name\":\"%s\"}\n", name.c_str());
  } else if (ask == "turn") {
    take_turn(work, request.number("seconds"));
  } else {
    work = {};  // gives its memory back first
    work = prepare(request);
    if (work.operations > 0) std::printf("{\"ready\":true,\"operations\":%.9g}\n", work.operations);
    else std::printf("{\"ready\":true,\"first\":%.9g,\"last\":%.9g}\n", work.first, work.last);
  }
}

// Answers requests; `prepare` gives the work of a case, or throws.
inline int serve(const std::string& name, const std::function<Work(const Request&)>& prepare) {
  Work work;
  for (std::string line; std::getline(std::cin, line);) {
    try {
      answer(Request(line), name, work, prepare);
    } catch (const Refusal& refusal) {
      std::printf("{\"refused\":\"%s\"}\n", refusal.what());
    }
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace contender
