#include "../../../native/train/gradient.h"
#include <algorithm>
#include "../../../native/cpu/cpu.h"
#include "../check.h"

using namespace sophia;
using check::expect;

namespace {

using Backend = Cpu<Baseline>;
const Config kOneBlock{.layers = 1, .heads = 1, .width = 16, .context = 4, .vocabulary = 8};

// How many of the numbers are not zero.
std::int64_t others(View<float> x, std::int64_t count) {
  return std::count_if(x.value, x.value + count, [](float number) { return number != 0; });
}

}  // namespace

TEST("A gradient over passes") {
  Backend on(1);
  const Parameters parameters = list_parameters(kOneBlock);
  Gradient<Backend> gradient(on, parameters);
  expect("takes no memory before it is wanted", gradient.bytes() == 0);
  expect("is zero at first", others(gradient.view(), parameters.size) == 0);
  expect("and may be added to", gradient.next().add);

  std::fill_n(gradient.view().value, parameters.size, 3.0f);
  gradient.clear();
  const auto [first, adds] = gradient.next();
  expect("a new sum is begun by the first pass", !adds);
  expect("and by the next, where that one was given up", !gradient.next().add);
  bool rest = true;
  for (const auto& p : parameters.table)
    if (p.kind != Kind::kMatrix && p.name != "wte.weight") rest &= others(first + p.offset, p.count) == 0;
  expect("which finds zeros in all that it adds to", rest);
  gradient.reached();
  expect("the second adds", gradient.next().add);

  gradient.clear();
  expect("a sum that no pass has reached is zero", others(gradient.view(), parameters.size) == 0);
  expect("and is added to", gradient.next().add);

  gradient.clear();
  gradient.release();
  expect("what was released is zero when it comes back",
         gradient.bytes() == 0 && gradient.next().add && others(gradient.view(), parameters.size) == 0);
}
