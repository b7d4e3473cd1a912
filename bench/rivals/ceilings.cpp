// What this machine can do at most: multiply-adds that stay in registers, copies, updates in place, and the plain C
// loops of optimizers. Compiled with -O3 and for the instruction set that is measured.
#include <immintrin.h>
#include <omp.h>
#include <algorithm>
#include <cmath>
#include "contender.h"

using namespace contender;

#if defined(__AVX512F__)
typedef float Vector __attribute__((vector_size(64)));
constexpr int kSums = 24;  // enough to hide the latency, few enough for the registers
#elif defined(__AVX__)
typedef float Vector __attribute__((vector_size(32)));
constexpr int kSums = 12;
#else
typedef float Vector __attribute__((vector_size(16)));
constexpr int kSums = 12;
#endif
constexpr std::int64_t kRounds = 400000;  // a millisecond or two: threads meet seldom

static volatile float seen;  // so that nothing is computed in vain

// Operations of one call on each thread: 2 for each lane of each multiply-add.
constexpr double kOperations = 2.0 * kRounds * kSums * (sizeof(Vector) / sizeof(float));

static void multiply_adds() {
#pragma omp parallel
  {
    Vector sums[kSums], x = Vector{} + 1.0000001f, y = Vector{} + 1e-9f;
    for (auto& sum : sums) sum = y;
    for (std::int64_t round = 0; round < kRounds; ++round) {
#pragma GCC unroll 24
      for (int i = 0; i < kSums; ++i) sums[i] = sums[i] * x + y;
    }
    Vector total = y;
    for (const auto& sum : sums) total += sum;
    seen = total[0];
  }
}

#if defined(__AVX512BF16__)
static void dot_products() {
#pragma omp parallel
  {
    __m512 sums[kSums];
    const __m512bh x = _mm512_cvtne2ps_pbh(_mm512_set1_ps(1e-9f), _mm512_set1_ps(1e-9f));
    for (auto& sum : sums) sum = _mm512_setzero_ps();
    for (std::int64_t round = 0; round < kRounds; ++round) {
#pragma GCC unroll 24
      for (int i = 0; i < kSums; ++i) sums[i] = _mm512_dpbf16_ps(sums[i], x, x);
    }
    __m512 total = sums[0];
    for (const auto& sum : sums) total = _mm512_add_ps(total, sum);
    seen = total[0];
  }
}
#endif

struct Arrays {
  std::int64_t count;
  std::shared_ptr<float> of[4];
  float* operator[](int i) const { return of[i].get(); }
};

// Touched by the threads that will work on them.
static Arrays arrays(std::int64_t count, int many) {
  Arrays found{count, {}};
  for (int which = 0; which < many; ++which) {
    found.of[which] = allocate<float>(count);
    float* const to = found[which];
#pragma omp parallel for
    for (std::int64_t i = 0; i < count; ++i) to[i] = 1e-3f * static_cast<float>(i % 7);
  }
  return found;
}

static void copy(const Arrays& x) {
  float* __restrict to = x[0];
  const float* __restrict from = x[1];
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < x.count; ++i) to[i] = from[i];
}

static void update(const Arrays& x) {
  float* const to = x[0];
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < x.count; ++i) to[i] = to[i] * 0.999f + 1e-6f;
}

// 24 bytes for a parameter: reads θ, g, m, h, writes θ, m.
static void sophia(const Arrays& x) {
  float* __restrict theta = x[0];
  const float* __restrict g = x[1];
  float* __restrict m = x[2];
  const float* __restrict h = x[3];
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < x.count; ++i) {
    const float momentum = 0.965f * m[i] + 0.035f * g[i];
    const float ratio = std::min(std::fabs(momentum) / (0.04f * h[i] + 1e-15f), 1.0f);
    m[i] = momentum;
    theta[i] = theta[i] * 0.9999f - 1e-4f * std::copysign(ratio, momentum);
  }
}

// 12 bytes: reads h and g, writes h.
static void hessian(const Arrays& x) {
  float* __restrict h = x[0];
  const float* __restrict g = x[1];
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < x.count; ++i) h[i] = 0.99f * h[i] + 0.01f * g[i] * g[i];
}

// 28 bytes: reads θ, g, m, v, writes θ, m, v.
static void adamw(const Arrays& x) {
  float* __restrict theta = x[0];
  const float* __restrict g = x[1];
  float* __restrict m = x[2];
  float* __restrict v = x[3];
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < x.count; ++i) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.95f * v[i] + 0.05f * g[i] * g[i];
    theta[i] = theta[i] * 0.9999f - 1e-4f * (m[i] / 0.9f) / (std::sqrt(v[i] / 0.95f) + 1e-8f);
  }
}

// 20 bytes: reads θ, g, m, writes θ, m.
static void lion(const Arrays& x) {
  float* __restrict theta = x[0];
  const float* __restrict g = x[1];
  float* __restrict m = x[2];
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < x.count; ++i) {
    const float direction = 0.9f * m[i] + 0.1f * g[i];
    m[i] = 0.99f * m[i] + 0.01f * g[i];
    theta[i] = theta[i] * 0.9999f - 1e-4f * (direction > 0 ? 1.0f : direction < 0 ? -1.0f : 0.0f);
  }
}

// A loop over arrays of `elements` numbers.
static Work loop(const Request& request, int many, void (*run)(const Arrays&)) {
  const auto x = arrays(request.whole("elements"), many);
  run(x);
  return {[=] { run(x); }};
}

static Work prepare(const Request& request) {
  const int threads = static_cast<int>(request.whole("threads"));
  omp_set_num_threads(threads);
  auto kind = request.word("kind");
  if (kind == "optimizer") kind = request.word("optimizer");
  if (kind == "copy") return loop(request, 2, copy);
  if (kind == "update") return loop(request, 1, update);
  if (kind == "sophia-g") return loop(request, 4, sophia);
  if (kind == "hessian") return loop(request, 2, hessian);
  if (kind == "adamw") return loop(request, 4, adamw);
  if (kind == "lion") return loop(request, 3, lion);
  if (kind != "peak") throw Refusal("it has no such loop");
  if (request.word("dtype") == "float32") return {multiply_adds, 0, 0, kOperations * threads};
#if defined(__AVX512BF16__)
  return {dot_products, 0, 0, 2 * kOperations * threads};
#else
  throw Refusal("the processor has no AVX512-BF16");
#endif
}

int main() { return serve("this machine", prepare); }
