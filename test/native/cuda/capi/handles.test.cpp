// The C library on a GPU: the same calls, with the memory where the GPU has it.
#include <cmath>
#include "../../capi/c.h"

using namespace c;

namespace {

// A step and a refresh of Sophia-G over 100 numbers in buffers of the device; returns the numbers.
std::vector<float> trained(sophia_device* device) {
  std::vector<float> theta(100), gradient(100);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    theta[i] = static_cast<float>(i);
    gradient[i] = static_cast<float>(i % 7) - 3;
  }
  constexpr int64_t kBytes = 400;
  auto *const at = made<sophia_buffer*>(sophia_buffer_create, device, SOPHIA_F32, int64_t{100}),
              *const slope = made<sophia_buffer*>(sophia_buffer_create, device, SOPHIA_F32, int64_t{100});
  ok(sophia_buffer_upload(at, theta.data(), kBytes));
  ok(sophia_buffer_upload(slope, gradient.data(), kBytes));
  sophia_plan* const plan = c::plan("sophia-g", kSophiaG, {100});
  auto* const optimizer = made<sophia_optimizer*>(sophia_optimizer_attach, device, plan);
  ok(sophia_optimizer_place(optimizer, &at, 1));
  ok(sophia_optimizer_place_gradients(optimizer, &slope, 1));
  ok(sophia_optimizer_update_hessian(optimizer, SOPHIA_GNB, 100, nullptr, nullptr));
  ok(sophia_optimizer_step(optimizer, nullptr, nullptr));
  ok(sophia_buffer_download(at, theta.data(), kBytes));
  for (auto* const buffer : {at, slope}) ok(sophia_buffer_destroy(buffer));
  ok(sophia_optimizer_destroy(optimizer));
  ok(sophia_plan_destroy(plan));
  return theta;
}

}  // namespace

TEST("C on cuda") {
  auto* const gpu = made<sophia_device*>(sophia_device_cuda, 0, static_cast<void*>(nullptr));
  sophia_device* const host = cpu();
  sophia_device_properties properties = SOPHIA_DEVICE_PROPERTIES_INIT;
  ok(sophia_device_describe(gpu, &properties));
  expect("C on cuda: a GPU says what it is",
         std::string(properties.name) == "cuda:0" && properties.host_memory == 0 && properties.stream != nullptr);

  const auto expected = trained(host), got = trained(gpu);
  double apart = 0;
  for (std::size_t i = 0; i < got.size(); ++i) apart = std::fmax(apart, std::abs(got[i] - expected[i]));
  expect("C on cuda: a refresh and a step of Sophia-G are those of the CPU", apart, 1e-6);
  expect("C on cuda: and moved something", got[0] != 0);

  auto* const buffer = made<sophia_buffer*>(sophia_buffer_create, gpu, SOPHIA_F32, int64_t{8});
  auto* const wrapped =
      made<sophia_buffer*>(sophia_buffer_wrap, gpu, SOPHIA_F32, int64_t{4},
                           static_cast<void*>(static_cast<float*>(made<void*>(sophia_buffer_data, buffer)) + 4));
  ok(sophia_buffer_fill(wrapped, 5));
  float read[8];
  ok(sophia_buffer_download(buffer, read, sizeof read));
  expect("C on cuda: a device pointer of another is used where it is", read[3] == 0 && read[4] == 5 && read[7] == 5);

  // It works on the stream of the other, and is destroyed before that.
  auto* const mine = made<sophia_device*>(sophia_device_cuda, 0, properties.stream);
  auto* const event = made<sophia_event*>(sophia_event_record, gpu);
  ok(sophia_device_wait(mine, event));
  ok(sophia_event_wait(event));
  expect("C on cuda: an event passes", made<int32_t>(sophia_event_passed, event) == 1);
  refused("C on cuda: the CPU does not wait for it", sophia_device_wait(host, event), SOPHIA_INVALID_ARGUMENT,
          "Expected an event of a device of the same kind");

  auto* const there = made<sophia_buffer*>(sophia_buffer_create, host, SOPHIA_F32, int64_t{8});
  refused("C on cuda: nothing is copied from another device", sophia_buffer_copy(there, buffer),
          SOPHIA_INVALID_ARGUMENT, "Expected `from` to be on cuda:0, got one on cpu");
  for (auto* const each : {buffer, wrapped, there}) ok(sophia_buffer_destroy(each));
  ok(sophia_event_destroy(event));
  for (auto* const each : {mine, gpu, host}) ok(sophia_device_destroy(each));
}
