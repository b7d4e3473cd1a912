// What the tests of the C library share: it is called as C calls it.
#pragma once
#include <cstring>
#include <map>
#include <vector>
#include "../../../native/include/sophia.h"
#include "../check.h"

namespace c {

using check::expect;

// Holds when the call was refused with this code, in these words.
inline bool refused(const std::string& name, sophia_status status, sophia_status code, const std::string& words) {
  const bool ok = status == code && std::string(sophia_last_error()).find(words) != std::string::npos;
  return expect(ok ? name : name + ": " + sophia_status_name(status) + " " + sophia_last_error(), ok);
}

// Throws unless the call succeeded.
inline void ok(sophia_status status) {
  if (status != SOPHIA_OK) throw std::runtime_error(sophia_last_error());
}

// What a function writes through its last argument.
template <class T, class F, class... Arguments>
T made(F f, Arguments... arguments) {
  T made{};
  ok(f(arguments..., &made));
  return made;
}

inline sophia_device* cpu(int threads = 1) {
  return made<sophia_device*>(sophia_device_cpu, threads, static_cast<const char*>(nullptr));
}

// The caller's own floats, as a buffer.
inline sophia_buffer* wrap(sophia_device* device, std::vector<float>& numbers) {
  return made<sophia_buffer*>(sophia_buffer_wrap, device, SOPHIA_F32, static_cast<int64_t>(numbers.size()),
                              static_cast<void*>(numbers.data()));
}

using Hyper = std::map<std::string, double>;
inline const Hyper kSophiaG = {{"beta1", 0.965}, {"beta2", 0.99}, {"rho", 0.04}, {"epsilon", 1e-15}};

// A plan with a group of its own, of learning rate 0.1 / (1 + its number) and weight decay 0.2, for every tensor.
inline sophia_plan* plan(const char* optimizer, const Hyper& hyper, const std::vector<int64_t>& counts) {
  auto* const plan = made<sophia_plan*>(sophia_plan_create, optimizer);
  for (const int64_t& count : counts) {
    int32_t group = 0;
    ok(sophia_plan_add_group(plan, 0.1 / static_cast<double>(1 + (&count - counts.data())), 0.2, &group));
    for (const auto& [name, value] : hyper) ok(sophia_plan_set(plan, group, name.c_str(), value));
    ok(sophia_plan_add_tensor(plan, group, count));
  }
  return plan;
}

}  // namespace c
