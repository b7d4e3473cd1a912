#include "../../../native/linalg/blend.h"
#include <cmath>
#include <vector>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

// Of numbers at an odd address, with one behind them that is nobody's.
std::vector<float> blended(std::int64_t count, float keep, float take, int threads, const bool* finite = nullptr) {
  std::vector<float> from(static_cast<std::size_t>(count) + 2), to(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    from[i] = static_cast<float>(i % 17) - 8;
    to[i] = static_cast<float>(i % 31) - 16;
  }
  if (keep == 0) to[static_cast<std::size_t>(count)] = NAN;
  Cpu<Isa> on(threads);
  blend(on, Blend<float>{count, {from.data() + 1}, {to.data() + 1}, keep, take, finite});
  return to;
}

}  // namespace

TEST("A blend is a multiple of each vector") {
  for (const std::int64_t count : {1, 7, 33, 40000}) {
    const auto got = blended(count, 0.75f, 0.5f, 2);
    bool right = got[0] == -16 && got.back() == static_cast<float>((count + 1) % 31) - 16;
    for (std::int64_t i = 1; i <= count; ++i)
      right &= got[static_cast<std::size_t>(i)] ==
               0.75f * (static_cast<float>(i % 31) - 16) + 0.5f * (static_cast<float>(i % 17) - 8);
    expect(text("blend of ", count, " numbers, and nothing beside them"), right);
    expect("blend: the same for 1 and 3 threads",
           got == blended(count, 0.75f, 0.5f, 1) && got == blended(count, 0.75f, 0.5f, 3));
  }
}

TEST("A blend that keeps nothing does not read") {
  for (const std::int64_t count : {1, 33, 40000})
    expect(text("blend: no NaN of ", count, " numbers survives"),
           blended(count, 0, 2, 2)[static_cast<std::size_t>(count)] == 2 * (static_cast<float>(count % 17) - 8));
}

TEST("A blend is left out where something is not finite") {
  const bool no = false, yes = true;
  const auto untouched = blended(100, 1, 0, 1);
  expect("blend: nothing is done", blended(100, 0.5f, 1, 1, &no) == untouched);
  expect("blend: all is done", blended(100, 0.5f, 1, 1, &yes) == blended(100, 0.5f, 1, 1));
}
