#include "../../../native/optimizers/kron_sides.h"
#include <cmath>
#include <random>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../../../native/cpu/team.h"
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

std::vector<float> random_numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> x(count);
  for (auto& each : x) each = normal(random);
  return x;
}

}  // namespace

TEST("Kron's bound is one of the spectral norm, from below") {
  for (const std::int64_t n : {1, 2, 7, 40}) {
    const auto x = random_numbers(static_cast<std::size_t>(n * n), 3);
    std::vector<double> s(x.size()), rows(static_cast<std::size_t>(2 * n));
    for (std::int64_t r = 0; r < n; ++r)
      for (std::int64_t c = 0; c < n; ++c)
        for (std::int64_t k = 0; k < n; ++k)
          s[static_cast<std::size_t>(r * n + c)] +=
              double{x[static_cast<std::size_t>(r * n + k)]} * x[static_cast<std::size_t>(c * n + k)];
    // The norm, by the power method.
    std::vector<double> v(static_cast<std::size_t>(n), 1.0), w(v);
    double norm = 0;
    for (int i = 0; i < 500; ++i) {
      for (std::size_t r = 0; r < v.size(); ++r) {
        w[r] = 0;
        for (std::size_t c = 0; c < v.size(); ++c) w[r] += s[r * v.size() + c] * v[c];
      }
      norm = 0;
      for (const double each : w) norm += each * each;
      norm = std::sqrt(norm);
      for (std::size_t r = 0; r < v.size(); ++r) v[r] = w[r] / norm;
    }
    const double bound =
        kron::bound(Solo<4>{}, n, View<double>{s.data()}, View<double>{rows.data()}, View<double>{rows.data() + n});
    expect(text("of ", n, " by ", n), bound <= norm * (1 + 1e-9) && bound >= 0.8 * norm);
  }
  std::vector<double> zero(9), rows(6);
  expect("0 of zeros", kron::bound(Solo<4>{}, 3, View<double>{zero.data()}, View<double>{rows.data()},
                                   View<double>{rows.data() + 3}) == 0);
}

TEST("Kron's verbs on tiles") {
  Cpu<Isa> on(2);
  const bool yes = true, no = false;

  std::vector<float> q(3 * 16, 9.0f), ones(6);
  run(on, Identity<float>{3, 4, false, {q.data()}});
  run(on, Identity<float>{2, 3, true, {ones.data()}});
  bool unit = true;
  for (std::size_t i = 0; i < q.size(); ++i) unit &= q[i] == (i % 16 % 5 == 0 ? 1.0f : 0.0f);
  expect("the unit matrix, and ones", unit && ones == std::vector<float>(6, 1.0f));

  std::vector<float> x{1, 2, 3, 4, 5, 6}, left{2, 4}, right{1, 10, 100}, to(6);
  run(on, Scale<float>{1, 2, 3, {left.data()}, {right.data()}, {x.data()}, {to.data()}, 1});
  expect("rows and columns by diagonals", to == std::vector<float>{2, 40, 600, 16, 200, 2400});
  run(on, Scale<float>{1, 2, 3, {left.data()}, {}, {x.data()}, {x.data()}, -1});
  expect("divided, in place", x == std::vector<float>{0.5f, 1, 1.5f, 1, 1.25f, 1.5f});

  std::vector<float> big{8, -32}, small{0.5f, 0.25f, -0.5f};
  run(on, Balance<float>{1, 2, 3, {big.data()}, {small.data()}, &no});
  expect("nothing is balanced where something is not finite", big[0] == 8);
  run(on, Balance<float>{1, 2, 3, {big.data()}, {small.data()}, &yes});
  expect("both factors become as large", std::abs(big[1] + 4) < 1e-6f && std::abs(small[2] + 4) < 1e-6f &&
                                             big[0] * -4 == big[1] && small[1] * 2 == small[0]);

  std::vector<float> a{1, 2, 3, 4}, b{0, 1, 1, 0}, side{1, 1}, scratch(4);
  run(on,
      DiagonalStep<float>{1, 2, 2, {a.data()}, {b.data()}, {side.data()}, false, 0.5f, 0.0f, &yes, {scratch.data()}});
  expect("a diagonal moves by what its rows differ", side == std::vector<float>{1 - 0.5f / 26 * 4, 1 - 0.5f / 26 * 24});

  std::vector<float> first{4, 0, 0, 2}, second{0, 0, 0, 0}, rows(4);
  run(on, TriangularStep<float>{1, 2, {first.data()}, {second.data()}, {rows.data()}, 0.5f, 0.0f});
  expect("a triangle moves by the difference over the bound of the sum",
         first == std::vector<float>{0.5f, 0, 0, 0.25f});
}
