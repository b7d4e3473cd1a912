// Asynchronous copies with and without the wait, the barrier and the alignment that they need.
#include "../../../../native/cuda/copy_async.h"
#include <cstring>
#include "bench.h"

namespace sophia {
namespace {

constexpr int kRows = 5, kWidth = 128;  // a block of 32 threads copies a row, four numbers each

// Adds up rows, one on its way while the one before is read, by threads that have not copied what they read.
enum class Slip { kNone, kWait, kGroup, kBarrier, kRefill };
__global__ void sum_rows_kernel(const float* from, float* to, Slip slip) {
  __shared__ float4 rows[2][kWidth / 4];
  const int lane = static_cast<int>(threadIdx.x);
  const auto fetch = [&](int row) {
    if (row < kRows) copy_async<16>(&rows[row % 2][lane], from + row * kWidth + 4 * lane);
    commit_copies();
  };
  fetch(0);
  float sum = 0;
  for (int row = 0; row < kRows; ++row) {
    fetch(row + 1);
    if (slip == Slip::kGroup) wait_for_copies<2>();
    else if (slip != Slip::kWait) wait_for_copies<1>();
    if (slip != Slip::kBarrier) __syncthreads();
    sum += rows[row % 2][31 - lane].x;
    if (slip != Slip::kRefill) __syncthreads();
  }
  to[lane] = sum;
}

__global__ void copy_words_kernel(const float* from, float* to) {
  __shared__ float words[32];
  copy_async<4>(&words[threadIdx.x], from + threadIdx.x);
  commit_copies();
  wait_for_copies<0>();
  to[threadIdx.x] = words[threadIdx.x];
}

// Both to the same place: in one group, or in one each.
__global__ void overwrite_kernel(const float* from, float* to, bool groups) {
  __shared__ float word;
  copy_async<4>(&word, from);
  if (groups) commit_copies();
  copy_async<4>(&word, from + 1);
  commit_copies();
  wait_for_copies<0>();
  to[0] = word;
}

__global__ void shifted_kernel(const float* from, float* to, int bytes) {
  __shared__ float4 vector;
  copy_async<16>(&vector, from, bytes);
  commit_copies();
  wait_for_copies<0>();
  *reinterpret_cast<float4*>(to) = vector;
}

// Ends with a copy on its way, behind a group of none; or waits for what a block before has left so.
__global__ void leave_kernel(const float* from, float* to, bool leave) {
  __shared__ float word;
  if (leave) {
    commit_copies();
    copy_async<4>(&word, from);
    commit_copies();
  } else {
    word = 5;
    wait_for_copies<0>();
    to[0] = word;
  }
}

// What lies in row r and column 4c is 100 r + c.
std::vector<float> numbered() {
  std::vector<float> numbers(kRows * kWidth);
  for (int i = 0; i < kRows * kWidth; ++i)
    numbers[static_cast<std::size_t>(i)] = static_cast<float>(i / kWidth * 100 + i % kWidth / 4);
  return numbers;
}

bool right_sums(const std::vector<float>& sums) {
  for (std::size_t lane = 0; lane < 32; ++lane)
    if (sums[lane] != 1000 + kRows * static_cast<float>(31 - lane)) return false;
  return true;
}

}  // namespace

TEST("Emulator: asynchronous copies") {
  EmulatorBench t;
  const auto numbers = numbered();
  t.on.upload(t.a, numbers.data(), kRows * kWidth);
  t.on.launch("sum_rows", {1, 32}, sum_rows_kernel, t.a, t.p, Slip::kNone);
  check::expect("Emulator copies behind the wait", right_sums(t.read(t.p, 32)));
  t.silent("asynchronous copies");
  t.on.launch("sum_rows", {1, 32}, sum_rows_kernel, t.a, t.p, Slip::kWait);
  check::expect("Emulator copies nothing without the wait", std::isnan(t.read(t.p, 1)[0]));
  if (emulator::checking()) t.reports("a read of a copy on its way", Fault::kUninitialisedShared);
  t.on.launch("copy_words", {1, 32}, copy_words_kernel, t.a, t.p);
  const auto words = t.read(t.p, 32);
  check::expect("Emulator copies single words", std::equal(words.begin(), words.end(), numbers.begin()));
  t.silent("copies of words");
  for (const bool leave : {true, false}) t.on.launch("leave", {1, 1}, leave_kernel, t.a, t.p, leave);
  check::expect("Emulator forgets the copies of a block that has ended", t.read(t.p, 1)[0] == 5);
  t.silent("copies that nobody waits for");
}

TEST("Emulator: the order of asynchronous copies") {
  EmulatorBench t;
  const float numbers[] = {1, 2};
  t.on.upload(t.a, numbers, 2);
  for (const bool groups : {false, true}) {
    int last = 0;
    for (unsigned seed = 1; seed <= 20; ++seed) {
      emulator::set_order(emulator::Order::kForward, seed);
      t.on.launch("overwrite", {1, 1}, overwrite_kernel, t.a, t.p, groups);
      last += t.read(t.p, 1)[0] == 2;
    }
    if (groups) check::expect("Emulator keeps to the order of groups", last == 20);
    else check::expect("Emulator has no order within a group", last > 0 && last < 20);
  }
  emulator::set_order(emulator::Order::kForward);
  t.silent("copies to one place");
}

TEST("Emulator: asynchronous copies that fill up with zeros") {
  EmulatorBench t;
  const float numbers[] = {1, 0x1.000002p0f};
  float* const two = static_cast<float*>(t.on.allocate(sizeof numbers));
  t.on.upload(two, numbers, 2);
  const auto copied = [&](const float* from, int bytes) {
    t.on.launch("shifted", {1, 1}, shifted_kernel, from, t.p, bytes);
    return t.read(t.p, 4);
  };
  check::expect("Emulator copies two numbers and zeros", copied(two, 8) == std::vector<float>{1, numbers[1], 0, 0});
  check::expect("Emulator copies half a number and zeros", copied(two, 6) == std::vector<float>{1, 0x1p-149f, 0, 0});
  check::expect("Emulator copies zeros alone, from nowhere", copied(nullptr, 0) == std::vector<float>(4));
  t.silent("copies of what there is");
  if (emulator::checking()) {
    t.on.launch("shifted", {1, 1}, shifted_kernel, two, t.p, 12);
    t.reports("a copy of more than there is", Fault::kOutOfBounds);
    t.on.launch("shifted", {1, 1}, shifted_kernel, t.a + 2, t.p, 8);
    t.reports("a misaligned copy of fewer bytes", Fault::kMisaligned);
  }
  t.on.free(two);
}

TEST("Emulator: asynchronous copies gone wrong") {
  if (!emulator::checking()) return;
  EmulatorBench t;
  const auto numbers = numbered();
  t.on.upload(t.a, numbers.data(), kRows * kWidth);
  const auto slips = [&](const std::string& name, Slip slip, Fault fault) {
    t.on.launch("sum_rows", {1, 32}, sum_rows_kernel, t.a, t.p, slip);
    t.reports(name, fault);
  };
  slips("a wait for too few groups", Slip::kGroup, Fault::kUninitialisedShared);
  slips("a read of another thread's copy without a barrier", Slip::kBarrier, Fault::kSharedRace);
  slips("a copy to what others still read", Slip::kRefill, Fault::kSharedRace);
  t.on.launch("shifted", {1, 1}, shifted_kernel, t.a + 1, t.p, 16);
  t.reports("a misaligned asynchronous copy", Fault::kMisaligned);
  t.on.launch("shifted", {1, 1}, shifted_kernel, t.a + 4096, t.p, 16);
  t.reports("an asynchronous copy past the end", Fault::kOutOfBounds);
  t.on.launch("shifted", {1, 1}, shifted_kernel, reinterpret_cast<const float*>(&numbers), t.p, 16);
  t.reports("an asynchronous copy from the host", Fault::kWildAccess);
  emulator::take_statistics();
  t.on.launch("copy_words", {1, 32}, copy_words_kernel, t.a, t.p);
  const auto counted = emulator::take_statistics();
  check::expect("Emulator counts asynchronous copies once",
                counted.loads.requests == 1 && counted.loads.bytes == 128 && counted.shared.requests == 2);
  t.silent("a right copy");
}

}  // namespace sophia
