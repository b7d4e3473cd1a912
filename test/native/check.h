// The harness of the native tests: expectations that print one line each, and tests that register themselves.
//
//   TEST("Json") {
//     expect("Json reads an empty object", json::parse("{}").object().empty());
//   }
//
// A line is `ok   name` or `FAIL name`, followed by a number where one was measured; `slow name` follows a long test.
// The main is test/native/main.cpp.
#pragma once
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>
#include "../../native/core/error.h"

namespace check {

struct Test {
  using Body = void (*)();
  Test(const char* name, Body body) : name(name), body(body) { all().push_back(this); }
  static std::vector<const Test*>& all() {
    static std::vector<const Test*> tests;
    return tests;
  }
  const char* name;
  Body body;
};

inline int passed = 0, failed = 0;

inline bool expect(const std::string& name, bool condition) {
  ++(condition ? passed : failed);
  std::printf("%s %s\n", condition ? "ok  " : "FAIL", name.c_str());
  return condition;
}

// Holds when got is at most the tolerance, so never for NaN.
inline bool expect(const std::string& name, double got, double tolerance) {
  const bool ok = got <= tolerance;
  ++(ok ? passed : failed);
  std::printf("%s %-72s %.1e%s\n", ok ? "ok  " : "FAIL", name.c_str(), got,
              ok ? "" : (" > " + sophia::text(tolerance)).c_str());
  return ok;
}

// Holds when f throws an Error with this code whose message contains the words.
template <class F>
bool expect_error(const std::string& name, sophia::Code code, const std::string& words, F f) {
  try {
    f();
    return expect(name + ": nothing was thrown", false);
  } catch (const sophia::Error& error) {
    const bool ok = error.code == code && std::string(error.what()).find(words) != std::string::npos;
    return expect(ok ? name : name + ": " + sophia::name(error.code) + " " + error.what(), ok);
  }
}

// Whether a test is to run: its name contains one of the words, if there are any, and none of those behind a minus.
inline bool wanted(const std::string& name, const std::vector<std::string>& words) {
  bool any = false, found = false;
  for (const std::string& word : words) {
    const bool without = word.starts_with('-');
    const bool has = name.find(word.substr(without)) != std::string::npos;
    if (without && has) return false;
    any = any || !without;
    found = found || (!without && has);
  }
  return found || !any;
}

// Runs one test, and says so when it took long.
inline void run(const Test& test) {
  constexpr double kLong = 5;  // seconds
  const auto begin = std::chrono::steady_clock::now();
  try {
    test.body();
  } catch (const std::exception& error) {
    expect(std::string(test.name) + ": " + error.what(), false);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (seconds > kLong) std::printf("slow %s %.0f s\n", test.name, seconds);
}

// Runs the tests that are wanted; returns the exit status.
inline int run(const std::vector<std::string>& words) {
  for (const Test* test : Test::all())
    if (wanted(test->name, words)) run(*test);
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed != 0 || passed == 0;
}

}  // namespace check

#define CHECK_JOIN_(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN_(a, b)
#define CHECK_TEST(title, number)                                                             \
  static void CHECK_JOIN(test_, number)();                                                    \
  static const check::Test CHECK_JOIN(registered_, number){title, CHECK_JOIN(test_, number)}; \
  static void CHECK_JOIN(test_, number)()
#define TEST(title) CHECK_TEST(title, __COUNTER__)
