#include "c.h"

using namespace c;

TEST("C: events") {
  sophia_device* const device = cpu();
  auto *const first = made<sophia_event*>(sophia_event_record, device), *const last = made<sophia_event*>(
                                                                            sophia_event_record, device);
  ok(sophia_event_wait(last));
  expect("C: an event of the CPU has passed", made<int32_t>(sophia_event_passed, last) == 1);
  expect("C: and is not earlier than the one before", made<double>(sophia_event_elapsed, last, first) >= 0);
  ok(sophia_device_wait(device, first));

  auto* const plain = made<sophia_device*>(sophia_device_cpu, 1, "baseline");
  sophia_device_properties properties = SOPHIA_DEVICE_PROPERTIES_INIT;
  ok(sophia_device_describe(device, &properties));
  double milliseconds = 0;
  auto* const other = made<sophia_event*>(sophia_event_record, plain);
  if (std::string(properties.isa) != "baseline")
    refused("C: events of different kinds are not compared", sophia_event_elapsed(other, first, &milliseconds),
            SOPHIA_INVALID_ARGUMENT, "Expected an event of a device of the same kind");
  for (auto* const event : {first, last, other}) ok(sophia_event_destroy(event));
  refused("C: an event that was destroyed", sophia_event_wait(first), SOPHIA_DISPOSED,
          "Expected `event` to be an event, but it was destroyed");
  ok(sophia_device_destroy(plain));
  ok(sophia_device_destroy(device));
}
