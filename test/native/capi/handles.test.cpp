#include "c.h"
#include <thread>

using namespace c;

TEST("C: handles") {
  int64_t count = 7;
  refused("C: NULL is no handle", sophia_buffer_count(nullptr, &count), SOPHIA_INVALID_ARGUMENT,
          "Expected `buffer` to be a buffer, got NULL");
  float mine = 0;
  refused("C: nor is an address", sophia_buffer_count(reinterpret_cast<sophia_buffer*>(&mine), &count),
          SOPHIA_INVALID_ARGUMENT, "no handle of this library");

  sophia_device* const device = cpu();
  auto* const buffer = made<sophia_buffer*>(sophia_buffer_create, device, SOPHIA_F32, int64_t{5});
  refused("C: nor one of another kind", sophia_buffer_count(reinterpret_cast<sophia_buffer*>(device), &count),
          SOPHIA_INVALID_ARGUMENT, "Expected `buffer` to be a buffer, got a handle of another kind");
  refused("C: which nothing destroys", sophia_device_destroy(reinterpret_cast<sophia_device*>(buffer)),
          SOPHIA_INVALID_ARGUMENT, "another kind");

  ok(sophia_device_destroy(device));
  ok(sophia_buffer_fill(buffer, 2));
  ok(sophia_buffer_count(buffer, &count));
  expect("C: a buffer outlives the handle of its device", count == 5);
  refused("C: a destroyed handle is told from others", sophia_device_synchronize(device), SOPHIA_DISPOSED,
          "Expected `device` to be a device, but it was destroyed");
  refused("C: and cannot be destroyed again", sophia_device_destroy(device), SOPHIA_DISPOSED, "it was destroyed");
  sophia_device* const other = cpu();
  expect("C: no number is used twice", other != device);
  refused("C: what is missing for the result is said", sophia_buffer_count(buffer, nullptr), SOPHIA_INVALID_ARGUMENT,
          "Expected `count` to point somewhere, got NULL");
  ok(sophia_buffer_destroy(buffer));
  ok(sophia_device_destroy(other));
}

TEST("C: handles of many threads") {
  sophia_device* const device = cpu();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        sophia_buffer *buffer = nullptr, *view = nullptr;
        ok(sophia_buffer_create(device, SOPHIA_F32, 16, &buffer));
        ok(sophia_buffer_view(buffer, 4, 8, &view));
        ok(sophia_buffer_destroy(buffer));
        ok(sophia_buffer_destroy(view));
      }
    });
  for (auto& thread : threads) thread.join();
  sophia_memory memory = SOPHIA_MEMORY_INIT;
  ok(sophia_device_memory(device, &memory));
  expect("C: four threads that make and destroy buffers of one device leave none", memory.blocks == 0);
  ok(sophia_device_destroy(device));
}
