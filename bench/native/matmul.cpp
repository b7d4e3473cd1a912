// Times matrix products against the peak of this machine, measured beside each of them.
//
//   matmul [threads] [milliseconds per product] [words of the names to run]
//
// The peak is a loop of multiply-adds that stays in registers. Loop and product take turns, so that both meet the same
// clock rate and the same neighbours; the table shows the median ratio of the turns, and its quartiles.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>
#include "../../native/cpu/cpu.h"
#include "../../native/linalg/matmul.h"

namespace {

using namespace sophia;

// Seconds. One thread is timed by the processor time it got, so that it does not matter who else was served meanwhile.
double now(int threads) {
  timespec time;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Product {
  std::string name;
  Matmul shape;
};

// The three products of a linear layer of R rows.
void add_layer(std::vector<Product>& list, std::int64_t rows, std::int64_t in, std::int64_t out) {
  const std::string size = std::to_string(rows) + "  " + std::to_string(in) + "→" + std::to_string(out);
  list.push_back({"y  = x W    " + size, {.m = rows, .n = out, .k = in}});
  list.push_back({"dx = dy Wᵀ  " + size, {.m = rows, .n = in, .k = out, .transpose_b = true}});
  list.push_back({"dW += xᵀ dy " + size, {.m = in, .n = out, .k = rows, .transpose_a = true, .add = true}});
}

// Those of the logits, whose weight is stored (vocabulary, width).
void add_head(std::vector<Product>& list, std::int64_t rows, std::int64_t width, std::int64_t vocabulary) {
  const std::string size = std::to_string(rows) + "  " + std::to_string(width) + "→" + std::to_string(vocabulary);
  list.push_back({"head y      " + size, {.m = rows, .n = vocabulary, .k = width, .transpose_b = true}});
  list.push_back({"head dx     " + size, {.m = rows, .n = width, .k = vocabulary}});
  list.push_back({"head dW     " + size, {.m = vocabulary, .n = width, .k = rows, .transpose_a = true, .add = true}});
}

std::vector<Product> products() {
  std::vector<Product> list;
  for (std::int64_t width : {128, 256, 384, 768})
    for (std::int64_t rows : {512, 2048, 8192}) {
      if (width == 768 && rows == 8192) continue;
      add_layer(list, rows, width, 3 * width);
      add_layer(list, rows, width, width);
      add_layer(list, rows, width, 4 * width);
      add_layer(list, rows, 4 * width, width);
    }
  add_head(list, 2048, 128, 256);
  add_head(list, 256, 768, 50257);
  list.push_back({"few rows    1  768→2304", {.m = 1, .n = 2304, .k = 768}});
  list.push_back({"few rows    1  768→50257 Wᵀ", {.m = 1, .n = 50257, .k = 768, .transpose_b = true}});
  list.push_back({"few rows    4  768→2304", {.m = 4, .n = 2304, .k = 768}});
  list.push_back({"few columns 2048  768→2", {.m = 2048, .n = 2, .k = 768}});
  return list;
}

constexpr int kSums = 24;  // enough to hide the latency, few enough for the registers of AVX-512; AVX2 has 12

// Multiply-adds in registers; returns operations per second over all threads.
double peak(Cpu<Isa>& on) {
  constexpr int kRounds = 40000, kUsed = Isa::kLanes == 16 ? kSums : kSums / 2;
  const double start = now(on.threads());
  std::vector<float> out(static_cast<size_t>(on.threads()));
  on.parallel(on.threads(), [&](std::int64_t task) {
    using Sum = Pack<float, Isa::kLanes>;
    Sum sums[kUsed], x(1.0000001f), y(1e-9f);
    for (auto& sum : sums) sum = y;
    for (int round = 0; round < kRounds; ++round) {
#pragma GCC unroll 24
      for (int i = 0; i < kUsed; ++i) sums[i] = multiply_add(sums[i], x, y);
    }
    Sum total(0.0f);
    for (const auto& sum : sums) total = total + sum;
    out[static_cast<size_t>(task)] = across(total);
  });
  const volatile float keep = out[0];
  (void)keep;
  return 2.0 * kRounds * kUsed * Isa::kLanes * on.threads() / (now(on.threads()) - start);
}

double quantile(std::vector<double> x, double q) {
  std::sort(x.begin(), x.end());
  return x[static_cast<size_t>(q * static_cast<double>(x.size() - 1) + 0.5)];
}

}  // namespace

int main(int count, char** arguments) {
  const int threads = count > 1 ? std::atoi(arguments[1]) : 1;
  const double budget = count > 2 ? std::atof(arguments[2]) * 1e-3 : 0.1;
  Cpu<Isa> on(threads);
  std::printf("%s, %d threads\n%-36s %9s %9s   ratio (quartiles)\n", Isa::kName, threads, "", "GFLOP/s", "peak");
  for (const auto& [name, s] : products()) {
    bool wanted = true;
    for (int i = 3; i < count; ++i) wanted = wanted && name.find(arguments[i]) != std::string::npos;
    if (!wanted) continue;
    const auto numbers = [](std::int64_t n) { return std::vector<float>(static_cast<size_t>(n), 0.5f); };
    auto a = numbers(s.m * s.k), b = numbers(s.k * s.n), c = numbers(s.m * s.n);
    const double operations = 2.0 * static_cast<double>(s.m) * static_cast<double>(s.n) * static_cast<double>(s.k);
    std::vector<double> ratios, rates, peaks;
    const double begin = now(threads);
    for (int turn = 0; turn < 5 || now(threads) - begin < budget; ++turn) {
      const double before = peak(on);
      const int repeats = std::max(1, static_cast<int>(1e-3 * before / operations));
      const double start = now(threads);
      for (int i = 0; i < repeats; ++i)
        matmul(on, s, View<float>{a.data()}, View<float>{b.data()}, View<float>{c.data()});
      const double rate = operations * repeats / (now(threads) - start);
      peaks.push_back(std::max(before, peak(on)));
      rates.push_back(rate);
      ratios.push_back(rate / peaks.back());
    }
    std::printf("%-36s %9.1f %9.1f   %.3f (%.3f to %.3f)\n", name.c_str(), quantile(rates, 0.5) * 1e-9,
                quantile(peaks, 0.5) * 1e-9, quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75));
  }
}
