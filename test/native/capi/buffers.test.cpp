#include "../../../native/capi/check.h"
#include <cmath>
#include "c.h"

using namespace c;

TEST("C: buffers") {
  sophia_device* const device = cpu();
  auto* const buffer = made<sophia_buffer*>(sophia_buffer_create, device, SOPHIA_F32, int64_t{6});
  float numbers[6] = {1, 2, 3, 4, 5, 6}, read[6];
  ok(sophia_buffer_download(buffer, read, sizeof read));
  expect("C: a buffer is zero at first", read[0] == 0 && read[5] == 0);
  ok(sophia_buffer_upload(buffer, numbers, sizeof numbers));

  auto* const view = made<sophia_buffer*>(sophia_buffer_view, buffer, int64_t{2}, int64_t{3});
  ok(sophia_buffer_fill(view, 0.1));
  ok(sophia_buffer_download(buffer, read, sizeof read));
  expect("C: a view shares the memory of its buffer",
         read[1] == 2 && read[2] == 0.1f && read[4] == 0.1f && read[5] == 6);
  expect("C: and begins in it",
         made<void*>(sophia_buffer_data, view) == static_cast<float*>(made<void*>(sophia_buffer_data, buffer)) + 2);
  auto* const last = made<sophia_buffer*>(sophia_buffer_view, view, int64_t{2}, int64_t{1});
  expect("C: a view of a view begins in that",
         made<void*>(sophia_buffer_data, last) == static_cast<float*>(made<void*>(sophia_buffer_data, view)) + 2);
  ok(sophia_buffer_destroy(last));
  expect("C: with a size of its own", made<int64_t>(sophia_buffer_bytes, view) == 12 &&
                                          made<int64_t>(sophia_buffer_count, view) == 3 &&
                                          made<sophia_dtype>(sophia_buffer_dtype, view) == SOPHIA_F32);

  std::vector<float> mine = {7, 8, 9};
  sophia_buffer* const wrapped = wrap(device, mine);
  ok(sophia_buffer_copy(wrapped, view));
  ok(sophia_buffer_download(buffer, read, sizeof read));
  expect("C: the caller's own memory is copied from", read[2] == 7 && read[4] == 9);
  ok(sophia_buffer_fill(wrapped, -1));
  expect("C: and written in place", mine[0] == -1 && mine[2] == -1);

  sophia_memory memory = SOPHIA_MEMORY_INIT;
  ok(sophia_device_memory(device, &memory));
  expect("C: memory that is wrapped or shared does not count", memory.used == 24 && memory.blocks == 1);
  ok(sophia_buffer_destroy(buffer));
  ok(sophia_device_memory(device, &memory));
  expect("C: memory is held while a view is", memory.used == 24 && memory.peak == 24);
  ok(sophia_buffer_destroy(view));
  ok(sophia_buffer_destroy(wrapped));
  ok(sophia_device_memory(device, &memory));
  expect("C: and returned with it", memory.used == 0 && memory.blocks == 0 && memory.peak == 24);
  ok(sophia_device_destroy(device));
}

TEST("C: buffers of other types") {
  sophia_device* const device = cpu();
  for (const auto& [dtype, bytes] : {std::pair{SOPHIA_BF16, 2}, {SOPHIA_I32, 4}, {SOPHIA_U16, 2}}) {
    auto* const buffer = made<sophia_buffer*>(sophia_buffer_create, device, dtype, int64_t{3});
    ok(sophia_buffer_fill(buffer, 2));
    uint16_t shorts[6] = {};
    ok(sophia_buffer_download(buffer, shorts, 3 * bytes));
    expect(sophia::text("C: type ", dtype, " has its bytes, and 2 in them"),
           made<int64_t>(sophia_buffer_bytes, buffer) == 3 * bytes &&
               shorts[bytes == 4 ? 4 : 2] == (dtype == SOPHIA_BF16 ? 0x4000 : 2));
    if (dtype != SOPHIA_BF16)
      for (const double wrong : {0.5, 1e10, std::nan("")})
        refused(sophia::text("C: and cannot hold ", wrong), sophia_buffer_fill(buffer, wrong), SOPHIA_INVALID_ARGUMENT,
                "Expected `value` to be a whole number that the buffer's type holds");
    ok(sophia_buffer_destroy(buffer));
  }
  ok(sophia_device_destroy(device));
}

TEST("C: buffers refuse") {
  sophia_device* const device = cpu();
  sophia_buffer* other = nullptr;
  float numbers[4] = {};
  refused("C: an unknown type", sophia_buffer_create(device, 9, 4, &other), SOPHIA_INVALID_ARGUMENT, "dtype");
  refused("C: a negative count", sophia_buffer_create(device, SOPHIA_F32, -1, &other), SOPHIA_INVALID_ARGUMENT,
          "count");
  refused("C: a count beyond all memory", sophia_buffer_create(device, SOPHIA_F32, INT64_MAX, &other),
          SOPHIA_INVALID_ARGUMENT, "count");
  refused("C: more memory than there is", sophia_buffer_create(device, SOPHIA_F32, sophia::capi::kMostElements, &other),
          SOPHIA_OUT_OF_MEMORY, "There is not enough memory on cpu for 1125899906842624 bytes");
  expect("C: which has no advice for JavaScript", !std::strstr(sophia_last_error(), "dispose"));
  refused("C: nothing to wrap", sophia_buffer_wrap(device, SOPHIA_F32, 4, nullptr, &other), SOPHIA_INVALID_ARGUMENT,
          "Expected an address, got none");
  refused("C: an address between two floats",
          sophia_buffer_wrap(device, SOPHIA_F32, 3, reinterpret_cast<char*>(numbers) + 1, &other),
          SOPHIA_INVALID_ARGUMENT, "Expected `data` to begin at a multiple of 4 bytes");

  auto* const buffer = made<sophia_buffer*>(sophia_buffer_create, device, SOPHIA_F32, int64_t{4});
  refused("C: a view beyond the end", sophia_buffer_view(buffer, 2, 3, &other), SOPHIA_INVALID_ARGUMENT,
          "Expected a part of the buffer's 4 elements, got 3 from 2 on");
  refused("C: a view from before the beginning", sophia_buffer_view(buffer, -1, 2, &other), SOPHIA_INVALID_ARGUMENT,
          "part");
  refused("C: a view of more than numbers count", sophia_buffer_view(buffer, 1, INT64_MAX, &other),
          SOPHIA_INVALID_ARGUMENT, "part");
  refused("C: fewer bytes than it has", sophia_buffer_upload(buffer, numbers, 15), SOPHIA_INVALID_ARGUMENT,
          "Expected `bytes` to be the size of the buffer, 16, got 15");
  refused("C: nowhere to download to", sophia_buffer_download(buffer, nullptr, 16), SOPHIA_INVALID_ARGUMENT, "`to`");
  auto* const whole = made<sophia_buffer*>(sophia_buffer_create, device, SOPHIA_I32, int64_t{4});
  refused("C: a copy to another type", sophia_buffer_copy(buffer, whole), SOPHIA_INVALID_ARGUMENT,
          "Expected `from` to hold I32, got F32");
  expect("C: and nothing was made", other == nullptr);
  ok(sophia_buffer_destroy(buffer));
  ok(sophia_buffer_destroy(whole));
  ok(sophia_device_destroy(device));
}
