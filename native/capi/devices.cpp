#include <cstdlib>
#include "../cuda/probe.h"
#include "boundary.h"

using namespace sophia;
using namespace sophia::capi;

namespace {

// The first GPU that can be used, or `otherwise` where there is none.
int first_gpu(int otherwise) {
  const CudaProbe cuda = probe_cuda();
  const auto usable = std::find_if(cuda.gpus.begin(), cuda.gpus.end(), [](const Gpu& gpu) { return gpu.usable; });
  return cuda.available && usable != cuda.gpus.end() ? static_cast<int>(usable - cuda.gpus.begin()) : otherwise;
}

DeviceChoice cuda(int gpu) { return {.device = "cuda", .isa = {}, .threads = 0, .gpu = gpu, .stream = nullptr}; }
const DeviceChoice kCpu{.device = "cpu", .isa = {}, .threads = 0, .gpu = 0, .stream = nullptr};

// The same as resolveDevice() of lib/devices.ts.
DeviceChoice best() {
  constexpr int kNone = -1;
  const char* const variable = std::getenv("SOPHIA_DEVICE");
  const std::string wanted = variable && *variable ? variable : "auto", numbered = "cuda:";
  if (wanted == "auto") return first_gpu(kNone) == kNone ? kCpu : cuda(first_gpu(kNone));
  if (wanted == "cpu") return kCpu;
  if (wanted == "cuda") return cuda(first_gpu(0));
  const std::string number = wanted.starts_with(numbered) ? wanted.substr(numbered.size()) : "";
  require(!number.empty() && number.size() < 4 && number.find_first_not_of("0123456789") == std::string::npos,
          "Expected SOPHIA_DEVICE to be auto, cpu, cuda or cuda:0 and the like, got ", wanted);
  return cuda(std::stoi(number));
}

template <std::size_t N>
void copy_name(char (&to)[N], const std::string& name) {
  to[name.copy(to, N - 1)] = '\0';
}

}  // namespace

extern "C" {

sophia_status sophia_device_cpu(int32_t threads, const char* isa, sophia_device** device) {
  return created(device, "device", [&] {
    DeviceChoice choice = kCpu;
    choice.threads = threads;
    choice.isa = isa ? isa : "";
    return make_device(choice);
  });
}

sophia_status sophia_device_cuda(int32_t gpu, void* stream, sophia_device** device) {
  return created(device, "device", [&] {
    DeviceChoice choice = cuda(gpu);
    choice.stream = stream;
    return make_device(choice);
  });
}

sophia_status sophia_device_best(sophia_device** device) {
  return created(device, "device", [] { return make_device(best()); });
}

sophia_status sophia_device_destroy(sophia_device* device) { return destroyed(device, "device"); }

sophia_status sophia_device_synchronize(sophia_device* device) {
  return guarded([&] {
    const auto on = get(device, "device");
    const Device::Hold hold(*on);
    on->synchronize();
  });
}

sophia_status sophia_device_describe(sophia_device* device, sophia_device_properties* properties) {
  return guarded([&] {
    const auto on = get(device, "device");
    expect_room(&required(properties, "properties"), "properties");
    sophia_device_properties found = SOPHIA_DEVICE_PROPERTIES_INIT;
    copy_name(found.name, on->name());
    copy_name(found.isa, on->isa());
    found.threads = on->threads();
    found.host_memory = on->host_is_device();
    found.stream = on->stream();
    write_struct(properties, found);
  });
}

sophia_status sophia_device_memory(sophia_device* device, sophia_memory* memory) {
  return guarded([&] {
    const DeviceUse use = get(device, "device")->use();
    expect_room(&required(memory, "memory"), "memory");
    write_struct(memory, {0, use.used, use.peak, use.limit, use.blocks});
  });
}
}
