#include "../../../native/linalg/triangular.h"
#include <cmath>
#include <random>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;

namespace {

struct System {
  std::int64_t batch, rows, columns;
  bool left;
  std::int64_t size() const { return left ? rows : columns; }
};

// Y for an upper triangular Q that is well conditioned, with NaN below its diagonal; and the largest residual.
template <class At>
std::vector<Real<At>> solved(const System& s, int threads, double* residual = nullptr) {
  using T = Real<At>;
  const auto n = s.size(), numbers = s.rows * s.columns;
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::vector<T> q(static_cast<std::size_t>(s.batch * n * n)), x(static_cast<std::size_t>(s.batch * numbers));
  for (std::int64_t i = 0; i < s.batch * n * n; ++i) {
    const auto r = i / n % n, c = i % n;
    q[static_cast<std::size_t>(i)] = static_cast<T>(r > c    ? NAN
                                                    : r == c ? 2 + std::abs(normal(random))
                                                             : 0.3 * normal(random));
  }
  for (auto& each : x) each = static_cast<T>(normal(random));
  const auto given = x;
  std::vector<T> y(x.size()), scratch(static_cast<std::size_t>(triangular_scratch(s.batch, n)));
  Cpu<At> on(threads);
  triangular_solve(
      on, TriangularSolve<T>{s.batch, s.rows, s.columns, s.left, {q.data()}, {x.data()}, {y.data()}, {scratch.data()}});
  if (residual) *residual = 0;
  for (std::int64_t b = 0; b < s.batch && residual; ++b)
    for (std::int64_t r = 0; r < s.rows; ++r)
      for (std::int64_t c = 0; c < s.columns; ++c) {
        double sum = 0;
        for (std::int64_t k = 0; k <= (s.left ? r : c); ++k)
          sum += s.left ? double{q[static_cast<std::size_t>(b * n * n + k * n + r)]} *
                              double{y[static_cast<std::size_t>(b * numbers + k * s.columns + c)]}
                        : double{y[static_cast<std::size_t>(b * numbers + r * s.columns + k)]} *
                              double{q[static_cast<std::size_t>(b * n * n + k * n + c)]};
        *residual = std::max(*residual,
                             std::abs(sum - double{given[static_cast<std::size_t>(b * numbers + r * s.columns + c)]}));
      }
  return y;
}

}  // namespace

TEST("Triangular systems") {
  for (const bool left : {false, true})
    for (const auto& [rows, columns] :
         {std::pair<std::int64_t, std::int64_t>{1, 1}, {3, 7}, {33, 32}, {40, 100}, {70, 65}}) {
      double residual = 1, exact = 1;
      const System s{3, rows, columns, left};
      const auto one = solved<Isa>(s, 1, &residual);
      solved<Float64>(s, 2, &exact);
      const auto what =
          text("triangular ", rows, " by ", columns, left ? " from the left" : "", " on ", Isa::kName, ": ");
      check::expect(what + "solves", residual, 3e-5);
      check::expect(what + "exactly in float64", exact, 1e-13);
      check::expect(what + "the same bits for any threads", one == solved<Isa>(s, 3));
    }
}
