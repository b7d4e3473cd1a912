// The twins of the tensor cores' instructions: every lane takes and leaves the numbers that the PTX ISA says ("Matrix
// Fragments for mma.m16n8k8" and "mma.m16n8k16", "ldmatrix"), and the product is the double product, rounded once.
#include "../../../../native/cuda/tensor.h"
#include <random>
#include "bench.h"

namespace sophia {
namespace {

constexpr int kRows = 16, kColumns = 8;

DEVICE int group() { return static_cast<int>(threadIdx.x) >> 2; }
DEVICE int in_group() { return static_cast<int>(threadIdx.x) % 4; }

// c_i: row groupID for i < 2, else groupID + 8; column threadID_in_group · 2 + (i & 1).
template <class F>
DEVICE void each_sum(F f) {
  for (int i = 0; i < 4; ++i) f(i, i < 2 ? group() : group() + 8, in_group() * 2 + (i & 1));
}

__global__ void tf32_kernel(const float* a, const float* b, float* c) {
  unsigned x[4], y[2];
  for (int i = 0; i < 4; ++i) {
    const int row = i == 0 || i == 2 ? group() : group() + 8, column = i < 2 ? in_group() : in_group() + 4;
    x[i] = __float_as_uint(a[row * 8 + column]);
  }
  for (int i = 0; i < 2; ++i) y[i] = __float_as_uint(b[(i == 0 ? in_group() : in_group() + 4) * kColumns + group()]);
  float sums[4];
  each_sum([&](int i, int row, int column) { sums[i] = c[row * kColumns + column]; });
  multiply_add_tf32(x, y, sums);
  each_sum([&](int i, int row, int column) { c[row * kColumns + column] = sums[i]; });
}

__global__ void bf16_kernel(const Bf16* a, const Bf16* b, float* c) {
  Pack<Bf16, 2> x[4], y[2];
  for (int i = 0; i < 8; ++i) {
    const int row = i < 2 || (i >= 4 && i < 6) ? group() : group() + 8;
    const int column = in_group() * 2 + (i & 1) + (i < 4 ? 0 : 8);
    x[i / 2].set(i % 2, a[row * 16 + column]);
  }
  for (int i = 0; i < 4; ++i) y[i / 2].set(i % 2, b[(in_group() * 2 + (i & 1) + (i < 2 ? 0 : 8)) * kColumns + group()]);
  unsigned of_a[4], of_b[2];
  __builtin_memcpy(of_a, x, sizeof of_a);
  __builtin_memcpy(of_b, y, sizeof of_b);
  float sums[4];
  each_sum([&](int i, int row, int column) { sums[i] = c[row * kColumns + column]; });
  multiply_add_bf16(of_a, of_b, sums);
  each_sum([&](int i, int row, int column) { c[row * kColumns + column] = sums[i]; });
}

// Row r of matrix i has the numbers 64i + 8r onwards.
template <bool kTransposed>
__global__ void matrices_kernel(unsigned* to) {
  auto* const numbers = dynamic_shared<unsigned short>();
  for (unsigned i = 0; i < 8; ++i) numbers[8 * threadIdx.x + i] = static_cast<unsigned short>(8 * threadIdx.x + i);
  __syncwarp();
  unsigned words[4];
  load_matrices<kTransposed>(numbers + 8 * threadIdx.x, words);
  for (unsigned i = 0; i < 4; ++i) to[4 * threadIdx.x + i] = words[i];
}

__global__ void half_warp_kernel(float* c) {
  const unsigned a[4] = {}, b[2] = {};
  float sums[4] = {};
  if (threadIdx.x < 16) multiply_add_bf16(a, b, sums);
  c[threadIdx.x] = sums[0];
}

template <class T>
T* upload(EmulatorBench& t, const std::vector<float>& from) {
  const std::vector<T> numbers(from.begin(), from.end());
  T* const to = t.numbers<T>(numbers.size());
  t.on.upload(to, numbers.data(), static_cast<std::int64_t>(numbers.size()));
  return to;
}

// The products of one warp against the definition, for factors that have no bits to lose.
template <class T, class Kernel>
void multiplies(const std::string& who, int depths, Kernel kernel) {
  EmulatorBench t;
  std::mt19937 random(11);
  std::normal_distribution<float> normal;
  std::vector<float> a(kRows * depths), b(depths * kColumns), c(kRows * kColumns);
  for (auto& x : a) x = as_bf16(normal(random));
  for (auto& x : b) x = as_bf16(normal(random));
  for (auto& x : c) x = normal(random);
  T *const of_a = upload<T>(t, a), *const of_b = upload<T>(t, b);
  float* const of_c = upload<float>(t, c);
  t.on.launch("multiply", {1, 32}, kernel, of_a, of_b, of_c);
  const std::vector<float> got = t.read(of_c, c.size());
  bool same = true;
  for (int i = 0; i < kRows; ++i)
    for (int j = 0; j < kColumns; ++j) {
      double sum = c[static_cast<std::size_t>(i * kColumns + j)];
      for (int d = 0; d < depths; ++d)
        sum += static_cast<double>(a[static_cast<std::size_t>(i * depths + d)]) *
               b[static_cast<std::size_t>(d * kColumns + j)];
      same &= got[static_cast<std::size_t>(i * kColumns + j)] == static_cast<float>(sum);
    }
  check::expect("Emulator multiplies " + who + " as the PTX ISA lays its fragments out", same);
  t.silent("a product of a whole warp");
  t.on.free(of_a), t.on.free(of_b), t.on.free(of_c);
}

std::vector<unsigned> matrices(EmulatorBench& t, bool transposed) {
  unsigned* const words = t.numbers<unsigned>(128);
  t.on.launch("matrices", {1, 32, 32 * 16}, transposed ? matrices_kernel<true> : matrices_kernel<false>, words);
  const auto read = t.read(words, 128);
  t.on.free(words);
  return read;
}

}  // namespace

TEST("Emulator: tensor cores") {
  multiplies<float>("TF32", 8, tf32_kernel);
  multiplies<Bf16>("bf16", 16, bf16_kernel);

  EmulatorBench t;
  t.on.launch("half_warp", {1, 32}, half_warp_kernel, t.p);
  t.reports("a product of half a warp", Fault::kInactiveLane);

  const auto plain = matrices(t, false), transposed = matrices(t, true);
  bool rows = true, columns = true;
  for (unsigned lane = 0; lane < 32; ++lane)
    for (unsigned i = 0; i < 4; ++i) {
      const unsigned g = lane / 4, twice = lane % 4 * 2, first = 64 * i + 8 * g + twice;
      rows &= plain[4 * lane + i] == (first | (first + 1) << 16);
      columns &= transposed[4 * lane + i] == ((64 * i + 8 * twice + g) | (64 * i + 8 * (twice + 1) + g) << 16);
    }
  check::expect("Emulator loads four matrices, a row's two numbers to a lane", rows);
  check::expect("Emulator loads four matrices transposed, a column's two numbers to a lane", columns);
  t.silent("matrices loaded by a whole warp");
}

TEST("Emulator: TF32") {
  const float odd = 1 + 0x1p-11f, below = 1 + 0x1p-11f - 0x1p-23f;
  check::expect(
      "TF32 takes the nearest, and of two the one farther from zero",
      round_to_tf32(odd) == 1 + 0x1p-10f && round_to_tf32(-odd) == -1 - 0x1p-10f && round_to_tf32(below) == 1);
  check::expect("TF32 keeps NaN and infinity", std::isnan(round_to_tf32(NAN)) && std::isinf(round_to_tf32(INFINITY)));
}

}  // namespace sophia
