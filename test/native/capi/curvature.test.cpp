#include "../../../native/device/device.h"
#include <cmath>
#include "c.h"

using namespace c;

static sophia_buffer* labels(sophia_device* device, std::vector<int32_t>& to) {
  return made<sophia_buffer*>(sophia_buffer_wrap, device, SOPHIA_I32, static_cast<int64_t>(to.size()),
                              static_cast<void*>(to.data()));
}

TEST("C: sampled labels") {
  constexpr int kRows = 3000, kColumns = 3;
  sophia_device* const device = cpu();
  std::vector<float> logits;
  for (int r = 0; r < kRows; ++r)
    for (const double p : {0.2, 0.5, 0.3}) logits.push_back(static_cast<float>(std::log(p)));
  std::vector<int32_t> drawn(kRows), other(kRows), target(kRows, 0);
  target[1] = -1;
  auto *const z = wrap(device, logits), *const y = labels(device, drawn), *const t = labels(device, target);
  sophia_draw draw = SOPHIA_DRAW_INIT;
  ok(sophia_gnb_sample_labels(z, t, y, &draw));
  double counts[kColumns] = {};
  for (int r = 0; r < kRows; ++r)
    if (r != 1) ++counts[drawn[static_cast<std::size_t>(r)]];
  expect("C: labels are drawn as often as the softmax has them", std::abs(counts[1] / kRows - 0.5), 0.04);
  expect("C: but where the target is -1", drawn[1] == -1);

  // The second half by itself, as rows of the same batch.
  constexpr int kHalf = kRows / 2;
  auto* const half_z =
      made<sophia_buffer*>(sophia_buffer_view, z, int64_t{kHalf * kColumns}, int64_t{kHalf * kColumns});
  auto* const all = labels(device, other);
  auto* const half = made<sophia_buffer*>(sophia_buffer_view, all, int64_t{kHalf}, int64_t{kHalf});
  draw.first = kHalf;
  ok(sophia_gnb_sample_labels(half_z, nullptr, half, &draw));
  expect("C: a batch may be drawn in parts", std::equal(drawn.begin() + kHalf, drawn.end(), other.begin() + kHalf));
  draw.step = 1;
  ok(sophia_gnb_sample_labels(half_z, nullptr, half, &draw));
  expect("C: another step draws others", !std::equal(drawn.begin() + kHalf, drawn.end(), other.begin() + kHalf));

  draw.step = uint64_t{1} << 32;
  refused("C: a step beyond 32 bits", sophia_gnb_sample_labels(z, nullptr, y, &draw), SOPHIA_INVALID_ARGUMENT,
          "Expected `step` to be below 2^32, got 4294967296");
  draw.step = 0;
  refused("C: nothing to draw by", sophia_gnb_sample_labels(z, nullptr, y, nullptr), SOPHIA_INVALID_ARGUMENT, "`draw`");
  refused("C: logits that are no rows", sophia_gnb_sample_labels(y, nullptr, z, &draw), SOPHIA_INVALID_ARGUMENT,
          "logits");
  refused("C: labels of another type", sophia_gnb_sample_labels(z, nullptr, half_z, &draw), SOPHIA_INVALID_ARGUMENT,
          "Expected `labels` to hold I32, got F32");
  for (auto* const buffer : {z, y, t, half_z, all, half}) ok(sophia_buffer_destroy(buffer));
  ok(sophia_device_destroy(device));
}

TEST("C: probes and estimates") {
  sophia_device* const device = cpu();
  std::vector<float> u(1000), v(1000), product(1000, 3), h(1000, 1), gradient(1000, 0.5);
  auto *const probe = wrap(device, u), *const other = wrap(device, v), *const hu = wrap(device, product);
  auto *const hessian = wrap(device, h), *const g = wrap(device, gradient);
  sophia_draw draw = SOPHIA_DRAW_INIT;
  ok(sophia_hutchinson_probe(probe, SOPHIA_RADEMACHER, &draw));
  double sum = 0, squares = 0;
  for (const float x : u) sum += x, squares += x * x;
  expect("C: a probe of signs", squares == 1000 && std::abs(sum) < 130);
  draw.first = 1;
  ok(sophia_hutchinson_probe(other, SOPHIA_RADEMACHER, &draw));
  expect("C: that another tensor does not share", u != v);
  ok(sophia_hutchinson_probe(other, SOPHIA_GAUSSIAN, &draw));
  squares = 0;
  for (const float x : v) squares += x * x;
  expect("C: a probe of N(0, 1)", std::abs(squares / 1000 - 1), 0.2);
  refused("C: a distribution that is none", sophia_hutchinson_probe(probe, 2, &draw), SOPHIA_INVALID_ARGUMENT,
          "distribution");
  draw.first = 1 << 16;
  refused("C: a tensor beyond 16 bits", sophia_hutchinson_probe(probe, SOPHIA_GAUSSIAN, &draw), SOPHIA_INVALID_ARGUMENT,
          "`first`");

  sophia_hessian_result result = SOPHIA_HESSIAN_RESULT_INIT;
  ok(sophia_hutchinson_update(hessian, probe, hu, 0.5, &result));
  expect("C: the average takes u times Hu", h[0] == 0.5f + 1.5f * u[0] && result.negative_rate > 0.4);
  ok(sophia_hutchinson_update(hessian, probe, hu, 0, nullptr));
  expect("C: and is the estimate itself without a past", h[7] == 3 * u[7]);
  ok(sophia_gnb_update(hessian, g, 8, 0, &result));
  expect("C: or B times the square of the gradient", h[0] == 2 && result.l1 == 2000 && result.negative_rate == 0);

  std::vector<float> few(10);
  auto* const shorter = wrap(device, few);
  refused("C: of as many numbers", sophia_gnb_update(hessian, shorter, 1, 0.9, nullptr), SOPHIA_INVALID_ARGUMENT,
          "Expected `estimate` to have 1000 elements, got 10");
  refused("C: an average that keeps all", sophia_gnb_update(hessian, g, 1, 1, nullptr), SOPHIA_INVALID_ARGUMENT,
          "beta2");
  refused("C: B that is none", sophia_gnb_update(hessian, g, NAN, 0.9, nullptr), SOPHIA_INVALID_ARGUMENT, "tokens");
  for (auto* const buffer : {probe, other, hu, hessian, g, shorter}) ok(sophia_buffer_destroy(buffer));
  ok(sophia_device_destroy(device));
}
