#include "../../../native/core/error.h"
#include <thread>
#include "c.h"

using namespace sophia;
using namespace c;

TEST("C: errors") {
  bool same = true;
  int32_t status = SOPHIA_OK;
  for (const Code code : kCodes) same &= std::string(sophia_status_name(++status)) == name(code);
  expect("C: every native code has its status, in its order", same && status == SOPHIA_BUSY);
  expect("C: 0 is success", std::string(sophia_status_name(0)) == "SOPHIA_OK");
  expect("C: a number that is no status has a name all the same",
         std::string(sophia_status_name(99)) == "ERR_SOPHIA_UNKNOWN" &&
             std::string(sophia_status_name(-7)) == "ERR_SOPHIA_UNKNOWN");

  sophia_device* device = nullptr;
  refused("C: what was expected and what came is said", sophia_device_cpu(-1, nullptr, &device),
          SOPHIA_INVALID_ARGUMENT, "Expected `threads` to be from 0 to 1024, got -1");
  std::string elsewhere = "unset";
  std::thread([&] { elsewhere = sophia_last_error(); }).join();
  expect("C: the words of an error are of its thread alone", elsewhere.empty());
  ok(sophia_device_destroy(cpu()));
  expect("C: and stand until the next", std::string(sophia_last_error()).find("threads") != std::string::npos);

  const std::string longest(5000, 'x');
  refused("C: a long message is cut", sophia_device_cpu(1, longest.c_str(), &device), SOPHIA_DEVICE, "xxx");
  expect("C: to what a thread keeps of it", std::strlen(sophia_last_error()) == 1023);
  expect("C: and nothing was written", device == nullptr);
}
