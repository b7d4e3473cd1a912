#include "../../../native/linalg/reduce.h"
#include <cmath>
#include <random>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;

TEST("Column sums") {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (const auto& [rows, columns] :
       {std::pair{0, 5}, {1, 1}, {1, 40}, {7, 16}, {128, 33}, {129, 5}, {1000, 97}, {513, 700}}) {
    const auto draw = [&](int count) {
      std::vector<float> x(static_cast<size_t>(count + 1));
      for (auto& v : x) v = normal(random);
      return x;
    };
    auto value = draw(rows * columns), tangent = draw(rows * columns);
    const auto start = draw(columns), dstart = draw(columns);
    const auto sums = [&](int threads) {
      auto sum = start, dsum = dstart;
      Cpu<Isa> on(threads);
      add_column_sums(on, rows, columns, View<Dual<float>>{value.data() + 1, tangent.data() + 1},
                      View<Dual<float>>{sum.data() + 1, dsum.data() + 1});
      return std::pair(sum, dsum);
    };
    const auto [sum, dsum] = sums(2);
    double worst = 0;
    for (int c = 0; c < columns; ++c) {
      const auto at = static_cast<size_t>(c + 1);
      double want = start[at], dwant = dstart[at], size = 1;
      for (int r = 0; r < rows; ++r) {
        const auto element = static_cast<size_t>(r * columns + c + 1);
        want += value[element];
        dwant += tangent[element];
        size += std::abs(value[element]) + std::abs(tangent[element]);
      }
      worst = std::max({worst, std::abs(sum[at] - want) / size, std::abs(dsum[at] - dwant) / size});
    }
    const std::string name = "column sums of " + std::to_string(rows) + "×" + std::to_string(columns);
    check::expect(name, worst, 1e-6);
    check::expect(name + " have the same bits for 1, 2 and 3 threads", sums(1) == sums(2) && sums(1) == sums(3));

    auto plain = start;
    Cpu<Isa> on(1);
    add_column_sums(on, rows, columns, View<float>{value.data() + 1}, View<float>{plain.data() + 1});
    check::expect(name + ": the values of Dual have the bits of float", plain == sum);
  }
}
