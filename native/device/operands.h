// Operands<On, S>: what a layer's call names, checked, as the members of the layer's struct at S. Sizes and indices are
// what makes a kernel stay within its memory: none is believed.
//
//   .gain = operands.input("gain", {channels})
//
// finds a tensor that becomes whatever view the member is: the member's role says which type the tensor must have.
#pragma once
#include <cmath>
#include <initializer_list>
#include <limits>
#include <set>
#include <vector>
#include "../core/arena.h"
#include "../math/random.h"
#include "device.h"

namespace sophia {

template <class T> inline constexpr Dtype kDtypeOf = Dtype::kF32;
template <> inline constexpr Dtype kDtypeOf<double> = Dtype::kF64;
template <> inline constexpr Dtype kDtypeOf<Bf16> = Dtype::kBf16;

template <class On>
class Operands {
  enum class Access { kRead, kMayRead, kWrite, kMayWrite, kNone };

  // A tensor that is looked up when it is known which view it becomes.
  struct Wanted {
    Operands& in;
    const char* name;
    std::int64_t count;
    Access access;
    template <class V>
    operator View<V>() const {
      return access == Access::kNone ? View<V>{} : in.find<V>(*this);
    }
  };
  using Shape = std::initializer_list<std::int64_t>;

 public:
  Operands(const Device& device, On& on, const LayerCall& call) : device_(device), on_(on), call_(call) {}

  bool backward() const { return call_.backward; }
  bool has(const char* name) const { return call_.tensors.count(name) > 0; }

  // By what the verbs do with a tensor: see the table of layers.h.
  Wanted input(const char* name, Shape shape) { return want(name, shape, Access::kRead); }
  Wanted optional(const char* name, Shape shape) { return want(name, shape, Access::kMayRead); }
  Wanted forward_input(const char* name, Shape shape) { return want(name, shape, forward_only(Access::kRead)); }
  Wanted output(const char* name, Shape shape) { return want(name, shape, forward_only(Access::kWrite)); }
  Wanted saved(const char* name, Shape shape) { return want(name, shape, backward() ? Access::kRead : Access::kWrite); }
  Wanted upstream(const char* name, Shape shape) { return want(name, shape, backward_only(Access::kRead)); }
  Wanted gradient(const char* name, Shape shape) { return want(name, shape, backward_only(Access::kWrite)); }
  Wanted optional_gradient(const char* name, Shape shape) {
    return want(name, shape, backward_only(Access::kMayWrite));
  }
  // The gradient of an optional input: there is one where there is the other.
  Wanted gradient_beside(const char* name, const char* of, Shape shape) {
    return want(name, shape, backward_only(has(of) ? Access::kWrite : Access::kNone));
  }
  // Zeros that nobody sees, in the place of an absent tensor.
  template <class V>
  View<V> zeros(std::int64_t count) {
    if constexpr (kIsDual<V>) return {room<Number<V>>(count), room<Number<V>>(count)};
    else return {room<V>(count)};
  }

  // Indices from `least` on and below `end`: a copy, which nobody changes between this check and the kernel.
  const std::int32_t* indices(const char* name, std::int64_t count, std::int32_t least, std::int32_t end) {
    const auto& tensor = take(name);
    require(!tensor.tangent, "Expected `", name, "` to have no tangent");
    expect_tensor(device_, name, tensor.value, Dtype::kI32, count);
    auto* const copy = room<std::int32_t>(count);
    on_.copy(copy, tensor.value.template as<std::int32_t>(), count);
    std::vector<std::int32_t> seen(static_cast<std::size_t>(count));
    on_.download(seen.data(), copy, count);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto index = seen[static_cast<std::size_t>(i)];
      require(index >= least && index < end, "Expected `", name, "` to lie in [", least, ", ", end, "), got ", index,
              " at ", i);
    }
    return copy;
  }

