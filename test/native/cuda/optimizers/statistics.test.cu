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
Expected expected(const DeviceArenas<Averaging>& arenas, double rate) {
  Expected want{{arenas.theta.begin(), arenas.theta.end()}, {}};
  for (const Span& span : arenas.pieces().spans) {
    const std::int64_t block = span.block > 0 ? span.block : span.count;
    std::vector<double> direction;
    double judged = 0;
    for (std::int64_t begin = 0; begin < span.count; begin += block) {
      const std::int64_t first = span.offset + begin, count = std::min(block, span.count - begin);
      double mean = 0;
      for (std::int64_t i = first; i < first + count; ++i)
        mean += std::abs(arenas.gradient[i]) / static_cast<double>(count);
      want.means.push_back(mean);
      for (std::int64_t i = first; i < first + count; ++i) direction.push_back(mean * arenas.gradient[i]);
    }
    for (const double d : direction) judged += std::abs(d) / static_cast<double>(span.count);
    for (std::size_t i = 0; i < direction.size(); ++i) want.theta[span.offset + i] -= rate * judged * direction[i];
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
