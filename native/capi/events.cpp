#include "boundary.h"

using namespace sophia;
using namespace sophia::capi;

extern "C" {

sophia_status sophia_event_record(sophia_device* device, sophia_event** event) {
  return created(event, "event", [&] {
    const auto on = get(device, "device");
    const Device::Hold hold(*on);
    return std::make_shared<const Recorded>(Recorded{on, on->record()});
  });
}

sophia_status sophia_event_destroy(sophia_event* event) { return destroyed(event, "event"); }

sophia_status sophia_event_passed(sophia_event* event, int32_t* passed) {
  return guarded([&] { required(passed, "passed") = get(event, "event")->event->passed(); });
}

sophia_status sophia_event_wait(sophia_event* event) {
  return guarded([&] { get(event, "event")->event->wait(); });
}

sophia_status sophia_device_wait(sophia_device* device, sophia_event* event) {
  return guarded([&] {
    const auto on = get(device, "device");
    const auto point = get(event, "event");
    const Device::Hold hold(*on);
    on->wait(*point->event);
  });
}

sophia_status sophia_event_elapsed(sophia_event* event, sophia_event* earlier, double* milliseconds) {
  return guarded([&] {
    const auto to = get(event, "event"), from = get(earlier, "earlier");
    required(milliseconds, "milliseconds") = to->event->milliseconds_since(*from->event);
  });
}
}
