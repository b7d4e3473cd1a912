// An optimizer that asks for both statistics, which none of the registered ones does. The kernels are the product's;
// they are instantiated here.
#include "../../../../native/optimizers/elementwise.cuda.cu"
#include "../emulated.h"
#include "arena.h"

namespace sophia {
namespace {

// d ← g · mean(|g|) of the group · mean(|d|) of the tensor; the group keeps its mean
struct Averaging {
  static constexpr const char* kName = "averaging";
  static constexpr const char *kSlots[] = {"momentum"}, *kBlockSlots[] = {"mean"};
  static constexpr int kWritten = 1;
  struct Hyper {};
  template <class T>
  struct Constants {};
  template <class T>
  static Constants<T> prepare(const Hyper&, const Step&) {
    return {};
  }

  template <class C, class V, class Slots>
  static HD V measure(const C&, V g, const Slots&) {
    return abs(g);
  }
  template <class C, class T>
  static HD T settle(const C&, const Statistic& measured, T (&kept)[1]) {
    return kept[0] = static_cast<T>(measured.mean());
  }
  template <class C, class V>
  static HD V direction(const C&, V g, V (&slot)[1], V mean) {
    slot[0] = g;
    return g * mean;
  }
  template <class C, class V>
  static HD V judge(const C&, V d, V) {
    return abs(d);
  }
  template <class C>
  static HD float weigh(const C&, const Statistic& judged) {
    return static_cast<float>(judged.mean());
  }
  template <class C, class V>
  static HD V finish(const C&, V d, V, V mean) {
    return d * mean;
  }
};

// The step in double, by the formula above: θ, and the mean that each group keeps.
struct Expected {
  std::vector<double> theta, means;
};
// Which group of the tensor each of its numbers belongs to.
std::vector<std::int64_t> group_numbers(const Pieces& pieces, const Span& span) {
  std::vector<std::int64_t> numbers, of_column;
  for (std::int64_t g = span.first_group; g < span.end_group; ++g)
    of_column.insert(of_column.end(), pieces.groups[static_cast<std::size_t>(g)].columns, g - span.first_group);
  for (std::int64_t i = 0; i < span.count; ++i)
    numbers.push_back(span.columns > 0 ? of_column[i % span.columns] : span.block > 0 ? i / span.block : 0);
  return numbers;
}
Expected expected(const DeviceArenas<Averaging>& arenas, double rate) {
  Expected want{{arenas.theta.begin(), arenas.theta.end()}, {}};
  for (const Span& span : arenas.pieces().spans) {
    const auto groups = group_numbers(arenas.pieces(), span);
    std::vector<double> means(static_cast<std::size_t>(span.end_group - span.first_group));
    for (std::int64_t i = 0; i < span.count; ++i) {
      const auto& group = arenas.pieces().groups[static_cast<std::size_t>(span.first_group + groups[i])];
      means[groups[i]] += std::abs(arenas.gradient[span.offset + i]) / static_cast<double>(group.count);
    }
    double judged = 0;
    for (std::int64_t i = 0; i < span.count; ++i)
      judged += std::abs(means[groups[i]] * arenas.gradient[span.offset + i]) / static_cast<double>(span.count);
    for (std::int64_t i = 0; i < span.count; ++i)
      want.theta[span.offset + i] -= rate * judged * means[groups[i]] * arenas.gradient[span.offset + i];
    want.means.insert(want.means.end(), means.begin(), means.end());
  }
  return want;
}
template <class Got>
double apart(const Got& got, const std::vector<double>& want) {
  double most = got.size() == want.size() ? 0 : NAN;
  for (std::size_t i = 0; i < want.size(); ++i) most = std::max(most, std::abs(got[i] - want[i]));
  return most;
}

}  // namespace

TEST("The fused step on cuda: statistics of tensors and of blocks") {
  DeviceArenas<Averaging> arenas(odd_spans());
  const auto want = expected(arenas, 0.5);
  const auto before = std::tuple(arenas.theta, arenas.slot[0], arenas.block_slot[0]);
  arenas.step({}, {.learning_rate = 0.5, .finite = false});
  check::expect("The fused step on cuda keeps what blocks have when the gradient is not finite",
                before == std::tuple(arenas.theta, arenas.slot[0], arenas.block_slot[0]));
  arenas.step({}, {.learning_rate = 0.5});
  check::expect("The fused step on cuda measures and judges", apart(arenas.theta, want.theta), 1e-6);
  check::expect("The fused step on cuda keeps a number for each block", apart(arenas.block_slot[0], want.means), 1e-6);
  emulated::expect_no_faults("The fused step on cuda with statistics");
}

}  // namespace sophia