  double number(const char* name) {
    const auto found = call_.numbers.find(name);
    require(found != call_.numbers.end(), "Expected ", call_.layer, " to have `", name, "`");
    taken_.insert(name);
    return found->second;
  }
  std::int64_t whole(const char* name, std::int64_t least = 0, std::int64_t most = kMostExact) {
    const double x = number(name);
    require(x >= static_cast<double>(least) && x <= static_cast<double>(most) && x == std::trunc(x), "Expected `", name,
            "` to be a whole number from ", least, " to ", most, ", got ", x);
    return static_cast<std::int64_t>(x);
  }
  int size(const char* name, int most = std::numeric_limits<int>::max()) {
    return static_cast<int>(whole(name, 1, most));
  }
  float dropout() {
    const double p = number("dropout");
    require(p >= 0 && p < 1, "Expected `dropout` to be in [0, 1), got ", p);
    const auto rounded = static_cast<float>(p);
    return rounded < 1 ? rounded : std::nextafter(1.0f, 0.0f);
  }
  Draw draw() {
    constexpr std::int64_t kMostSite = (1 << 16) - 1;
    return {.seed = static_cast<std::uint64_t>(whole("seed")),
            .step = static_cast<std::uint32_t>(whole("step", 0, std::numeric_limits<std::uint32_t>::max())),
            .purpose = Purpose::kDropout,
            .micro = static_cast<std::uint32_t>(whole("micro", 0, kMostMicro - 1)),
            .site = static_cast<std::uint32_t>(whole("site", 0, kMostSite))};
  }

  // Fails where the call names what the layer does not have: a misspelt `bias` would be an absent one.
  void expect_no_other() const {
    const auto known = [&](const auto& map) {
      for (const auto& [name, value] : map)
        require(taken_.count(name) > 0, "Expected no `", name, "`: the ", backward() ? "backward" : "forward",
                " pass of ", call_.layer, " does not have it");
    };
    known(call_.tensors);
    known(call_.numbers);
  }

 private:
  static constexpr std::int64_t kMostExact = (std::int64_t{1} << 53) - 1;

  Access forward_only(Access access) const { return backward() ? Access::kNone : access; }
  Access backward_only(Access access) const { return backward() ? access : Access::kNone; }
  Wanted want(const char* name, Shape shape, Access access) {
    std::int64_t count = 1;
    for (const auto size : shape)
      require(!__builtin_mul_overflow(count, size, &count), "Expected the sizes of `", name, "` to be smaller");
    return {*this, name, count, access};
  }
  const LayerTensor& take(const char* name) {
    const auto found = call_.tensors.find(name);
    require(found != call_.tensors.end(), "Expected ", call_.layer, " to have `", name, "`");
    taken_.insert(name);
    return found->second;
  }

  template <class V>
  View<V> find(const Wanted& wanted) {
    const bool may_lack = wanted.access == Access::kMayRead || wanted.access == Access::kMayWrite;
    if (may_lack && !has(wanted.name)) return {};
    const auto& [value, tangent] = take(wanted.name);
    if constexpr (kIsDual<V>) {
      using Real = Number<V>;
      return {memory<Real>(wanted.name, value, wanted.count), tangent_of<Real>(wanted, tangent)};
    } else {
      return {memory<V>(wanted.name, value, wanted.count)};
    }
  }
  template <class V>
  V* tangent_of(const Wanted& wanted, const Tensor& tangent) {
    if (tangent) return memory<V>(text(wanted.name, ".tangent"), tangent, wanted.count);
    const bool read = wanted.access == Access::kRead || wanted.access == Access::kMayRead;
    require(read, "Expected `", wanted.name, "` to have a tangent, as others have");
    return room<V>(wanted.count);
  }
  template <class V>
  V* memory(const std::string& name, const Tensor& tensor, std::int64_t count) {
    expect_tensor(device_, name.c_str(), tensor, kDtypeOf<V>, count);
    return tensor.as<V>();
  }
  // Zeros, until the work that uses them is done or behind it in the order of the device.
  template <class V>
  V* room(std::int64_t count) {
    rooms_.emplace_back(on_, count * static_cast<std::int64_t>(sizeof(V)));
    return reinterpret_cast<V*>(rooms_.back().data());
  }

  const Device& device_;
  On& on_;
  const LayerCall& call_;
  std::set<std::string> taken_;
  std::vector<Arena<On, char>> rooms_;
};

}  // namespace sophia
