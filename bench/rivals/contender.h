// A contender in C++: a process that answers requests, one line of JSON each, until its input ends.
//
//   {"ask":"describe"}                    {"name":"oneDNN 2.6.3"}
//   {"ask":"prepare","kind":…, …}         {"ready":true, …} or {"refused":"why"}
//   {"ask":"turn","seconds":0.05}         {"seconds":0.0512,"count":7}: how long how many runs of the prepared work
//   took
//                                         together, at least one and for at least so long
//
// Requests are flat: numbers, and strings without escapes. Errors end the process, with a line on stderr.
#pragma once
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

// Memory for `count` elements, aligned as a page, touched by nobody yet.
template <class T>
std::shared_ptr<T> allocate(std::int64_t count) {
  constexpr std::size_t kPage = 4096;
  const auto bytes = (static_cast<std::size_t>(count) * sizeof(T) / kPage + 1) * kPage;
  auto* const found = static_cast<T*>(std::aligned_alloc(kPage, bytes));
  if (found == nullptr) throw Refusal("no memory");
  return {found, std::free};
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

// Runs for so many seconds. What is short runs once before, so that it meets warm caches and threads that are awake.
inline void take_turn(const Work& work, double wanted) {
  double begin = now();
  work.run();
  if (now() - begin < wanted) {
    begin = now();
    work.run();
  }
  std::int64_t count = 1;
  for (; now() - begin < wanted; ++count) work.run();
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
