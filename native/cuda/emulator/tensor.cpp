#include "tensor.h"
#include <algorithm>
#include "intrinsics.h"
#include "report.h"
#include "scheduler.h"

namespace sophia::emulator {
namespace {

constexpr unsigned kLostBits = (1u << 13) - 1;  // of a float's 23 bits behind the point

struct Fragments {
  const unsigned *a, *b;
  float* c;
  const void* site;
};

// How many depths a product has, and how many of them lie in one register.
struct Tf32 {
  static constexpr int kDepths = 8, kInRegister = 1;
  static float number(unsigned word, int) { return __uint_as_float(word & ~kLostBits); }
};
struct Bfloat {
  static constexpr int kDepths = 16, kInRegister = 2;
  static float number(unsigned word, int half) { return __uint_as_float(half ? word & 0xffff0000u : word << 16); }
};

bool whole_warp(unsigned active, const void* site, const char* what) {
  if (active == ~0u) return true;
  report(Fault::kInactiveLane, site, describe("%s by lanes %08x of a warp", what, active));
  return false;
}

// A[i][d] lies in lane 4 (i % 8) + t, and so on: see cuda/tensor.h.
template <class Kind>
void multiply(void* payloads[32], unsigned active) {
  constexpr int kHalf = Kind::kDepths / 2;
  const auto lane = [&](int l) -> const Fragments& { return *static_cast<Fragments*>(payloads[l]); };
  if (!whole_warp(active, lane(__builtin_ctz(active)).site, "a product on tensor cores")) return;
  double a[16][Kind::kDepths], b[8][Kind::kDepths];
  for (int d = 0; d < Kind::kDepths; ++d) {
    const int t = d % kHalf / Kind::kInRegister, half = d % Kind::kInRegister;
    for (int i = 0; i < 16; ++i) a[i][d] = Kind::number(lane(4 * (i % 8) + t).a[d / kHalf * 2 + i / 8], half);
    for (int j = 0; j < 8; ++j) b[j][d] = Kind::number(lane(4 * j + t).b[d / kHalf], half);
  }
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 8; ++j) {
      float& c = lane(4 * (i % 8) + j / 2).c[i / 8 * 2 + j % 2];
      double sum = c;
      for (int d = 0; d < Kind::kDepths; ++d) sum += a[i][d] * b[j][d];
      c = static_cast<float>(sum);
    }
}

struct Rows {
  union {
    uint4 row;
    unsigned words[4];
    unsigned short numbers[8];
  };
  bool transposed;
  unsigned* to;
  const void* site;
};

void exchange(void* payloads[32], unsigned active) {
  const auto lane = [&](unsigned l) -> const Rows& { return *static_cast<Rows*>(payloads[l]); };
  if (!whole_warp(active, lane(__builtin_ctz(active)).site, "matrices loaded")) return;
  for (unsigned l = 0; l < 32; ++l)
    for (unsigned i = 0; i < 4; ++i) {
      const unsigned g = l / 4, t = l % 4, first = 8 * i;
      lane(l).to[i] = lane(l).transposed
                          ? lane(first + 2 * t).numbers[g] | unsigned{lane(first + 2 * t + 1).numbers[g]} << 16
                          : lane(first + g).words[t];
    }
}

}  // namespace

float round_to_tf32(float x) {
  if (x != x) return x;
  return __uint_as_float((__float_as_uint(x) + (kLostBits + 1) / 2) & ~kLostBits);
}

void multiply_add_tf32(const unsigned (&a)[4], const unsigned* b, float (&c)[4]) {
  const void* const site = __builtin_return_address(0);
  Fragments mine = {a, b, c, site};
  warp_operation(~0u, multiply<Tf32>, &mine, site);
}

void multiply_add_bf16(const unsigned (&a)[4], const unsigned* b, float (&c)[4]) {
  const void* const site = __builtin_return_address(0);
  Fragments mine = {a, b, c, site};
  warp_operation(~0u, multiply<Bfloat>, &mine, site);
}

void exchange_rows(const uint4& row, bool transposed, unsigned (&to)[4]) {
  const void* const site = __builtin_return_address(0);
  Rows mine = {{row}, transposed, to, site};
  warp_operation(~0u, exchange, &mine, site);
}

}  // namespace sophia::emulator
