#include "tensor.h"
#include <algorithm>
#include "intrinsics.h"
#include "report.h"
#include "scheduler.h"

namespace sophia::emulator {
namespace {

constexpr unsigned kLostBits = (1u << 13) - 1;  // of a float's 23 bits behind the point

struct Fragments {
  const float *a, *b;
  float* c;
  const void* site;
};

float cut_to_tf32(float x) { return __uint_as_float(__float_as_uint(x) & ~kLostBits); }

// A[i][d] lies in lane 4 (i % 8) + d % 4, and so on: see cuda/tensor.h.
void multiply(void* payloads[32], unsigned active) {
  const auto lane = [&](int g, int t) -> const Fragments& { return *static_cast<Fragments*>(payloads[4 * g + t]); };
  if (active != ~0u) {
    const auto& first = *static_cast<Fragments*>(payloads[__builtin_ctz(active)]);
    report(Fault::kInactiveLane, first.site, describe("a product on tensor cores by lanes %08x of a warp", active));
    return;
  }
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 8; ++j) {
      float& c = lane(i % 8, j / 2).c[i / 8 * 2 + j % 2];
      double sum = c;
      for (int d = 0; d < 8; ++d)
        sum += static_cast<double>(cut_to_tf32(lane(i % 8, d % 4).a[d / 4 * 2 + i / 8])) *
               cut_to_tf32(lane(j, d % 4).b[d / 4]);
      c = static_cast<float>(sum);
    }
}

}  // namespace

float round_to_tf32(float x) {
  if (x != x) return x;
  return cut_to_tf32(__uint_as_float(__float_as_uint(x) + (kLostBits + 1) / 2));
}

void multiply_add_tf32(const float (&a)[4], const float (&b)[2], float (&c)[4]) {
  const void* const site = __builtin_return_address(0);
  Fragments mine = {a, b, c, site};
  warp_operation(~0u, multiply, &mine, site);
}

}  // namespace sophia::emulator
