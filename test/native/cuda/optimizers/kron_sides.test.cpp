#include "../../../../native/optimizers/kron_sides.h"
#include <cmath>
#include "../../../../native/cpu/cpu.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using check::expect;

namespace {

std::vector<float> numbers(std::size_t count, int seed) {
  std::vector<float> x;
  for (std::size_t i = 0; i < count; ++i)
    x.push_back(static_cast<float>((static_cast<int>(i) * seed + 5) % 23 - 11) / 8);
  return x;
}
double apart(const std::vector<float>& a, const std::vector<float>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(double{a[i]} - b[i]));
  return worst;
}

}  // namespace

TEST("Kron's verbs on cuda are those of the CPU") {
  Cuda on;
  Cpu<Isa> host(1);
  const bool yes = true;
  DeviceVector<char> finite(on, {1});
  const bool* const go = reinterpret_cast<const bool*>(finite.data());
  constexpr std::int64_t kBatch = 3, kSize = 37, kRows = 5;

  auto first = numbers(kBatch * kSize * kSize, 7), second = numbers(first.size(), 3),
       rows = numbers(2 * kBatch * kSize, 1);
  DeviceVector<float> first_there(on, first), second_there(on, second), rows_there(on, rows);
  run(host, TriangularStep<float>{kBatch, kSize, {first.data()}, {second.data()}, {rows.data()}, 0.1f, 1e-30f});
  run(on, TriangularStep<float>{
              kBatch, kSize, {first_there.data()}, {second_there.data()}, {rows_there.data()}, 0.1f, 1e-30f});
  expect("a triangular step", apart(first_there.read(), first), 1e-6);

  auto a = numbers(kBatch * kRows * kSize, 5), b = numbers(a.size(), 9), q = numbers(kBatch * kSize, 11);
  DeviceVector<float> a_there(on, a), b_there(on, b), q_there(on, q);
  run(host, DiagonalStep<float>{
                kBatch, kRows, kSize, {a.data()}, {b.data()}, {q.data()}, true, 0.1f, 1e-30f, &yes, {rows.data()}});
  run(on, DiagonalStep<float>{kBatch,
                              kRows,
                              kSize,
                              {a_there.data()},
                              {b_there.data()},
                              {q_there.data()},
                              true,
                              0.1f,
                              1e-30f,
                              go,
                              {rows_there.data()}});
  expect("a diagonal step", apart(q_there.read(), q), 1e-6);

  auto left = numbers(kBatch * kRows, 13);
  DeviceVector<float> left_there(on, left);
  run(host, Scale<float>{kBatch, kRows, kSize, {left.data()}, {q.data()}, {a.data()}, {b.data()}, 2});
  run(on,
      Scale<float>{kBatch, kRows, kSize, {left_there.data()}, {q_there.data()}, {a_there.data()}, {b_there.data()}, 2});
  expect("scaling", apart(b_there.read(), b), 1e-5);
  run(host, Balance<float>{kBatch, kRows, kSize, {left.data()}, {q.data()}, &yes});
  run(on, Balance<float>{kBatch, kRows, kSize, {left_there.data()}, {q_there.data()}, go});
  expect("balancing", apart(left_there.read(), left) + apart(q_there.read(), q), 1e-5);
  run(host, Identity<float>{kBatch, kSize, false, {first.data()}});
  run(on, Identity<float>{kBatch, kSize, false, {first_there.data()}});
  expect("the unit matrix", first_there.read() == first);
  emulated::expect_no_faults("Kron's verbs");
}
