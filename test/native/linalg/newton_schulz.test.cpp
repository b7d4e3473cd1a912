#include "../../../native/linalg/newton_schulz.h"
#include "../../../native/cpu/cpu.h"
#include "../check.h"
#include "schulz_case.h"

namespace {

using namespace sophia;
using namespace schulz_case;

template <class Set, class T>
std::vector<T> orthogonalized(int threads, std::vector<T> x, Shape shape) {
  Cpu<Set> on(threads);
  std::vector<T> workspace(shape.workspace());
  std::vector<double> sums(shape.sums());
  newton_schulz(on, shape.problem<T>({x.data()}, {workspace.data()}, sums.data()));
  return x;
}
const auto on_isa = [](const std::vector<float>& x, Shape shape) { return orthogonalized<Isa, float>(2, x, shape); };

}  // namespace

TEST("Newton-Schulz brings singular values to 1") { singular_values_come_to_one(on_isa, Isa::kName); }
TEST("Newton-Schulz follows the polynomial of each singular value") { follows_the_polynomial(on_isa, Isa::kName); }
TEST("Newton-Schulz of what is no full matrix") { degenerate(on_isa, Isa::kName); }
TEST("Newton-Schulz of a batch is that of each alone") { batch_as_alone(on_isa, Isa::kName); }

TEST("Newton-Schulz has the same bits for any number of threads") {
  for (const Shape shape : {Shape{3, 40, 70}, {5, 33, 16}, {1, 200, 130}}) {
    const auto x = shape.draw();
    const auto one = orthogonalized<Isa, float>(1, x, shape);
    bool same = true;
    for (const int threads : {2, 3, 7}) same = same && one == orthogonalized<Isa, float>(threads, x, shape);
    check::expect(text("Newton-Schulz ", shape.name(), " on 1, 2, 3 and 7 threads"), same);
  }
}

TEST("Newton-Schulz in float follows the one in double") {
  for (const Shape shape : {Shape{2, 20, 33}, {2, 33, 20}, {3, 24, 24}}) {
    const auto x = shape.draw();
    const auto got = on_isa(x, shape);
    const auto want = orthogonalized<Float64, double>(1, std::vector<double>(x.begin(), x.end()), shape);
    double worst = 0;
    for (std::size_t i = 0; i < want.size(); ++i)
      worst = std::abs(got[i] - want[i]) <= worst ? worst : std::abs(got[i] - want[i]);
    check::expect(text("Newton-Schulz ", shape.name(), " of floats and of doubles"), worst, 1e-4);
  }
}
