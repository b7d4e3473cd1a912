#include <limits>
#include "hessian_result.h"

using namespace sophia;
using namespace sophia::capi;

namespace {

std::uint64_t below(const char* name, std::uint64_t x, int bits) {
  require(x >> bits == 0, "Expected `", name, "` to be below 2^", bits, ", got ", x);
  return x;
}

sophia_draw read_draw(const sophia_draw* draw, int bits) {
  const auto read = read_struct(&required(draw, "draw"), "draw", SOPHIA_DRAW_INIT);
  below("step", read.step, 32);
  below("first", read.first, bits);
  return read;
}

int columns(std::int64_t numbers, std::int64_t rows) {
  require(numbers % rows == 0 && numbers / rows <= std::numeric_limits<int>::max(),
          "Expected `logits` to have a number of columns for each of ", rows, " rows, got ", numbers, " numbers");
  return static_cast<int>(numbers / rows);
}

void update(sophia_buffer* buffer, const HessianRefresh& refresh, sophia_hessian_result* result) {
  expect_room(result, "result");
  const auto hessian = get(buffer, "hessian");
  Device& device = *hessian->memory->device();
  HessianRefresh whole = refresh;
  whole.hessian = *hessian;
  const Device::Hold hold(device);
  write_struct(result, result_of(device.update_hessian(whole)));
}

}  // namespace

extern "C" {

sophia_status sophia_gnb_sample_labels(sophia_buffer* logits, sophia_buffer* targets, sophia_buffer* labels,
                                       const sophia_draw* draw) {
  return guarded([&] {
    constexpr int kBits = 50;
    const auto from = get(logits, "logits"), to = get(labels, "labels");
    const auto counted = targets ? *get(targets, "targets") : Tensor{};
    const auto read = read_draw(draw, kBits);
    if (to->count == 0 && from->count == 0) return;
    require(to->count > 0, "Expected `labels` to have an element for each row of `logits`, got none");
    Device& device = *to->memory->device();
    const Device::Hold hold(device);
    device.sample_labels({.logits = *from,
                          .targets = counted,
                          .labels = *to,
                          .rows = to->count,
                          .vocabulary = columns(from->count, to->count),
                          .seed = read.seed,
                          .step = read.step,
                          .first = static_cast<std::int64_t>(read.first)});
  });
}

sophia_status sophia_gnb_update(sophia_buffer* hessian, sophia_buffer* gradient, double tokens, double beta2,
                                sophia_hessian_result* result) {
  return guarded([&] {
    update(hessian,
           {.hessian = {},
            .estimate = *get(gradient, "gradient"),
            .direction = {},
            .beta2 = fraction("beta2", beta2),
            .scale = positive("tokens", tokens),
            .squared = true},
           result);
  });
}

sophia_status sophia_hutchinson_probe(sophia_buffer* probe, sophia_distribution distribution, const sophia_draw* draw) {
  return guarded([&] {
    constexpr int kBits = 16;
    const auto to = get(probe, "probe");
    const auto read = read_draw(draw, kBits);
    require(distribution == SOPHIA_RADEMACHER || distribution == SOPHIA_GAUSSIAN,
            "Expected `distribution` to be SOPHIA_RADEMACHER or SOPHIA_GAUSSIAN, got ", distribution);
    Device& device = *to->memory->device();
    const Device::Hold hold(device);
    device.draw_probe({.to = *to,
                       .distribution = distribution == SOPHIA_GAUSSIAN ? "gaussian" : "rademacher",
                       .seed = read.seed,
                       .step = read.step,
                       .number = static_cast<std::int64_t>(read.first)});
  });
}

sophia_status sophia_hutchinson_update(sophia_buffer* hessian, sophia_buffer* probe, sophia_buffer* product,
                                       double beta2, sophia_hessian_result* result) {
  return guarded([&] {
    update(hessian,
           {.hessian = {},
            .estimate = *get(product, "product"),
            .direction = *get(probe, "probe"),
            .beta2 = fraction("beta2", beta2),
            .scale = 1,
            .squared = false},
           result);
  });
}
}
