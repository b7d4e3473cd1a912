#include "../../../../native/linalg/triangular.h"
#include <cmath>
#include "../../../../native/cpu/cpu.h"
#include "../emulated.h"
#include "../memory.h"

using namespace sophia;
using check::expect;

TEST("Triangular systems on cuda are those of the CPU") {
  for (const bool left : {false, true}) {
    constexpr std::int64_t kBatch = 2, kRows = 35, kColumns = 34;
    const std::int64_t n = left ? kRows : kColumns;
    std::vector<float> q, x, y(kBatch * kRows * kColumns),
        scratch(static_cast<std::size_t>(triangular_scratch(kBatch, n)));
    for (std::int64_t i = 0; i < kBatch * n * n; ++i)
      q.push_back(i / n % n == i % n ? 3.0f : 0.1f * static_cast<float>(i % 7 - 3));
    for (std::size_t i = 0; i < y.size(); ++i) x.push_back(static_cast<float>(i % 13) - 6);
    Cuda on;
    DeviceVector<float> dq(on, q), dx(on, x), dy(on, y), room(on, scratch);
    triangular_solve(on, TriangularSolve<float>{
                             kBatch, kRows, kColumns, left, {dq.data()}, {dx.data()}, {dy.data()}, {room.data()}});
    Cpu<Isa> host(1);
    triangular_solve(host, TriangularSolve<float>{
                               kBatch, kRows, kColumns, left, {q.data()}, {x.data()}, {y.data()}, {scratch.data()}});
    const auto got = dy.read();
    double worst = 0;
    for (std::size_t i = 0; i < y.size(); ++i) worst = std::max(worst, std::abs(double{got[i]} - y[i]));
    expect(left ? "from the left" : "from the right", worst, 1e-5);
  }
  emulated::expect_no_faults("triangular systems");
}
