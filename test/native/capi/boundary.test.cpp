#include "../../../native/capi/boundary.h"
#include "c.h"

using namespace sophia;
using namespace c;

TEST("C: no exception crosses the boundary") {
  using capi::guarded;
  const auto fails = [](sophia_status status, sophia_status code, const char* words) {
    return status == code && std::strcmp(sophia_last_error(), words) == 0;
  };
  expect("C: a coded error keeps its code", fails(guarded([] { fail(Code::kIo, "no"); }), SOPHIA_IO, "no"));
  expect("C: memory that is not there is that",
         fails(guarded([] { throw std::bad_alloc(); }), SOPHIA_OUT_OF_MEMORY, "There is not enough memory"));
  expect("C: any other exception has its words",
         fails(guarded([] { throw std::logic_error("odd"); }), SOPHIA_DEVICE, "odd"));
  expect("C: and what is none is caught, too",
         fails(guarded([] { throw Cancelled(); }), SOPHIA_DEVICE, "The call was given up"));
}

TEST("C: structs of other versions") {
  sophia_device* const device = cpu();
  sophia_memory memory = SOPHIA_MEMORY_INIT;
  memory.size = 8;
  refused("C: a result without its size is refused before the work", sophia_device_memory(device, &memory),
          SOPHIA_INVALID_ARGUMENT, "Expected `memory->size` to be the size of the struct, 40, got 8");

  struct Newer {
    sophia_memory known;
    int64_t unknown;
  } newer = {SOPHIA_MEMORY_INIT, 77};
  newer.known.size = sizeof newer;
  ok(sophia_device_memory(device, &newer.known));
  expect("C: of a newer result the known part is written", newer.known.limit > 0 && newer.unknown == 77);
  expect("C: and its size stays what it is", newer.known.size == sizeof newer);

  struct NewerDraw {
    sophia_draw known;
    uint64_t unknown;
  } draw = {SOPHIA_DRAW_INIT, 0};
  draw.known.size = sizeof draw;
  auto* const probe = made<sophia_buffer*>(sophia_buffer_create, device, SOPHIA_F32, int64_t{3});
  ok(sophia_hutchinson_probe(probe, SOPHIA_GAUSSIAN, &draw.known));
  draw.unknown = 1;
  refused("C: what a newer program asks beyond them is refused",
          sophia_hutchinson_probe(probe, SOPHIA_GAUSSIAN, &draw.known), SOPHIA_INVALID_ARGUMENT,
          "nothing that this library does not know");
  draw.known.size = ~uint64_t{0};
  refused("C: a size that nobody set is none", sophia_hutchinson_probe(probe, SOPHIA_GAUSSIAN, &draw.known),
          SOPHIA_INVALID_ARGUMENT, "Expected `draw->size` to be the size of the struct, 32, got 18446744073709551615");
  expect("C: no struct has padding", sizeof(sophia_step_options) == 5 * 8 && sizeof(sophia_step_result) == 7 * 8 &&
                                         sizeof(sophia_hessian_options) == 3 * 8 && sizeof(sophia_counters) == 4 * 8 &&
                                         sizeof(sophia_hessian_result) == (7 + SOPHIA_RATIO_BINS) * 8 &&
                                         sizeof(sophia_device_properties) == 3 * 8 + 64 + sizeof(void*));
  ok(sophia_buffer_destroy(probe));
  ok(sophia_device_destroy(device));
}
