// An optimizer that asks for both statistics: none of the registered ones does yet. The kernels are the product's; they
// are instantiated here.
#include "../../../../native/optimizers/elementwise.cuda.cu"
#include "../emulated.h"
#include "arena.h"

namespace sophia {
namespace {

// d ← g · mean(|g|) · mean(|d|), of the group
struct Averaging {
  static constexpr const char* kName = "averaging";
  static constexpr const char* kSlots[] = {"momentum"};
  static constexpr int kWritten = 1;
  struct Hyper {};
  template <class T>
  struct Constants {};
  template <class T>
  static Constants<T> prepare(const Hyper&, const Step&) {
    return {};
  }
  static HD float mean(const Statistic& of) { return static_cast<float>(of.sum / of.count); }

  template <class C, class V>
  static HD V measure(const C&, V g, const V (&)[1]) {
    return abs(g);
  }
  template <class C, class V>
  static HD V direction(const C&, V g, V (&slot)[1], const Statistic& measured) {
    slot[0] = g;
    return g * mean(measured);
  }
  template <class C, class V>
  static HD V judge(const C&, V d, V) {
    return abs(d);
  }
  template <class C, class V>
  static HD V finish(const C&, V d, V, const Statistic& judged) {
    return d * mean(judged);
  }
};

// The step in double, by the formula above.
std::vector<double> expected(const DeviceArenas<Averaging>& arenas, double rate) {
  std::vector<double> theta(arenas.theta.begin(), arenas.theta.end());
  for (const Span& span : arenas.pieces().spans) {
    const std::int64_t block = span.block > 0 ? span.block : span.count;
    for (std::int64_t begin = 0; begin < span.count; begin += block) {
      const std::int64_t first = span.offset + begin, count = std::min(block, span.count - begin);
      double mean = 0;
      for (std::int64_t i = first; i < first + count; ++i)
        mean += std::abs(arenas.gradient[i]) / static_cast<double>(count);
      for (std::int64_t i = first; i < first + count; ++i) theta[i] -= rate * mean * mean * mean * arenas.gradient[i];
    }
  }
  return theta;
}

}  // namespace

TEST("The fused step on cuda: statistics of tensors and of blocks") {
  DeviceArenas<Averaging> arenas(odd_spans());
  const auto want = expected(arenas, 0.5);
  arenas.step({}, {.learning_rate = 0.5});
  double apart = 0;
  for (std::size_t i = 0; i < want.size(); ++i) apart = std::max(apart, std::abs(arenas.theta[i] - want[i]));
  check::expect("The fused step on cuda measures and judges", apart, 1e-6);
  emulated::expect_no_faults("The fused step on cuda with statistics");
}

}  // namespace sophia
