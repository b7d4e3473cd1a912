// Times every kernel at the shapes of GPT-2 124M, against what this GPU can do: its own copy from memory to memory, and
// its products of large matrices, cuBLAS's where that is installed.
//
//   kernels [turns] [sequences] [length]
//
// The table is Markdown: the median of the turns with its quartiles, the rate, and its part of what the device can do.
#include <cstdio>
#include <cstdlib>
#include "../../../native/cuda/probe.h"
#include "blas.h"
#include "passes.h"
#include "steps.h"

namespace {

using namespace bench;

constexpr int kSquare = 4096;

struct Setting {
  int turns = 21;
  std::int64_t batch = 8, time = 1024;
};

// Products of square matrices: ours, and cuBLAS's where it is.
template <class T>
void add_rivals(std::vector<Pass>& list, Cuda& on, Blas* blas, int square, Bound bound, View<T> a, View<T> b,
                View<T> c) {
  const double operations = 2.0 * square * square * square;
  const std::string shape = text(square, " cubed");
  list.push_back({text("own product, ", name(bound)), shape, bound, operations, [=, &on] {
                    on.allow_tf32(bound == Bound::kTf32);
                    matmul(on, {.m = square, .n = square, .k = square}, a, b, c);
                  }});
  if (blas)
    list.push_back({text("cuBLAS, ", name(bound)), shape, bound, operations,
                    [=] { blas->multiply(square, a.value, b.value, c.value, bound); }});
}

// What the device can do, measured in the same turns.
std::vector<Pass> rivals(Cuda& on, Memory& memory, Blas* blas, std::int64_t copied, int square) {
  const std::int64_t count = std::int64_t{square} * square;
  const auto from = memory.numbers(copied), to = memory.numbers(copied);
  std::vector<Pass> list{{"copy of the device", text(copied, " floats"), Bound::kMemory,
                          2.0 * sizeof(float) * static_cast<double>(copied),
                          [=, &on] { on.copy(to.value, from.value, copied); }}};
  const auto a = memory.numbers(count), b = memory.numbers(count), c = memory.numbers(count);
  for (const Bound bound : {Bound::kFloat, Bound::kTf32}) add_rivals(list, on, blas, square, bound, a, b, c);
  add_rivals(list, on, blas, square, Bound::kBf16, memory.halves(count), memory.halves(count), memory.halves(count));
  return list;
}

// The best that was measured of each kind.
double most(const std::vector<Pass>& list, std::size_t rivals, Bound bound) {
  double best = 0;
  for (std::size_t i = 0; i < rivals; ++i)
    if (list[i].bound == bound) best = std::max(best, median_rate(list[i]));
  return best;
}

void print(const std::vector<Pass>& list, std::size_t rivals) {
  std::printf("| pass | shape | microseconds, quartiles | rate | part of what the device can do |\n");
  std::printf("| --- | --- | --- | --- | --- |\n");
  for (const Pass& pass : list) {
    const auto microseconds = [&](double part) { return 1e6 * quantile(pass.seconds, part); };
    const double rate = median_rate(pass);
    const bool bytes = pass.bound == Bound::kMemory;
    std::printf("| %s | %s | %.1f (%.1f to %.1f) | %.2f %s | %.2f |\n", pass.name.c_str(), pass.shape.c_str(),
                microseconds(0.5), microseconds(0.25), microseconds(0.75), rate * (bytes ? 1e-9 : 1e-12),
                bytes ? "GB/s" : "TFLOP/s", rate / most(list, rivals, pass.bound));
  }
}

int run(const Setting& setting) {
  const CudaProbe probe = probe_devices();
  if (!probe.available) {
    std::fprintf(stderr, "kernels: there is no GPU to measure: %s\n", probe.reason.c_str());
    return 2;
  }
  Cuda on;
  Memory memory(on);
  const auto blas = Blas::open(on.stream());
  const bool whole = setting.time >= 1024;  // less is to see that it runs
  const std::int64_t parameters = whole ? 32 << 20 : 1 << 15;
  auto list = rivals(on, memory, blas.get(), parameters, whole ? kSquare : 64);
  const std::size_t measures = list.size();
  const Shape shape{
      setting.batch,       setting.time,       std::min<std::int64_t>(setting.batch * setting.time, 2048), 768, 12,
      whole ? 50257 : 257, whole ? 50304 : 272};
  Passes passes(on, memory, shape);
  Steps steps(on, memory, parameters);
  list.insert(list.end(), passes.list.begin(), passes.list.end());
  list.insert(list.end(), steps.list.begin(), steps.list.end());
  take_turns(on, list, setting.turns);
  print(list, measures);
  if (!blas) std::printf("\nThere is no cuBLAS here: parts of products are of our own large product.\n");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  Setting setting;
  if (count > 1) setting.turns = std::atoi(arguments[1]);
  if (count > 2) setting.batch = std::atoll(arguments[2]);
  if (count > 3) setting.time = std::atoll(arguments[3]);
  try {
    return run(setting);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kernels: %s\n", error.what());
    return 1;
  }
}
